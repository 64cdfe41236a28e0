/**
 * A TCP proxy that breaks connections where it is told to, and counts what arrives: the judge of what a program really
 * sends, since it stands below every HTTP client.
 *
 * With `protocol: "http"` it reads the requests out of the stream (chunked ones too) without changing a byte; with
 * `"tcp"` (TDS, for example) it knows connections and bytes only. A reset is a real RST where the runtime can send one
 * (`canReset`; not on Deno 2.6, where it closes instead).
 */
import net from "node:net";
import { type RequestHead, RequestReader } from "./portal/http_messages.ts";
import { type Ordered, Orders, type Which } from "./portal/orders.ts";
import { listen, type Listener, reset, writeAll } from "./portal/sockets.ts";

/** What is done to the client's connection. `stall`: nothing more passes, either way. A number: go on so many ms later. */
export type Act = "close" | "reset" | "stall" | number;

/** Where a request is struck. */
export type RequestMoment =
  /** Its head has arrived, nothing has been passed on. */
  | "before"
  /** Its head and half of the first piece of its body have been passed on. */
  | "in body"
  /** All of it has been passed on; the target may be working on it. */
  | "after request"
  /** The target has answered, and so many bytes of the answer are passed back. */
  | { readonly answerBytes: number };

export interface RequestRule extends Which {
  readonly when: RequestMoment;
  readonly act: Act;
  /** Which requests; left out: all. */
  readonly matches?: (head: RequestHead) => boolean;
}

export interface ConnectionRule extends Which {
  readonly act: Act;
  /** Struck after so many bytes from the client or from the target; left out: at once, before the target is reached. */
  readonly after?: { readonly from: "client" | "target"; readonly bytes: number };
}

/** A request that began to arrive. */
export interface Arrival {
  /** From 1, over all connections. */
  readonly number: number;
  readonly connection: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly head: RequestHead;
  /** The value of the marker header. */
  readonly marker: string | undefined;
  /** Bytes of the body without chunk frames. */
  bodyBytes: number;
  /** Whether all of it arrived. */
  complete: boolean;
  /** Whether all of it was passed on to the target. */
  forwarded: boolean;
}

export interface ConnectionRecord {
  readonly number: number;
  readonly at: number;
  fromClient: number;
  fromTarget: number;
}

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  readonly arrivals: readonly Arrival[];
  readonly connections: readonly ConnectionRecord[];
  /** How often a request with this marker arrived. */
  arrivalsOf(marker: string): number;
  onRequest(rule: RequestRule): Ordered;
  onConnection(rule: ConnectionRule): Ordered;
  /** Stops listening: new connections are refused (by the operating system) until `up`. Open ones are ended. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Forgets rules and records. */
  clear(): void;
}

export interface ProxyOptions {
  readonly targetPort: number;
  readonly targetHost?: string;
  readonly protocol?: "http" | "tcp";
  /** Header that tells requests apart; default `x-request-id`. */
  readonly marker?: string;
}

interface Book {
  readonly options: ProxyOptions;
  readonly arrivals: Arrival[];
  readonly connections: ConnectionRecord[];
  readonly requestRules: Orders<RequestRule>;
  readonly connectionRules: Orders<ConnectionRule>;
  /** Ends all delays when the proxy ends. */
  readonly timers: Set<ReturnType<typeof setTimeout>>;
  readonly targets: Set<net.Socket>;
}

/** One connection of a client and its twin to the target. */
class Link {
  readonly #book: Book;
  readonly #client: net.Socket;
  readonly #record: ConnectionRecord;
  readonly #reader = new RequestReader();
  readonly #rule: ConnectionRule | undefined;
  #target: net.Socket | undefined;
  #arrival: Arrival | undefined;
  #due: RequestRule | undefined;
  #answered = 0;
  /** Once struck, nothing passes in either direction. */
  #over = false;
  #up: Promise<void> = Promise.resolve();
  #down: Promise<void> = Promise.resolve();

  constructor(book: Book, client: net.Socket) {
    this.#book = book;
    this.#client = client;
    this.#record = { number: book.connections.length + 1, at: Date.now(), fromClient: 0, fromTarget: 0 };
    book.connections.push(this.#record);
    this.#rule = book.connectionRules.take(() => true)?.fault;
    client.on("data", (bytes: Uint8Array) => {
      this.#up = this.#up.then(() => this.#fromClient(bytes));
    });
    client.on("close", () => {
      this.#up = this.#up.then(() => this.#clientLeft());
    });
    this.#up = this.#open();
  }

  async #open(): Promise<void> {
    if (this.#rule !== undefined && this.#rule.after === undefined) await this.#strike(this.#rule.act);
    if (this.#over) return;
    const { targetHost = "127.0.0.1", targetPort } = this.#book.options;
    const target = net.connect({ host: targetHost, port: targetPort, noDelay: true });
    this.#target = target;
    this.#book.targets.add(target);
    target.on("data", (bytes: Uint8Array) => {
      this.#down = this.#down.then(() => this.#fromTarget(bytes));
    });
    target.on("error", () => target.destroy());
    target.on("close", () => {
      this.#book.targets.delete(target);
      this.#down = this.#down.then(() => {
        if (!this.#over) this.#client.destroy();
      });
    });
  }

  /** Ends or delays the client's side. The target keeps what it was given, and may finish it. */
  async #strike(act: Act): Promise<void> {
    if (typeof act === "number") {
      return await new Promise((resolve) => {
        const timer = setTimeout(() => {
          this.#book.timers.delete(timer);
          resolve();
        }, act);
        this.#book.timers.add(timer);
      });
    }
    this.#over = true;
    if (act === "close") this.#client.destroy();
    if (act === "reset") reset(this.#client);
  }

  async #forward(bytes: Uint8Array): Promise<void> {
    if (!this.#over && this.#target !== undefined) await writeAll(this.#target, bytes);
  }

  async #fromClient(bytes: Uint8Array): Promise<void> {
    if (this.#over) return;
    const room = await this.#countClient(bytes);
    if (this.#book.options.protocol === "tcp") return await this.#forward(room);
    for (const piece of this.#reader.push(room)) {
      if (piece.kind === "head") await this.#head(piece.raw, piece.head);
      else if (piece.kind === "body") await this.#body(piece.raw, piece.data);
      else await this.#end();
      if (this.#over) return;
    }
  }

  /** Counts bytes of the client; cuts them where a rule of the connection strikes. */
  async #countClient(bytes: Uint8Array): Promise<Uint8Array> {
    const { after, act } = this.#rule ?? {};
    const before = this.#record.fromClient;
    this.#record.fromClient += bytes.length;
    if (after?.from !== "client" || before > after.bytes || this.#record.fromClient < after.bytes) return bytes;
    const passed = bytes.slice(0, after.bytes - before);
    await this.#forward(passed);
    await this.#strike(act!);
    return this.#over ? new Uint8Array() : bytes.slice(passed.length);
  }

  async #head(raw: Uint8Array, head: RequestHead): Promise<void> {
    const { arrivals, options, requestRules } = this.#book;
    this.#arrival = {
      number: arrivals.length + 1,
      connection: this.#record.number,
      at: Date.now(),
      head,
      marker: head.headers[options.marker ?? "x-request-id"],
      bodyBytes: 0,
      complete: false,
      forwarded: false,
    };
    arrivals.push(this.#arrival);
    this.#answered = 0;
    this.#due = requestRules.take(({ matches }) => matches?.(head) ?? true)?.fault;
    if (this.#due?.when === "before") await this.#struckInRequest();
    await this.#forward(raw);
  }

  async #body(raw: Uint8Array, data: Uint8Array): Promise<void> {
    this.#arrival!.bodyBytes += data.length;
    if (this.#due?.when === "in body" && data.length > 0) {
      const half = Math.floor(raw.length / 2);
      await this.#forward(raw.slice(0, half));
      await this.#struckInRequest();
      return await this.#forward(raw.slice(half));
    }
    await this.#forward(raw);
  }

  async #end(): Promise<void> {
    this.#arrival!.complete = true;
    this.#arrival!.forwarded = !this.#over;
    if (this.#due?.when !== "after request") return;
    const { act } = this.#due;
    this.#due = undefined;
    await this.#strike(act);
  }

  /** A request that is not to reach the target whole: the target's side goes with it. */
  async #struckInRequest(): Promise<void> {
    const { act } = this.#due!;
    this.#due = undefined;
    await this.#strike(act);
    if (this.#over && act !== "stall") this.#target?.destroy();
  }

  async #fromTarget(bytes: Uint8Array): Promise<void> {
    if (this.#over) return;
    const { after, act } = this.#rule ?? {};
    const before = this.#record.fromTarget;
    this.#record.fromTarget += bytes.length;
    if (after?.from === "target" && before <= after.bytes && this.#record.fromTarget >= after.bytes) {
      return await this.#passBack(bytes, after.bytes - before, act!);
    }
    const moment = this.#due?.when;
    const seen = this.#answered;
    this.#answered += bytes.length;
    if (typeof moment === "object" && this.#answered >= moment.answerBytes) {
      const { act } = this.#due!;
      this.#due = undefined;
      return await this.#passBack(bytes, moment.answerBytes - seen, act);
    }
    await writeAll(this.#client, bytes);
  }

  async #passBack(bytes: Uint8Array, length: number, act: Act): Promise<void> {
    await writeAll(this.#client, bytes.slice(0, length));
    await this.#strike(act);
    if (!this.#over) await writeAll(this.#client, bytes.slice(length));
  }

  #clientLeft(): void {
    if (!this.#over) this.#target?.end();
  }
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startFaultProxy(options: ProxyOptions): Promise<FaultProxy> {
  const book: Book = {
    options,
    arrivals: [],
    connections: [],
    requestRules: new Orders(),
    connectionRules: new Orders(),
    timers: new Set(),
    targets: new Set(),
  };
  const accept = (client: net.Socket) => void new Link(book, client);
  let listener: Listener | undefined = await listen(0, accept);
  const { port } = listener;
  const down = async () => {
    await listener?.close();
    listener = undefined;
  };
  return {
    port,
    arrivals: book.arrivals,
    connections: book.connections,
    arrivalsOf: (marker) => book.arrivals.filter((arrival) => arrival.marker === marker).length,
    onRequest: (rule) => book.requestRules.add(rule),
    onConnection: (rule) => book.connectionRules.add(rule),
    down,
    async up() {
      listener ??= await listen(port, accept);
    },
    clear() {
      book.requestRules.clear();
      book.connectionRules.clear();
      book.arrivals.length = 0;
      book.connections.length = 0;
    },
    async [Symbol.asyncDispose]() {
      for (const timer of book.timers) clearTimeout(timer);
      await down();
      const ended = [...book.targets].map((target) => new Promise<void>((done) => target.once("close", () => done())));
      for (const target of book.targets) target.destroy();
      await Promise.all(ended);
    },
  };
}
