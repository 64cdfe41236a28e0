/**
 * One HTTP request to the webhook, leaving this machine exactly once.
 *
 * Deno 2.7 to 2.9 silently send a POST again when a kept connection dies under it. So the body is a stream that can be
 * read only once, and no connection is kept. A stream goes out in chunks; a server that refuses those (411) is spoken to
 * by `node:http` without an agent instead, which tells the length and keeps no connection either.
 */
import { Buffer } from "node:buffer";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Secret } from "../secret.ts";
import { type NotConnected, notConnected } from "./connecting.ts";
import { type Environment, proxyFor } from "./proxy.ts";

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
  | { readonly kind: "not-sent" } & NotConnected
  /** It left, perhaps in part; no whole answer came. */
  | { readonly kind: "lost"; readonly reason: string };

/** Sends a JSON body by POST to a method of the webhook, and waits no longer than until `giveUp`. Never throws. */
export type Post = (address: Secret, method: string, body: string, giveUp?: AbortSignal) => Promise<Answer>;

const LENGTH_REQUIRED = 411;

/** What Deno's fetch says, in all versions, when no connection came about: not a byte was sent. */
const NOT_CONNECTED = /client error \(Connect\)/;

/**
 * A `Post` over HTTP; dispose of it when it is needed no more.
 *
 * @param timeoutMs limit of the whole request
 */
export function createPost(timeoutMs: number, userAgent: string): { readonly post: Post } & Disposable {
  const headers = { "content-type": "application/json", accept: "application/json", "user-agent": userAgent };
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const chunked = fetchPost(client, timeoutMs, headers, (body) => new Blob([body]).stream());
  // Deno 2.6 never sends again by itself, and its `node:http` lets an answer that breaks off escape.
  const measured = Deno.version.deno.startsWith("2.6.")
    ? fetchPost(client, timeoutMs, headers, (body) => body)
    : measuredPost(timeoutMs, headers);
  let refusesChunks = false;
  return {
    async post(address, method, body, giveUp) {
      if (!refusesChunks) {
        const answer = await chunked(address, method, body, giveUp);
        if (answer.kind !== "answered" || answer.status !== LENGTH_REQUIRED) return answer;
        refusesChunks = true;
      }
      return await measured(address, method, body, giveUp);
    },
    [Symbol.dispose]: () => client.close(),
  };
}

type Headers = Readonly<Record<string, string>>;

function fetchPost(
  client: Deno.HttpClient,
  timeoutMs: number,
  headers: Headers,
  bodyOf: (text: string) => BodyInit,
): Post {
  return async (address, method, body, giveUp) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${address.reveal()}${method}`, {
        method: "POST",
        headers,
        body: bodyOf(body),
        redirect: "manual",
        signal: giveUp === undefined ? timeout : AbortSignal.any([timeout, giveUp]),
        client,
      });
      const text = await response.text();
      const location = response.headers.get("location") ?? undefined;
      return { kind: "answered", status: response.status, body: text, location };
    } catch (error) {
      if (timeout.aborted) return late(timeoutMs);
      // Deno 2.6 tells it in the message, later versions in the cause.
      const message = error instanceof Error && error.cause !== undefined ? String(error.cause) : String(error);
      return NOT_CONNECTED.test(message) ? notSent(message, address) : BROKEN;
    }
  };
}

function measuredPost(timeoutMs: number, headers: Headers): Post {
  return (address, method, body, giveUp) =>
    new Promise((resolve) => {
      const url = new URL(`${address.reveal()}${method}`);
      const bytes = Buffer.from(body);
      const send = url.protocol === "https:" ? httpsRequest : httpRequest;
      const request = send(url, {
        method: "POST",
        agent: false,
        headers: { ...headers, "content-length": String(bytes.length) },
      }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", () => resolve(BROKEN));
        response.on("aborted", () => resolve(BROKEN));
        response.on("end", () =>
          resolve({
            kind: "answered",
            status: response.statusCode ?? 0,
            body: Buffer.concat(parts).toString("utf8"),
            location: response.headers.location,
          }));
      });
      const timer = setTimeout(() => {
        resolve(late(timeoutMs));
        request.destroy();
      }, timeoutMs);
      const stop = () => request.destroy();
      giveUp?.addEventListener("abort", stop);
      request.on("close", () => {
        clearTimeout(timer);
        giveUp?.removeEventListener("abort", stop);
      });
      request.on("error", (error: Error & { code?: string }) => {
        const unsent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(error.code ?? "");
        resolve(
          unsent ? { kind: "not-sent", ...notConnected(error.code!, { host: url.host, proxy: undefined }) } : BROKEN,
        );
      });
      request.end(bytes);
    });
}

const BROKEN: Answer = { kind: "lost", reason: "соединение прервалось" };

const late = (timeoutMs: number): Answer => ({
  kind: "lost",
  reason: `нет ответа за ${Math.round(timeoutMs / 1000)} с`,
});

const environment: Environment = (name) => Deno.env.get(name);

function notSent(said: string, address: Secret): Answer {
  const url = new URL(address.reveal());
  return { kind: "not-sent", ...notConnected(said, { host: url.host, proxy: proxyFor(url, environment) }) };
}
