/**
 * The webhook's client: calls and batches within the portal's limits. Reads are repeated until they succeed or the
 * portal is given up; a write leaves once, and only what surely was not done is sent again.
 */
import { interruptedError } from "../error.ts";
import { Secret } from "../secret.ts";
import type { Log } from "../logging/log.ts";
import { batchParams, batchReplies, type Command } from "./batch.ts";
import type { Pace } from "./pace.ts";
import { type Reply, replyOf, type ReplyTime } from "./reply.ts";
import type { Params } from "./encode.ts";
import type { Post } from "./transport.ts";
import { fatalError, unreachableError, uselessError, workingTimeError } from "./trouble.ts";

/** Waits between attempts, milliseconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000] as const;
/** How many times in a row a full bucket is waited out; each time a second or more. */
const RATE_ATTEMPTS = 60;
const RATE_PAUSE = 1_000;

export interface WebhookDeps {
  /** Ends in `/`. */
  readonly address: Secret;
  /** What may be shown of the address. */
  readonly host: string;
  readonly post: Post;
  readonly pace: Pace;
  readonly now: () => number;
  readonly sleep: (milliseconds: number, until?: AbortSignal) => Promise<void>;
  /** The user asks to stop: nothing is asked any more; a write that has left is waited for. */
  readonly stop: AbortSignal;
  readonly log: Log;
  /** Tells the user something that is to be mended, though the work goes on. */
  readonly notice: (text: string) => void;
}

type Leaving = () => Promise<void>;

/**
 * What became of a request. A move of the portal is followed here, and nobody else hears of it; `unsent`: it did not
 * leave, and the reason says why.
 */
export type Settled = Exclude<Reply, { kind: "moved" }> | { readonly kind: "unsent"; readonly reason: string };

const STOPPED: Settled = { kind: "unsent", reason: "не отправлено: программу остановили" };

export class Webhook {
  readonly #deps: WebhookDeps;
  #address: Secret;

  constructor(deps: WebhookDeps) {
    this.#deps = deps;
    this.#address = deps.address;
  }

  /**
   * Reads by several commands in one request (1 to 50); each command's result in their order.
   *
   * @throws IdentSyncError portal, when the portal cannot be used, or still refuses or fails a command when asked again;
   *   interrupted, when the user asked to stop
   */
  async read(commands: readonly Command[]): Promise<unknown[]> {
    const { host, log, sleep, stop } = this.#deps;
    for (let attempt = 0;; attempt++) {
      const reply = await this.#exchange("batch", batchParams(commands));
      if (stop.aborted || reply.kind === "unsent") throw interruptedError();
      if (reply.kind === "fatal") throw fatalError(reply.error, reply.status);
      const replies = reply.kind === "accepted"
        ? this.#note(commands, batchReplies(commands.length, reply.result))
        : [reply];
      const bad = replies.find((each) => each.kind !== "accepted");
      if (bad === undefined) return replies.map((each) => each.kind === "accepted" ? each.result : undefined);
      if (bad.kind === "fatal") throw fatalError(bad.error, bad.status);
      if (bad.kind === "refused") throw uselessError(host, refusal(bad.error));
      if (bad.kind === "limited" && bad.by === "method") throw workingTimeError(host);
      if (bad.kind === "unreachable" && attempt === PAUSES.length) throw unreachableError(host, bad.reason);
      const reason = bad.kind === "limited" ? "исчерпан лимит запросов" : bad.reason;
      if (attempt === PAUSES.length) throw uselessError(host, reason);
      log.debug(`Чтение с портала не удалось (${reason}), повтор через ${PAUSES[attempt] / 1000} с.`);
      await sleep(PAUSES[attempt], stop);
    }
  }

  /**
   * Sends writes in one request (1 to 50), once. Replies stand in the commands' order. Throws only what `leaving` throws,
   * which is called just before the request leaves.
   */
  async writeBatch(commands: readonly Command[], leaving: Leaving): Promise<Settled[]> {
    const reply = await this.#send("batch", batchParams(commands), leaving);
    if (reply.kind !== "accepted") return commands.map(() => reply);
    return this.#note(commands, batchReplies(commands.length, reply.result));
  }

  /** Sends one write in a request of its own, once; its text arrives as it is, whatever it holds. Throws as above. */
  async writeOne({ method, params }: Command, leaving: Leaving): Promise<Settled> {
    const reply = await this.#send(method, params, leaving);
    return this.#note([{ method, params }], [reply])[0];
  }

  /** A write: repeated only as long as the connection did not open. */
  async #send(method: string, params: Params, leaving: Leaving): Promise<Settled> {
    const { sleep, stop } = this.#deps;
    for (let attempt = 0;; attempt++) {
      const reply = await this.#exchange(method, params, leaving);
      if (reply.kind !== "unreachable") return reply;
      if (!stop.aborted && attempt < PAUSES.length) await sleep(PAUSES[attempt], stop);
      if (stop.aborted) return STOPPED;
      if (attempt === PAUSES.length) return reply;
    }
  }

  /** One request, within the rate; sent again only where it surely was not done: the bucket was full, the portal moved. */
  async #exchange(method: string, params: Params, leaving?: Leaving): Promise<Settled> {
    const { pace, post, sleep, notice, stop } = this.#deps;
    const body = JSON.stringify(params);
    const giveUp = leaving === undefined ? stop : undefined;
    let moves = 0;
    for (let full = 0;;) {
      await sleep(pace.delay(), giveUp);
      if (stop.aborted && (leaving === undefined || full > 0)) return STOPPED;
      await leaving?.();
      pace.count();
      const reply = replyOf(await post(this.#address, method, body, giveUp));
      if (reply.kind === "moved" && moves++ === 0) {
        const address = movedTo(reply.location, this.#address, method);
        if (address !== undefined) {
          this.#address = address.address;
          notice(`Портал переехал на адрес ${address.host}. Исправьте webhook_url в config.ini.`);
          continue;
        }
      }
      if (reply.kind === "moved") return { kind: "fatal", error: { code: "", description: "" }, status: 302 };
      if (reply.kind !== "limited" || reply.by !== "rate" || ++full > RATE_ATTEMPTS) return reply;
      pace.overflowed();
      await sleep(RATE_PAUSE, stop);
    }
  }

  /** Remembers the working times that the replies tell, and which methods the portal blocks. */
  #note(commands: readonly Command[], replies: Settled[]): Settled[] {
    replies.forEach((reply, index) => {
      const { method } = commands[index];
      if (reply.kind === "accepted" && reply.time !== undefined) this.#noteTime(method, reply.time);
      if (reply.kind === "limited" && reply.by === "method") this.#deps.pace.block(method);
    });
    return replies;
  }

  #noteTime(method: string, { finish, resetAt }: ReplyTime): void {
    // By the portal's own clock: this computer's may be wrong.
    this.#deps.pace.noteReset(method, this.#deps.now() + Math.max(0, resetAt - finish) * 1000);
  }
}

const refusal = ({ code, description }: { code: string; description: string }) =>
  `портал отказал в чтении (${code || description.replace(/<[^>]*>/g, " ").trim().slice(0, 80) || "без объяснения"})`;

/**
 * The webhook at the address of a redirection. Only where it is the same webhook on another host, over https or on this
 * very computer: patients' data must not follow a log-in page of some network.
 */
function movedTo(location: string, from: Secret, method: string): { address: Secret; host: string } | undefined {
  if (!URL.canParse(location)) return undefined;
  const url = new URL(location);
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !loopback) return undefined;
  const { pathname } = new URL(from.reveal());
  if (url.pathname !== `${pathname}${method}`) return undefined;
  return { address: new Secret(`${url.origin}${pathname}`), host: url.host };
}
