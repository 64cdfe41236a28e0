/**
 * HTTP/1.1 requests out of a byte stream, without losing a byte: a proxy forwards the raw pieces, a server uses the data.
 */

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** By lower-case names; of equal names the last. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A piece of the stream; all `raw` in a row are the stream itself. */
export type Piece =
  | { readonly kind: "head"; readonly raw: Uint8Array; readonly head: RequestHead }
  | { readonly kind: "body"; readonly raw: Uint8Array; readonly data: Uint8Array }
  | { readonly kind: "end" };

const NOTHING = new Uint8Array();
const latin1 = new TextDecoder("latin1");

/** All parts in one. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function indexOf(bytes: Uint8Array, text: string): number {
  const wanted = [...text].map((letter) => letter.charCodeAt(0));
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}

function parseHead(raw: Uint8Array): RequestHead {
  const [first = "", ...lines] = latin1.decode(raw).trim().split("\r\n");
  const [method = "", target = ""] = first.split(" ");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { method, target, headers: Object.fromEntries(headers) };
}

/** Where the reader stands: in the head, in data (bytes to go), or between chunks. */
type Place = "head" | "data" | "chunk size" | "chunk data" | "chunk end" | "trailer";

/** Cuts the stream of one connection into requests; feed it as bytes arrive. */
export class RequestReader {
  #rest: Uint8Array = NOTHING;
  #place: Place = "head";
  #left = 0;

  /** Pieces that became complete with these bytes. Throws on a chunk size that is none. */
  *push(bytes: Uint8Array): Generator<Piece> {
    this.#rest = concatBytes([this.#rest, bytes]);
    for (;;) {
      const piece = this.#next();
      if (piece === undefined) return;
      yield piece;
    }
  }

  #take(length: number): Uint8Array {
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }

  /** A line with its line end, `undefined` while it is not complete. */
  #line(): Uint8Array | undefined {
    const end = indexOf(this.#rest, "\r\n");
    return end < 0 ? undefined : this.#take(end + 2);
  }

  #next(): Piece | undefined {
    switch (this.#place) {
      case "head":
        return this.#head();
      case "data":
      case "chunk data":
        return this.#data();
      case "chunk size":
        return this.#chunkSize();
      case "chunk end":
      case "trailer":
        return this.#chunkEnd();
    }
  }

  #head(): Piece | undefined {
    const end = indexOf(this.#rest, "\r\n\r\n");
    if (end < 0) return undefined;
    const raw = this.#take(end + 4);
    const head = parseHead(raw);
    if (/chunked/i.test(head.headers["transfer-encoding"] ?? "")) this.#place = "chunk size";
    else {
      this.#left = Number(head.headers["content-length"] ?? 0);
      this.#place = "data";
    }
    return { kind: "head", raw, head };
  }

  #data(): Piece | undefined {
    if (this.#left === 0) {
      if (this.#place === "chunk data") {
        this.#place = "chunk end";
        return this.#chunkEnd();
      }
      this.#place = "head";
      return { kind: "end" };
    }
    if (this.#rest.length === 0) return undefined;
    const raw = this.#take(Math.min(this.#left, this.#rest.length));
    this.#left -= raw.length;
    return { kind: "body", raw, data: raw };
  }

  #chunkSize(): Piece | undefined {
    const raw = this.#line();
    if (raw === undefined) return undefined;
    const size = parseInt(latin1.decode(raw), 16);
    if (!(size >= 0)) throw new Error("a chunk without a size");
    this.#left = size;
    this.#place = size === 0 ? "trailer" : "chunk data";
    return { kind: "body", raw, data: NOTHING };
  }

  #chunkEnd(): Piece | undefined {
    const raw = this.#line();
    if (raw === undefined) return undefined;
    if (this.#place === "chunk end") this.#place = "chunk size";
    else if (raw.length === 2) {
      this.#place = "data";
      this.#left = 0;
    }
    return { kind: "body", raw, data: NOTHING };
  }
}
