/** One client from its first byte to its last. */

import type { ClinicFaults } from "../faults.ts";
import { type BatchAnswer, type Engine, pause } from "../sql/engine.ts";
import { errorOfNumber, notUnderstood } from "../sql/sql_server_errors.ts";
import { type Login, readLogin } from "./login.ts";
import { type ByteStream, MESSAGE, type Message, MessageReader, packets } from "./packet.ts";
import { answerPrelogin, type EncryptionSetting } from "./prelogin.ts";
import { readBatch, readProcedureCall } from "./request.ts";
import { TokenWriter } from "./tokens.ts";

/** A query that a client sent. */
export interface ReceivedQuery {
  readonly text: string;
  /** By name, without the `@`; as text in the form of SQL Server, null for NULL. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number;
}

/** What a session needs of its server. */
export interface SessionWorld {
  readonly server: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly encryption: EncryptionSetting;
  readonly engine: Engine;
  readonly faults: ClinicFaults;
  /** TLS over a stream whose handshake is wrapped in TDS packets. */
  startTls(stream: ByteStream, read: Uint8Array<ArrayBuffer>): Promise<ByteStream>;
  received(query: ReceivedQuery): void;
}

const LOWEST_PACKET = 512;
const HIGHEST_PACKET = 32_767;
const TDS_7_4 = 0x7400_0004;
/** Severity from which SQL Server closes the connection. */
const FATAL = 20;
const LOGIN_LINGER_MS = 1000;
const FATAL_LINGER_MS = 30;

/** How much of an answer is sent; with all but `all` the connection is closed then. */
type Sent = "all" | "fatal" | "half" | "nothing";

interface Request {
  readonly kind: "batch" | "rpc";
  readonly text: string;
  readonly declaration: string;
  readonly values: ReadonlyMap<string, string | null>;
}

export class Session {
  readonly #world: SessionWorld;
  #stream: ByteStream;
  #packetSize = 4096;
  readonly #ended = new AbortController();

  constructor(world: SessionWorld, stream: ByteStream) {
    this.#world = world;
    this.#stream = stream;
  }

  /** Ends the session from the server's side. */
  close(): void {
    this.#ended.abort();
    this.#stream.close();
  }

  /** Serves the client until one of the two closes. */
  async run(): Promise<void> {
    try {
      const reader = await this.#logIn();
      if (reader !== undefined) await this.#serve(reader);
    } catch (error) {
      // A client that speaks no TDS is hung up on, as a real server does.
      if (!(error instanceof RangeError)) throw error;
    } finally {
      this.close();
    }
  }

  /** Leaves the client time to read what it was sent last; a client that hangs up ends the wait. */
  async #linger(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<null>((resolve) => timer = setTimeout(() => resolve(null), milliseconds));
    await Promise.race([this.#stream.read(), over]);
    clearTimeout(timer);
  }

  async #send(data: Uint8Array): Promise<void> {
    await this.#stream.write(packets(MESSAGE.answer, data, this.#packetSize));
  }

  async #logIn(): Promise<MessageReader | undefined> {
    let reader = new MessageReader(this.#stream);
    let message = await reader.next();
    if (message?.type === MESSAGE.prelogin) {
      const prelogin = answerPrelogin(message.data, this.#world.encryption);
      await this.#send(prelogin.data);
      if (prelogin.encrypted) {
        this.#stream = await this.#world.startTls(this.#stream, reader.rest);
        reader = new MessageReader(this.#stream);
      }
      message = await reader.next();
    }
    if (message?.type !== MESSAGE.login) return undefined;
    const login = readLogin(message.data);
    const tokens = new TokenWriter(this.#world.server);
    const accepted = this.#judge(login, tokens);
    await this.#send(tokens.take());
    if (!accepted) {
      await this.#linger(LOGIN_LINGER_MS);
      return undefined;
    }
    this.#packetSize = packetSizeFor(login);
    return reader;
  }

  /** Writes the answer to a login and says whether it was let in. */
  #judge(login: Login, tokens: TokenWriter): boolean {
    const { database, username, password, faults } = this.#world;
    const failed = errorOfNumber(18456, `Login failed for user '${login.user}'.`);
    const refuse = (...errors: readonly (typeof failed)[]) => {
      for (const error of errors) tokens.error(error);
      tokens.done("done", { error: true });
      return false;
    };
    const refusal = faults.refusalOfLogin();
    if (refusal !== undefined) return refuse(refusal);
    // The login's name follows the server's collation, the password does not.
    if (login.user.toLowerCase() !== username.toLowerCase() || login.password !== password) return refuse(failed);
    if (login.database !== "" && login.database.toLowerCase() !== database.toLowerCase()) {
      const message = `Cannot open database "${login.database}" requested by the login. The login failed.`;
      return refuse(errorOfNumber(4060, message), failed);
    }
    tokens.databaseChange(database);
    tokens.info(5701, `Changed database context to '${database}'.`);
    tokens.collationChange();
    tokens.languageChange("us_english");
    tokens.info(5703, "Changed language setting to us_english.");
    tokens.loginAck(Math.min(login.tdsVersion, TDS_7_4));
    tokens.packetSizeChange(packetSizeFor(login), this.#packetSize);
    tokens.done("done");
    return true;
  }

  async #serve(reader: MessageReader): Promise<void> {
    let working: { readonly stop: AbortController; readonly done: Promise<void>; over: boolean } | undefined;
    while (true) {
      const message = await reader.next();
      if (message === null) break;
      if (message.type === MESSAGE.attention) {
        if (working !== undefined && !working.over) working.stop.abort();
        else await this.#acknowledgeAttention();
        await working?.done;
        continue;
      }
      await working?.done;
      if (message.type !== MESSAGE.batch && message.type !== MESSAGE.rpc) break;
      const stop = new AbortController();
      const work = { stop, done: Promise.resolve(), over: false };
      work.done = this.#answer(message, AbortSignal.any([stop.signal, this.#ended.signal]), stop.signal).then(() => {
        work.over = true;
      });
      working = work;
    }
    working?.stop.abort();
    await working?.done;
  }

  async #acknowledgeAttention(): Promise<void> {
    const tokens = new TokenWriter(this.#world.server);
    tokens.done("done", { attention: true });
    await this.#send(tokens.take());
  }

  /** Works on a request and answers it; a request that was stopped is answered with nothing but its end. */
  async #answer(message: Message, signal: AbortSignal, attention: AbortSignal): Promise<void> {
    let tokens = new TokenWriter(this.#world.server);
    if (message.reset) tokens.resetDone();
    let fate: Sent | undefined;
    try {
      fate = message.ignored ? undefined : await this.#work(message, tokens, signal);
    } catch (defect) {
      // A half-written answer cannot be mended: the client is told of the stand's own fault instead.
      tokens = new TokenWriter(this.#world.server);
      tokens.error(notUnderstood(`defect: ${defect instanceof Error ? defect.stack : defect}`).answer);
    }
    if (this.#ended.signal.aborted) return;
    if (fate === undefined || attention.aborted) {
      const cut = attention.aborted ? new TokenWriter(this.#world.server) : tokens;
      cut.done("done", { error: true });
      await this.#send(cut.take());
      // Each of the client's two messages gets a message of its own.
      return attention.aborted ? await this.#acknowledgeAttention() : undefined;
    }
    if (fate === "nothing") return this.close();
    const bytes = packets(MESSAGE.answer, tokens.take(), this.#packetSize);
    await this.#stream.write(fate === "half" ? bytes.subarray(0, bytes.length >> 1) : bytes);
    if (fate === "all") return;
    // The reading loop holds the stream here, so the wait is for time alone.
    if (fate === "fatal") await pause(FATAL_LINGER_MS, this.#ended.signal);
    this.close();
  }

  /** Writes the answer and says how much of it is to be sent. */
  async #work(
    message: Message,
    tokens: TokenWriter,
    signal: AbortSignal,
  ): Promise<Sent> {
    const { faults, engine } = this.#world;
    const request = readRequest(message);
    if (typeof request === "string") {
      tokens.error({ number: 2812, class: 16, state: 62, message: `Could not find stored procedure '${request}'.` });
      tokens.done(message.type === MESSAGE.rpc ? "doneProc" : "done", { error: true });
      return "all";
    }
    if (isHousekeeping(request)) {
      write(tokens, request, await engine.run(request, signal));
      return "all";
    }
    const parameters = Object.fromEntries([...request.values].map(([name, value]) => [name.slice(1), value]));
    this.#world.received({ text: request.text, parameters, at: Date.now() });
    const fate = faults.fateOf(request.text);
    await faults.delay(signal);
    if (fate.kind === "hang") await faults.hang(signal);
    if (fate.kind === "drop" && fate.sent === "nothing") return "nothing";
    if (fate.kind === "error") {
      tokens.error(fate.error);
      tokens.done(request.kind === "rpc" ? "doneProc" : "done", { error: true });
      return fate.error.class >= FATAL ? "fatal" : "all";
    }
    if (signal.aborted) return "all";
    write(tokens, request, await engine.run(request, signal));
    return fate.kind === "drop" ? "half" : "all";
  }
}

function packetSizeFor(login: Login): number {
  const asked = login.packetSize === 0 ? 4096 : login.packetSize;
  return Math.min(Math.max(asked, LOWEST_PACKET), HIGHEST_PACKET);
}

/** The request, or the name of a procedure that is not there. */
function readRequest(message: Message): Request | string {
  if (message.type === MESSAGE.batch) {
    return { kind: "batch", text: readBatch(message.data), declaration: "", values: new Map() };
  }
  const { procedure, parameters } = readProcedureCall(message.data);
  if (procedure.toLowerCase() !== "sp_executesql") return procedure;
  const [statement, declaration, ...given] = parameters;
  const values = new Map(given.map(({ name, value }) => [name.toLowerCase(), value]));
  return { kind: "rpc", text: statement?.value ?? "", declaration: declaration?.value ?? "", values };
}

/** What tedious sends at login and mssql's pool before it hands out a connection. */
function isHousekeeping(request: Request): boolean {
  return request.text === "SELECT 1;" || /^\s*set ansi_nulls (on|off)\s/i.test(request.text);
}

function write(tokens: TokenWriter, request: Request, answer: BatchAnswer): void {
  const inside = request.kind === "rpc";
  const token = inside ? "doneInProc" : "done";
  const { outcomes, error } = answer;
  outcomes.forEach((outcome, index) => {
    const more = inside || error !== undefined || index < outcomes.length - 1;
    if (outcome.kind === "rows") {
      tokens.columns(outcome.columns);
      for (const row of outcome.rows) tokens.row(outcome.columns, row);
      tokens.done(token, { more, count: outcome.rows.length });
    } else {
      tokens.done(token, { more, count: outcome.count });
    }
  });
  if (error !== undefined) tokens.error(error.answer);
  if (inside) {
    if (error === undefined) tokens.returnStatus(0);
    tokens.done("doneProc", { error: error !== undefined });
  } else if (error !== undefined || outcomes.length === 0) {
    tokens.done("done", { error: error !== undefined });
  }
}
