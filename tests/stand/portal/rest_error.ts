/**
 * An error as the portal's REST says it: HTTP status, code (often empty) and a text.
 */
export class RestError extends Error {
  override readonly name = "RestError";

  constructor(readonly status: number, readonly code: string, readonly description: string) {
    super(`${status} ${code} ${description}`);
  }

  /** The body of the answer, and the shape inside a batch's `result_error`. */
  body(): { error: string; error_description: string } {
    return { error: this.code, error_description: this.description };
  }
}

/** A data error of the classic methods: 400 with an empty code and only a text. */
export function classicError(description: string): RestError {
  return new RestError(400, "", description);
}
