/**
 * The webhook's client: calls and batches within the portal's limits. Reads are repeated until they succeed or the
 * portal is given up; a write leaves once, and only what surely was not done is sent again.
 *
 * A request that something before the portal turns away (a firewall that dislikes a comment, a limit of its length) is
 * halved until the culprit is alone, so that the others pass.
 */
import { interruptedError } from "../error.ts";
import { Secret } from "../secret.ts";
import type { Log } from "../logging/log.ts";
import { batchParams, batchReplies, type Command } from "./batch.ts";
import { holdsReference, type Params } from "./encode.ts";
import type { ForeignAnswer } from "./foreign.ts";
import type { Pace } from "./pace.ts";
import { passingReason, readError } from "./read_failure.ts";
import { type Reply, replyOf, type ReplyTime } from "./reply.ts";
import type { Post } from "./transport.ts";

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

/** Told the places of the writes in a request just before it leaves. What it throws ends the sending. */
type Leaving = (places: readonly number[]) => Promise<void>;

/**
 * What became of a request. A move of the portal is followed here, and nobody else hears of it; `unsent`: it did not
 * leave, and the reason says why. Of a single command `intercepted` means this one alone: the portal answers others.
 */
export type Settled = Exclude<Reply, { kind: "moved" }> | { readonly kind: "unsent"; readonly reason: string };

const STOPPED: Settled = { kind: "unsent", reason: "не отправлено: программу остановили" };
const AFTER_SILENCE: Settled = { kind: "unsent", reason: "не отправлено: портал не ответил на предыдущую запись" };

/** Asks nothing of the portal but to answer. */
const PROBE: Command = { method: "server.time", params: {} };

export class Webhook {
  readonly #deps: WebhookDeps;
  #address: Secret;

  constructor(deps: WebhookDeps) {
    this.#deps = deps;
    this.#address = deps.address;
  }

  /**
   * Reads by several commands in one request (1 to 50), in more where something before the portal turns it away; each
   * command's result in their order.
   *
   * @throws IdentSyncError portal, when the portal cannot be used, or still refuses or fails a command when asked again,
   *   or a command alone does not pass to it; interrupted, when the user asked to stop
   */
  async read(commands: readonly Command[]): Promise<unknown[]> {
    const { host, log, sleep, stop } = this.#deps;
    for (let attempt = 0;; attempt++) {
      const reply = await this.#exchange("batch", batchParams(commands));
      if (stop.aborted) throw interruptedError();
      if (reply.kind === "intercepted" && commands.length > 1) {
        const [first, second] = this.#halved(commands, reply.answer);
        return [...await this.read(first), ...await this.read(second)];
      }
      const whole = reply.kind === "intercepted" ? await this.#verdict(reply) : reply;
      const replies = whole.kind === "accepted"
        ? this.#note(commands, batchReplies(commands.length, whole.result))
        : [ofBatch(whole)];
      const place = replies.findIndex((each) => each.kind !== "accepted");
      if (place < 0) return replies.map((each) => each.kind === "accepted" ? each.result : undefined);
      const bad = replies[place];
      const passing = passingReason(bad);
      if (passing === undefined || attempt === PAUSES.length) throw readError(host, bad, commands[place]);
      log.debug(`Чтение с портала не удалось (${passing}), повтор через ${PAUSES[attempt] / 1000} с.`);
      await sleep(PAUSES[attempt], stop);
    }
  }

  /**
   * Sends writes (1 to 50) in one request, and each whose text a batch would change in one of its own. Replies stand in
   * the commands' order. Throws only what `leaving` throws.
   *
   * Each write leaves once, and again only where it surely was not done: no connection opened, the portal's rate was used
   * up, it moved, or something before the portal turned the request away, which is then halved.
   */
  async write(commands: readonly Command[], leaving: Leaving): Promise<Settled[]> {
    const settled = new Array<Settled>(commands.length);
    const places = commands.map((_, place) => place);
    const goesAlone = (place: number) => holdsReference(commands[place].params);
    const requests = [
      places.filter((place) => !goesAlone(place)),
      ...places.filter(goesAlone).map((place) => [place]),
    ].filter(({ length }) => length > 0);
    let rest: Settled | undefined;
    while (requests.length > 0) {
      const some = requests.shift()!;
      const sent = some.map((place) => commands[place]);
      const isBatch = !goesAlone(some[0]);
      const { method, params }: Command = isBatch ? { method: "batch", params: batchParams(sent) } : sent[0];
      const reply = rest ?? await this.#send(method, params, () => leaving(some));
      if (reply.kind === "intercepted" && some.length > 1 && !this.#deps.stop.aborted) {
        requests.unshift(...this.#halved(some, reply.answer));
        continue;
      }
      const whole = reply.kind === "intercepted" ? await this.#verdict(reply) : reply;
      const replies = whole.kind === "accepted" && isBatch
        ? batchReplies(some.length, whole.result)
        : some.map(() => isBatch ? ofBatch(whole) : whole);
      this.#note(sent, replies).forEach((each, index) => settled[some[index]] = each);
      rest ??= forTheRest(whole);
    }
    return settled;
  }

  /** The two halves of a request that was turned away. */
  #halved<T>(all: readonly T[], { status }: ForeignAnswer): [T[], T[]] {
    this.#deps.log.debug(`Запрос из ${all.length} действий не пропущен к порталу (HTTP ${status}), делим его пополам.`);
    const middle = Math.ceil(all.length / 2);
    return [all.slice(0, middle), all.slice(middle)];
  }

  /** Whether a command that was turned away alone is to blame itself: if so, the portal answers another one. */
  async #verdict(turnedAway: Extract<Settled, { kind: "intercepted" }>): Promise<Settled> {
    const reply = await this.#exchange("batch", batchParams([PROBE]));
    switch (reply.kind) {
      case "accepted":
      case "refused":
      case "limited":
        return turnedAway;
      case "intercepted":
      case "unknown":
        return { kind: "closed", answer: turnedAway.answer };
      case "closed":
      case "fatal":
      case "unreachable":
      case "unsent":
        return reply;
    }
  }

  /** A write: repeated only as long as the connection did not open. */
  async #send(method: string, params: Params, leaving: () => Promise<void>): Promise<Settled> {
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
  async #exchange(method: string, params: Params, leaving?: () => Promise<void>): Promise<Settled> {
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
      if (reply.kind === "moved") {
        return {
          kind: "intercepted",
          answer: { status: reply.status, elsewhere: hostOf(reply.location, this.#address) },
        };
      }
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

/** A failure of a whole batch is nothing that the portal says of one of its commands. */
function ofBatch(whole: Settled): Settled {
  if (whole.kind !== "unknown") return whole;
  const { error: _, ...unnamed } = whole;
  return unnamed;
}

/** What becomes of the requests after this one, where they would fare no better and so do not leave. */
function forTheRest(whole: Settled): Settled | undefined {
  switch (whole.kind) {
    case "accepted":
    case "refused":
    case "intercepted":
      return undefined;
    case "limited":
      return whole.by === "rate" ? whole : undefined;
    case "unknown":
      // The portal's own failure is an answer.
      return whole.error === undefined ? AFTER_SILENCE : undefined;
    case "unreachable":
    case "closed":
    case "fatal":
    case "unsent":
      return whole;
  }
}

/** The host of a redirection, which may be told as a path alone. */
const hostOf = (location: string, from: Secret): string =>
  URL.canParse(location, from.reveal()) ? new URL(location, from.reveal()).host : "?";

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
