/** TDS packets (MS-TDS 2.2.3): a message is cut into packets of eight header bytes and at most `packetSize` in all. */

import { joined } from "./bytes.ts";

/** The types of messages that matter here. */
export const MESSAGE = { batch: 1, rpc: 3, answer: 4, attention: 6, login: 16, prelogin: 18 } as const;

const HEADER = 8;
const LAST = 0x01;
const IGNORED = 0x02;
const RESET = 0x08 | 0x10;

/** A whole message of the client. */
export interface Message {
  readonly type: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** The client took the message back before it was sent completely. */
  readonly ignored: boolean;
  /** The client asks to bring the session back to its first state before the message is worked on. */
  readonly reset: boolean;
}

/** Two-way bytes: a TCP or TLS connection. `read` answers null when the other side has closed. */
export interface ByteStream {
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** A Deno connection as a `ByteStream`; after `close` reading answers null and writing does nothing. */
export function streamOf(connection: Deno.Conn): ByteStream {
  let open = true;
  const chunk = new Uint8Array(65536);
  return {
    async read() {
      try {
        const count = await connection.read(chunk);
        return count === null ? null : chunk.slice(0, count);
      } catch (_gone) {
        return null;
      }
    },
    async write(bytes) {
      try {
        for (let at = 0; open && at < bytes.length;) at += await connection.write(bytes.subarray(at));
      } catch (_gone) {
        open = false;
      }
    },
    close() {
      open = false;
      try {
        connection.close();
      } catch (_closedBefore) {
        // A second close means nothing.
      }
    },
  };
}

/** Takes the packets of a stream apart into messages. Bytes that were read too much stay here: see `rest`. */
export class MessageReader {
  #stream: ByteStream;
  #pending: Uint8Array<ArrayBuffer>;

  constructor(stream: ByteStream, pending: Uint8Array<ArrayBuffer> = new Uint8Array(0)) {
    this.#stream = stream;
    this.#pending = pending;
  }

  /** What was read from the stream and belongs to no message yet. */
  get rest(): Uint8Array<ArrayBuffer> {
    return this.#pending;
  }

  async #atLeast(count: number): Promise<boolean> {
    while (this.#pending.length < count) {
      const more = await this.#stream.read();
      if (more === null) return false;
      this.#pending = this.#pending.length === 0 ? more : joined([this.#pending, more]);
    }
    return true;
  }

  /** The next message, or null when the client has gone. */
  async next(): Promise<Message | null> {
    const pieces: Uint8Array[] = [];
    let reset = false;
    while (true) {
      if (!await this.#atLeast(HEADER)) return null;
      const length = this.#pending[2] * 256 + this.#pending[3];
      if (length < HEADER || !await this.#atLeast(length)) return null;
      const type = this.#pending[0];
      const status = this.#pending[1];
      pieces.push(this.#pending.subarray(HEADER, length));
      this.#pending = this.#pending.subarray(length);
      reset ||= (status & RESET) !== 0;
      if ((status & LAST) !== 0) return { type, data: joined(pieces), ignored: (status & IGNORED) !== 0, reset };
    }
  }
}

/** A message of the server as bytes for the wire. */
export function packets(type: number, data: Uint8Array, packetSize: number): Uint8Array<ArrayBuffer> {
  const room = packetSize - HEADER;
  const count = Math.max(1, Math.ceil(data.length / room));
  const all = new Uint8Array(data.length + count * HEADER);
  for (let index = 0, at = 0; index < count; index++) {
    const part = data.subarray(index * room, (index + 1) * room);
    const length = part.length + HEADER;
    const last = index === count - 1 ? LAST : 0;
    all.set([type, last, length >> 8, length & 0xff, 0, 51, (index + 1) & 0xff, 0], at);
    all.set(part, at + HEADER);
    at += length;
  }
  return all;
}
