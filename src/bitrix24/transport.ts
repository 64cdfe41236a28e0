/**
 * One HTTP request to the webhook, leaving this machine exactly once.
 */
import type { Secret } from "../secret.ts";

/** What came of a request, before anybody has read it. */
export type Answer =
  | {
    readonly kind: "answered";
    readonly status: number;
    readonly body: string;
    /** `Location` of a redirection. */
    readonly location: string | undefined;
  }
  /** The connection never opened: the portal knows nothing of the request. */
  | { readonly kind: "not-sent"; readonly reason: string }
  /** It left, perhaps in part; no whole answer came. */
  | { readonly kind: "lost"; readonly reason: string };

/** Sends a JSON body by POST to a method of the webhook. Never throws. */
export type Post = (address: Secret, method: string, body: string) => Promise<Answer>;

/** What Deno's fetch says, in all versions, when no connection came about: not a byte was sent. */
const NOT_CONNECTED = /client error \(Connect\)/;

/**
 * A `Post` over fetch. Deno 2.7 to 2.9 silently send a POST again when a kept connection dies under it; so the body is a
 * stream that can be read only once, and no connection is kept.
 *
 * @param timeoutMs limit of the whole request
 */
export function createPost(timeoutMs: number, userAgent: string): Post {
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  return async (address, method, body) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${address.reveal()}${method}`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json", "user-agent": userAgent },
        body: new Blob([body]).stream(),
        redirect: "manual",
        signal: timeout,
        client,
      });
      const text = await response.text();
      const location = response.headers.get("location") ?? undefined;
      return { kind: "answered", status: response.status, body: text, location };
    } catch (error) {
      if (timeout.aborted) return { kind: "lost", reason: `нет ответа за ${Math.round(timeoutMs / 1000)} с` };
      // Deno 2.6 tells it in the message, later versions in the cause.
      const message = `${error} ${error instanceof Error ? error.cause : ""}`;
      return NOT_CONNECTED.test(message)
        ? { kind: "not-sent", reason: connectReason(message) }
        : { kind: "lost", reason: "соединение прервалось" };
    }
  };
}

/** The cause in words. The error's own text is not used: it holds the address with its secret. */
function connectReason(message: string): string {
  if (/dns|lookup|resolve/i.test(message)) return "адрес портала не найден в сети";
  if (/certificate|tls|ssl/i.test(message)) return "не удалось установить защищённое соединение";
  if (/refused/i.test(message)) return "портал не принимает соединение";
  return "не удалось соединиться с порталом";
}
