/**
 * What `init` asks: for each side its answers, tried as soon as they are there, and asked for again until they work or are
 * let be.
 */
import type { Config } from "../config/config.ts";
import { configFrom } from "../config/from_document.ts";
import { IniDocument } from "../config/ini.ts";
import { IdentSyncError } from "../error.ts";
import type { Log } from "../logging/log.ts";
import type { World } from "../world.ts";
import { ASKED, type Draft, keepDraft, readDraft, removeDraft, type Side } from "./init_draft.ts";
import { isWebhook, pastedName, pastedWebhook } from "./pasted.ts";
import { BrokenOff, type Questions } from "./questions.ts";
import { connectClinic, portalOf } from "./sides.ts";

/** How long a connection is tried; a side may accept it and never say a word. */
const PATIENCE_MS = 30_000;

const SILENT: Log = { debug() {}, info() {}, warning() {}, error() {} };

/** What is said of a side. */
const NAMES: Readonly<Record<Side, { readonly inList: string; readonly connected: string }>> = {
  Database: { inList: "база IDENT", connected: "База IDENT: подключение есть." },
  Bitrix24: { inList: "Битрикс24", connected: "Битрикс24: подключение есть." },
};

/** Each side is tried by itself, so the other, not asked for yet or given up, may be any. */
const ANY: Readonly<Record<Side, Readonly<Record<string, string>>>> = {
  Database: { server: "localhost", port: "", database: "any", username: "any", password: "any" },
  Bitrix24: { webhook_url: "https://example.bitrix24.ru/rest/1/x/" },
};
const OTHER: Readonly<Record<Side, Side>> = { Database: "Bitrix24", Bitrix24: "Database" };

interface FillOptions {
  readonly secret?: boolean;
  readonly hidden?: boolean;
  /** The answer as it is meant. */
  readonly read?: (answer: string) => string;
  /** It was given already, at another question. */
  readonly given?: string;
}

export class Interview {
  readonly #world: World;
  readonly #questions: Questions;
  readonly #document: IniDocument;
  readonly #path: string;
  /** What was answered last to each key's question. */
  readonly #former = new Map<string, string>();
  readonly #reached: Side[] = [];

  /** The answers go into the document; `path`: where it is to be written. */
  constructor(world: World, questions: Questions, document: IniDocument, path: string) {
    this.#world = world;
    this.#questions = questions;
    this.#document = document;
    this.#path = path;
  }

  /**
   * Asks for both sides. Returns those that were not reached, in words, as the person let them be.
   *
   * @throws BrokenOff; what was reached is kept as a draft then
   */
  async hold(): Promise<string[]> {
    const draft = await this.#offeredDraft();
    await this.#settle("Database", draft);
    await this.#settle("Bitrix24", draft);
    return (Object.keys(ASKED) as Side[]).filter((side) => !this.#reached.includes(side)).map((side) =>
      NAMES[side].inList
    );
  }

  /** The draft that an `init` before left, where the person wants it. */
  async #offeredDraft(): Promise<Draft | undefined> {
    const draft = await readDraft(this.#path, this.#world);
    if (draft === undefined) return undefined;
    const { server, database, username } = draft.Database ?? {};
    const about = server ? `сервер ${server}, база ${database}, логин ${username}` : "адрес вебхука";
    if (await this.#questions.confirmed(`Есть ответы прошлого раза: ${about}. Продолжить с ними?`)) return draft;
    await removeDraft(this.#path);
    return undefined;
  }

  /** Asks and tries; when it does not work, says why and asks again. */
  async #settle(side: Side, draft: Draft | undefined): Promise<void> {
    let isAnswered = this.#take(side, draft?.[side]);
    let given: string | undefined;
    while (true) {
      try {
        if (!isAnswered) await this.#fill(side, given);
        isAnswered = false;
        await this.#connect(side);
        this.#reached.push(side);
        await keepDraft(this.#path, this.#document, this.#reached, this.#world);
        this.#world.out.write(`${NAMES[side].connected}\n`);
        return;
      } catch (error) {
        this.#world.err.write(`${wordsOf(error)}\n`);
        const isOther = side === "Bitrix24" ? isWebhook : () => false;
        const again = await this.#questions.confirmedOr(isOther, "Ввести заново?");
        if (again === false) return;
        given = again === true ? undefined : again;
      }
    }
  }

  /** Takes over what is known of a side. Returns whether that is all of it. */
  #take(side: Side, known: Readonly<Record<string, string>> | undefined): boolean {
    if (known === undefined) return false;
    for (const key of ASKED[side]) {
      this.#document.set(side, key, known[key]);
      if (known[key] !== "") this.#former.set(key, known[key]);
    }
    return ASKED[side].every((key) => known[key] !== "");
  }

  async #fill(side: Side, given?: string): Promise<void> {
    if (side === "Bitrix24") {
      const question = "Адрес входящего вебхука Битрикс24 (https://…/rest/1/код/)";
      await this.#ask(side, "webhook_url", question, { secret: true, read: pastedWebhook, given });
      return;
    }
    const example = "имя компьютера, например CLINIC-PC\\SQLEXPRESS";
    await this.#ask(side, "server", `Сервер SQL Server (${example})`, { read: pastedName });
    await this.#ask(side, "database", "База IDENT", { read: pastedName });
    await this.#ask(side, "username", "Логин SQL Server", { read: pastedName });
    await this.#ask(side, "password", "Пароль (при вводе не виден)", { secret: true, hidden: true });
  }

  /** Asks for a key's value. When it is asked again, Enter keeps the former answer; a secret is not shown. */
  async #ask(side: Side, key: string, question: string, options: FillOptions): Promise<string> {
    const { secret = false, hidden = false, read = (answer) => answer, given } = options;
    const known = this.#former.get(key);
    const offer = known === undefined ? "" : secret ? " (Enter — оставить прежний)" : ` [${known}]`;
    const answer = read(given ?? await this.#questions.answer(`${question}${offer}:`, { hidden })) || known || "";
    this.#document.set(side, key, answer);
    if (answer !== "") this.#former.set(key, answer);
    return answer;
  }

  /** Throws IdentSyncError where the answers are wrong or the side is not reached, BrokenOff at Ctrl+C. */
  async #connect(side: Side): Promise<void> {
    const world = this.#world;
    const config = this.#configOf(side);
    const server = this.#document.get(side, "server");
    const toWhom = side === "Database" ? `SQL Server ${server}` : `порталу ${config.portal.host}`;
    world.out.write(`Подключаюсь к ${toWhom}…\n`);
    const enough = new AbortController();
    const stop = AbortSignal.any([world.stop, enough.signal]);
    const patience = world.sleep(PATIENCE_MS, stop).then(() => {
      throw side === "Database" ? silentServer(`${server}`) : silentPortal(config.portal.host);
    });
    try {
      await Promise.race([reach(side, { ...world, stop }, config), patience]);
    } catch (error) {
      throw world.stop.aborted ? new BrokenOff() : error;
    } finally {
      enough.abort();
    }
  }

  /** Throws IdentSyncError config. */
  #configOf(side: Side): Config {
    const { decrypt } = this.#world;
    const document = IniDocument.parse(this.#document.toText());
    for (const [key, value] of Object.entries(ANY[OTHER[side]])) document.set(OTHER[side], key, value);
    // Nothing here has a time: a PC whose zone is not known is told of it by the first run, not in the middle of questions.
    return configFrom(document, { path: this.#path, decrypt, localTimeZone: "Europe/Moscow" });
  }
}

async function reach(side: Side, world: World, config: Config): Promise<void> {
  if (side === "Database") {
    await using _clinic = await connectClinic(world, config, SILENT, true);
    return;
  }
  using opened = portalOf(world, config, SILENT);
  await opened.portal.check();
}

const silentServer = (server: string): IdentSyncError =>
  new IdentSyncError("database", {
    what: `SQL Server ${server} не ответил за ${PATIENCE_MS / 1000} с.`,
    fix: "Проверьте имя сервера и порт и то, что брандмауэр пропускает к нему этот компьютер.",
  });

const silentPortal = (host: string): IdentSyncError =>
  new IdentSyncError("portal", {
    what: `Портал ${host} не ответил за ${PATIENCE_MS / 1000} с.`,
    fix: "Проверьте адрес и то, что прокси-сервер, брандмауэр или антивирус пропускает программу к порталу.",
  });

/** There is no file yet that could be mended, and so no line of it. Throws what is no failure of an answer. */
function wordsOf(error: unknown): string {
  // What an INI file cannot hold.
  if (error instanceof RangeError) return "Такое значение записать нельзя: в нём есть лишние знаки.";
  if (!(error instanceof IdentSyncError)) throw error;
  const words = error.code === "config" ? error.text.what : error.message;
  return words.replace(/^В настройках есть ошибки:/, "В ответах есть ошибки:").replaceAll(
    / \(строка \d+\)| в config\.ini/g,
    "",
  );
}
