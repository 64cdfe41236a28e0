/**
 * A small HTTP/1.1 server that can misbehave on the wire: answer in part, close, reset, or say nothing at all.
 */
import type net from "node:net";
import { concatBytes, type RequestHead, RequestReader } from "./http_messages.ts";
import { listen, type Listener, reset, writeAll } from "./sockets.ts";

export interface WireRequest extends RequestHead {
  readonly body: Uint8Array;
  /** Number of the connection, from 1. */
  readonly connection: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What can be done with a connection that waits for its answer. */
export interface Wire {
  send(reply: Reply): Promise<void>;
  /** Sends the head and that many bytes of the body (counted from the end if negative), then ends the connection. */
  sendPart(reply: Reply, bodyBytes: number, end: "close" | "reset"): Promise<void>;
  close(): void;
  reset(): void;
  /** Resolves when the other side, or the stand, has ended the connection. */
  readonly ended: Promise<void>;
}

const REASONS: Readonly<Record<number, string>> = { 200: "OK", 302: "Found", 502: "Bad Gateway" };

function answerBytes(reply: Reply, keepAlive: boolean): { head: Uint8Array; body: Uint8Array } {
  const body = new TextEncoder().encode(reply.body);
  const headers = {
    date: new Date().toUTCString(),
    ...reply.headers,
    "content-length": String(body.length),
    connection: keepAlive ? "keep-alive" : "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `HTTP/1.1 ${reply.status} ${REASONS[reply.status] ?? "Answer"}\r\n${lines}\r\n`;
  return { head: new TextEncoder().encode(head), body };
}

/** Serves until closed; requests of one connection are handled one after the other. */
export function serveHttp(
  port: number,
  handle: (request: WireRequest, wire: Wire) => Promise<void>,
): Promise<Listener> {
  let connections = 0;
  return listen(port, (socket) => {
    const connection = ++connections;
    const reader = new RequestReader();
    const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    let head: RequestHead | undefined;
    let body: Uint8Array[] = [];
    let work = Promise.resolve();
    socket.on("data", (bytes: Uint8Array) => {
      try {
        for (const piece of reader.push(bytes)) {
          if (piece.kind === "head") {
            head = piece.head;
            body = [];
            if (/100-continue/i.test(head.headers.expect ?? "")) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
          } else if (piece.kind === "body") body.push(piece.data);
          else {
            const request = { ...head!, body: concatBytes(body), connection };
            work = work.then(() => socket.destroyed ? undefined : handle(request, wireOf(socket, request, ended)));
          }
        }
      } catch {
        socket.destroy();
      }
    });
  });
}

function wireOf(socket: net.Socket, request: WireRequest, ended: Promise<void>): Wire {
  const keepAlive = !/close/i.test(request.headers.connection ?? "");
  return {
    ended,
    async send(reply) {
      const { head, body } = answerBytes(reply, keepAlive);
      await writeAll(socket, concatBytes([head, body]));
      if (!keepAlive) socket.end();
    },
    async sendPart(reply, bodyBytes, end) {
      const { head, body } = answerBytes(reply, keepAlive);
      await writeAll(socket, concatBytes([head, body.slice(0, bodyBytes)]));
      if (end === "reset") reset(socket);
      else socket.destroy();
    },
    close: () => socket.destroy(),
    reset: () => reset(socket),
  };
}
