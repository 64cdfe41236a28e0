/**
 * Waiting on a real clock.
 */

/** Resolves after a time, or as soon as the signal is aborted. */
export function sleep(milliseconds: number, until?: AbortSignal): Promise<void> {
  if (until?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      until?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    until?.addEventListener("abort", end);
  });
}
