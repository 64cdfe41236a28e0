/**
 * Waiting that ends when the stand does.
 */
export class Hold {
  #end: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });
  closed = false;

  /** Ends all waiting, now and later. */
  close(): void {
    this.closed = true;
    this.#end();
  }

  /** Resolves with the promise, or when the stand ends. */
  async until(promise: Promise<void>): Promise<void> {
    await Promise.race([promise, this.#ended]);
  }

  async sleep(ms: number): Promise<void> {
    if (ms <= 0 || this.closed) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const passed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await this.until(passed);
    clearTimeout(timer);
  }
}
