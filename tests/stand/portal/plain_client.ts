/**
 * The simplest client of the stand, for its own tests: one call, one answer, and a bare TCP connection.
 */
import type { PortalStand } from "./stand.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

export interface PlainAnswer {
  readonly status: number;
  /** The parsed body. */
  readonly body: Json;
  /** `body.result` */
  readonly result: Json;
}

/** Calls a method with a JSON body. */
export async function call(stand: PortalStand, method: string, params: unknown = {}): Promise<PlainAnswer> {
  const response = await fetch(stand.url + method, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(params),
  });
  const body = await response.json();
  return { status: response.status, body, result: body.result };
}

/** Encodes nested parameters as PHP reads them, each key and value by `encodeURIComponent`. */
export function phpQuery(params: Readonly<Record<string, unknown>>): string {
  const pairs = (name: string, value: unknown): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => pairs(`${name}[${key}]`, inner))
      : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`];
  return Object.entries(params).flatMap(([key, value]) => pairs(key, value)).join("&");
}

/** Calls a batch of `[method, params]` by name; `result` is the inner `result`. */
export async function batch(
  stand: PortalStand,
  commands: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>?]>>,
  halt = 0,
): Promise<PlainAnswer> {
  const cmd = Object.fromEntries(
    Object.entries(commands).map(([key, [method, params]]) => [key, `${method}?${phpQuery(params ?? {})}`]),
  );
  const answer = await call(stand, "batch", { halt, cmd });
  return { ...answer, result: answer.result?.result };
}

export interface RawAnswer {
  readonly text: string;
  /** `open`: nothing more came for a while. */
  readonly end: "close" | "reset" | "open";
}

/** What comes next: bytes, `null` for the end, or silence. */
async function readFor(connection: Deno.Conn, buffer: Uint8Array<ArrayBuffer>, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<"silence">((resolve) => {
    timer = setTimeout(() => resolve("silence"), ms);
  });
  const reading = connection.read(buffer);
  const outcome = await Promise.race([reading, silence]).finally(() => clearTimeout(timer));
  if (outcome === "silence") reading.catch(() => {});
  return outcome;
}

export interface Patience {
  /** Reading ends as soon as the answer looks so; until then it is waited for as long as it takes. */
  readonly enough?: RegExp;
  /** Without `enough`: how long silence may last. */
  readonly silenceMs?: number;
}

/** Sends bytes over a connection of its own and reads until it ends, has brought enough, or stays silent. */
export async function sendRaw(port: number, text: string, patience: Patience = {}): Promise<RawAnswer> {
  const { enough, silenceMs = enough === undefined ? 100 : 5_000 } = patience;
  const decoder = new TextDecoder();
  let received = "";
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(text));
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const outcome = await readFor(connection, buffer, silenceMs);
      if (outcome === "silence") return { text: received, end: "open" };
      if (outcome === null) return { text: received, end: "close" };
      received += decoder.decode(buffer.subarray(0, outcome), { stream: true });
      if (enough?.test(received)) return { text: received, end: "open" };
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)) throw error;
    return { text: received, end: "reset" };
  }
}

/** Waits for what another connection is still doing, at most a minute. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 12_000; tries++) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The text of a POST with a JSON body, for `sendRaw`. */
export function rawPost(stand: { readonly url: string }, method: string, params: unknown, headers = ""): string {
  const body = JSON.stringify(params);
  const length = new TextEncoder().encode(body).length;
  const path = new URL(stand.url + method).pathname;
  return `POST ${path} HTTP/1.1\r\nhost: portal\r\ncontent-type: application/json\r\n${headers}` +
    `content-length: ${length}\r\n\r\n${body}`;
}
