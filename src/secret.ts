/**
 * A value that must not be seen: prints as `***` wherever it is put into text, JSON or `inspect`.
 * Only `reveal()` gives it out; its callers are the login to SQL Server, the requests to the portal's address and the
 * comparison with where it has moved to, and the list of what the log must mask. A test holds the list of their files.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. */
  reveal(): string {
    return this.#value;
  }

  get isEmpty(): boolean {
    return this.#value === "";
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [Symbol.for("Deno.customInspect")](): string {
    return "***";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "***";
  }
}
