/**
 * A gateway whose answers are chunked, as a portal's are, and end where they are told to: at every place that an HTTP
 * answer has. It counts nothing; that is the matter of the TCP proxy in front of it.
 */
import type net from "node:net";
import { concatBytes, type RequestHead, RequestReader } from "../stand/portal/http_messages.ts";
import { listen, reset, writeAll } from "../stand/portal/sockets.ts";

/** The places of a chunked answer, in their order. */
export const PLACES = [
  "nothing of the answer",
  "in the status line",
  "in the headers",
  "between head and body",
  "in a chunk's length",
  "in the body",
  "before the last chunk",
  "in the last chunk",
] as const;
export type Place = (typeof PLACES)[number];

/** How an answer ends. */
export type End = "close" | "reset" | "stall";

export interface Cut {
  /** What has been sent by then. */
  readonly place: Place;
  readonly end: End;
}

/** What a gateway answers. */
export interface Answered {
  readonly status: number;
  readonly body: string;
}

export interface GatewayOptions {
  readonly answer: (head: RequestHead, body: string) => Promise<Answered>;
  /** Whether this request's answer is cut. Asked when the answer is there. */
  readonly cut: () => Cut | undefined;
  /** Chunked requests are answered with 411. */
  readonly refuseChunked?: boolean;
}

/** The bytes of an answer, and how many of them belong to each place. */
function rawAnswer({ status, body }: Answered): { bytes: Uint8Array; until: Record<Place, number> } {
  const encoder = new TextEncoder();
  const line = `HTTP/1.1 ${status} Answer\r\n`;
  const head = `${line}content-type: application/json; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n`;
  const content = encoder.encode(body);
  const before = encoder.encode(`${head}${content.length.toString(16)}\r\n`);
  const whole = before.length + content.length + 2;
  return {
    bytes: concatBytes([before, content, encoder.encode("\r\n0\r\n\r\n")]),
    until: {
      "nothing of the answer": 0,
      "in the status line": 9,
      "in the headers": line.length + 20,
      "between head and body": head.length,
      "in a chunk's length": head.length + 1,
      "in the body": before.length + Math.ceil(content.length / 2),
      "before the last chunk": whole,
      "in the last chunk": whole + 2,
    },
  };
}

export interface Gateway extends AsyncDisposable {
  readonly port: number;
}

/** Listens on a free port of 127.0.0.1. */
export async function startCuttingGateway(options: GatewayOptions): Promise<Gateway> {
  const serve = async (socket: net.Socket, head: RequestHead, body: string) => {
    const refuses = options.refuseChunked === true && "transfer-encoding" in head.headers;
    const answer = refuses ? { status: 411, body: "Length Required" } : await options.answer(head, body);
    const { bytes, until } = rawAnswer(answer);
    const cut = refuses ? undefined : options.cut();
    await writeAll(socket, bytes.slice(0, cut === undefined ? bytes.length : until[cut.place]));
    if (cut?.end === "close") socket.destroy();
    if (cut?.end === "reset") reset(socket);
  };
  const { port, close } = await listen(0, (socket) => {
    const reader = new RequestReader();
    let head: RequestHead | undefined;
    let parts: Uint8Array[] = [];
    socket.on("data", (bytes: Uint8Array) => {
      for (const piece of reader.push(bytes)) {
        if (piece.kind === "head") [head, parts] = [piece.head, []];
        else if (piece.kind === "body") parts.push(piece.data);
        else void serve(socket, head!, new TextDecoder().decode(concatBytes(parts)));
      }
    });
  });
  return { port, [Symbol.asyncDispose]: close };
}
