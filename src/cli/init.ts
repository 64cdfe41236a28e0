/**
 * `ident-sync init`: a config.ini to begin with. On a terminal it asks what has no default, and tries each connection as
 * soon as it can.
 */
import { writePrivate } from "../config/config_file.ts";
import { renderConfig } from "../config/example.ts";
import { IniDocument } from "../config/ini.ts";
import { allKeys } from "../config/registry.ts";
<<<<<<< HEAD
import { type ErrorText, IdentSyncError } from "../error.ts";
=======
import { IdentSyncError } from "../error.ts";
import type { Log } from "../logging/log.ts";
>>>>>>> 697cf7f (What is remembered of the clinic is no reason to stop; the words name the portal's time; init needs no zone)
import type { World } from "../world.ts";
import { encrypt } from "./encrypt.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { isDraftKept, removeDraft } from "./init_draft.ts";
import { Interview } from "./init_interview.ts";
import { BrokenOff, Questions } from "./questions.ts";
import { reportError } from "./report_error.ts";

export interface InitOptions {
  /** Ask nothing: write the file as it is without answers. */
  readonly yes: boolean;
}

/** Makes a configuration file where there is none. Never throws. */
export async function init(world: World, path: string, { yes }: InitOptions): Promise<ExitCode> {
  try {
    await refuseExisting(path);
    const document = newConfig(path);
    if (yes || world.ask === undefined) {
      await write(path, document);
      world.out.write(
        `Создан файл ${path}. Заполните в нём ключи с пометкой «Обязательно», затем: ident-sync once --dry-run\n`,
      );
      return EXIT.ok;
    }
    const questions = new Questions(world, world.ask);
    const unreached = await brokenOffAs(
      () => notCreated(path, world),
      () => new Interview(world, questions, document, path).hold(),
    );
    await write(path, document);
    world.out.write(`Создан файл ${path}.\n`);
    if (world.canEncrypt) {
      const isWanted = await brokenOffAs(() => NOT_ENCRYPTED, () => questions.confirmed("Зашифровать пароли сейчас?"));
      if (isWanted) {
        const code = await encrypt(world, path, { machine: false, check: false, restrict: false });
        if (code !== EXIT.ok) return code;
      }
    }
    world.out.write(closingWords(unfilledIn(document), unreached));
    return EXIT.ok;
  } catch (error) {
    return reportError(error, world.err, undefined);
  }
}

/** Throws IdentSyncError config where something of that name is there, a link that leads nowhere as well. */
async function refuseExisting(path: string): Promise<void> {
  // Where that cannot be seen, nothing can be written either.
  if (!await Deno.lstat(path).then(() => true, () => false)) return;
  throw new IdentSyncError("config", {
    what: `Файл ${path} уже есть, он не изменён.`,
    fix: "Чтобы начать заново, переименуйте его; чтобы зашифровать пароли, выполните ident-sync encrypt.",
  });
}

/** Without answers, with the line ends that the system's editors expect. */
function newConfig(path: string): IniDocument {
  const text = renderConfig();
  return IniDocument.parse(Deno.build.os === "windows" ? text.replaceAll("\n", "\r\n") : text, path);
}

/** Never over an existing file, also when one has appeared meanwhile. Throws IdentSyncError config. */
async function write(path: string, document: IniDocument): Promise<void> {
  await refuseExisting(path);
  try {
    await writePrivate(path, document.toBytes());
  } catch (error) {
    throw new IdentSyncError("config", {
      what: `Не удалось создать файл ${path}.`,
      fix: "Проверьте, что папка есть, в неё можно записывать и на диске есть место.",
    }, { cause: error });
  }
  await removeDraft(path);
}

/** Does what asks, and tells it when the person breaks that off. Throws IdentSyncError interrupted. */
async function brokenOffAs<T>(told: () => ErrorText | Promise<ErrorText>, asking: () => Promise<T>): Promise<T> {
  try {
    return await asking();
  } catch (error) {
    if (error instanceof BrokenOff) throw new IdentSyncError("interrupted", await told());
    throw error;
  }
}

async function notCreated(path: string, { canEncrypt }: World): Promise<ErrorText> {
  const example = "записать файл без вопросов: ident-sync init --yes";
  const what = `Ввод прерван, файл ${path} не создан.`;
  if (!await isDraftKept(path)) return { what, fix: `Начать заново: ident-sync init; ${example}` };
  return {
    what,
    why: `Проверенные ответы сохранены${canEncrypt ? ", пароли в них зашифрованы" : " без паролей"}.`,
    fix: `Продолжить: ident-sync init; ${example}`,
  };
}

const NOT_ENCRYPTED: ErrorText = {
  what: "Ввод прерван: файл создан, пароли в нём записаны открытым текстом.",
  fix: "Зашифровать их: ident-sync encrypt",
};

/** What is left to do before the first run. */
function closingWords(unfilled: readonly string[], unreached: readonly string[]): string {
  return [
    ...(unfilled.length === 0 ? [] : [`В файле не заполнено: ${unfilled.join(", ")}.`]),
    ...(unreached.length === 0 ? [] : [`Подключения ещё нет: ${unreached.join(", ")}. Исправьте значения в файле.`]),
    "Дальше: проверьте поля и стадии в config.ini, затем ident-sync once --dry-run\n",
  ].join("\n");
}

/** `[Section] key` of what must be given and is empty. */
const unfilledIn = (document: IniDocument): string[] =>
  allKeys().filter(({ section, key, entry }) => entry.required && !document.get(section, key)?.trim())
    .map(({ section, key }) => `[${section}] ${key}`);
<<<<<<< HEAD
=======

/** An empty answer is a yes. */
const isYes = (answer: string): boolean => answer === "" || /^(д|да|y|yes)$/i.test(answer.trim());

type Ask = NonNullable<World["ask"]>;

/**
 * Asks for what has no default and tries it. Returns the sides that were not reached, as the person let them be.
 *
 * @throws IdentSyncError interrupted, when the person broke the questions off
 */
async function fillIn(world: World, ask: Ask, document: IniDocument, path: string): Promise<string[]> {
  const former = new Map<string, string>();
  /** Asks for a key's value. When it is asked again, Enter keeps the former answer; a secret is not shown. */
  const fill: Fill = async (section, key, question, { secret = false, hidden = false } = {}) => {
    const known = former.get(key);
    const offer = known === undefined ? "" : secret ? " (Enter — оставить прежний)" : ` [${known}]`;
    const answer = (await answered(world, ask, `${question}${offer}:`, hidden)) || known || "";
    document.set(section, key, answer);
    if (answer !== "") former.set(key, answer);
    return answer;
  };
  try {
    const reached = {
      "база IDENT": await askUntilItWorks(world, ask, () => fillDatabase(world, fill, document, path)),
      "Битрикс24": await askUntilItWorks(world, ask, async () => {
        await fill("Bitrix24", "webhook_url", "Адрес входящего вебхука Битрикс24 (https://…/rest/1/код/)", {
          secret: true,
        });
        using opened = portalOf(world, readConfig(withValues(document, "Database", ANY_DATABASE), world, path), SILENT);
        await opened.portal.check();
        world.out.write("Битрикс24: подключение есть.\n");
      }),
    };
    return Object.entries(reached).filter(([, isReached]) => !isReached).map(([side]) => side);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    // What was answered so far is not kept: it may be wrong, and a password would stand there openly.
    throw new IdentSyncError("interrupted", {
      what: `Ввод прерван, файл ${path} не создан.`,
      fix: "Начать заново: ident-sync init; записать пример без вопросов: ident-sync init --yes",
    });
  }
}

type Fill = (
  section: string,
  key: string,
  question: string,
  options?: { readonly secret?: boolean; readonly hidden?: boolean },
) => Promise<string>;

async function fillDatabase(world: World, fill: Fill, document: IniDocument, path: string): Promise<void> {
  const example = "имя компьютера, например CLINIC-PC\\SQLEXPRESS";
  await fill("Database", "server", `Сервер SQL Server (${example})`);
  await fill("Database", "database", "База IDENT");
  await fill("Database", "username", "Логин SQL Server");
  await fill("Database", "password", "Пароль (при вводе не виден)", { secret: true, hidden: true });
  const config = readConfig(withValues(document, "Bitrix24", ANY_PORTAL), world, path);
  await using _clinic = await connectClinic(world, config, SILENT, true);
  world.out.write("База IDENT: подключение есть.\n");
}

/** The person broke the questions off: Ctrl+C, or the end of the input. */
class Unanswered extends Error {}

async function answered({ stop }: World, ask: Ask, question: string, hidden = false): Promise<string> {
  const answer = stop.aborted ? undefined : await ask(question, { hidden });
  if (answer === undefined || stop.aborted) throw new Unanswered();
  return answer.trim();
}

/** Rejects with Unanswered when the person presses Ctrl+C while a connection is tried. */
function stopped({ stop }: World): Promise<never> {
  return new Promise((_, reject) => stop.addEventListener("abort", () => reject(new Unanswered()), { once: true }));
}

const SILENT: Log = { debug() {}, info() {}, warning() {}, error() {} };

/**
 * Asks and tries; when it does not work, says why and asks again. Returns whether it worked; not, where the person wants to
 * go on as it is.
 */
async function askUntilItWorks(world: World, ask: Ask, attempt: () => Promise<void>): Promise<boolean> {
  while (true) {
    try {
      await Promise.race([attempt(), stopped(world)]);
      return true;
    } catch (error) {
      if (error instanceof RangeError) world.err.write("Такое значение записать нельзя: в нём есть лишние знаки.\n");
      else if (error instanceof IdentSyncError) world.err.write(`${wordsOf(error)}\n`);
      else throw error;
      if (!isYes(await answered(world, ask, "Ввести заново? [Д/н]"))) return false;
    }
  }
}

/** There is no file yet that could be mended, and so no line of it. */
function wordsOf({ code, text, message }: IdentSyncError): string {
  const words = code === "config" ? text.what : message;
  return words.replace(/^В настройках есть ошибки:/, "В ответах есть ошибки:").replaceAll(
    / \(строка \d+\)| в config\.ini/g,
    "",
  );
}

/** Each side is tried by itself, so the other, not asked for yet or given up, may be any. */
const ANY_PORTAL = { webhook_url: "https://example.bitrix24.ru/rest/1/x/" };
const ANY_DATABASE = { server: "localhost", port: "", database: "any", username: "any", password: "any" };

function withValues(document: IniDocument, section: string, values: Readonly<Record<string, string>>): IniDocument {
  const copy = IniDocument.parse(document.toText());
  for (const [key, value] of Object.entries(values)) copy.set(section, key, value);
  return copy;
}

/** Nothing here has a time, so a PC whose zone is not known is told of it by the first run, not in the middle of questions. */
function readConfig(document: IniDocument, { decrypt }: World, path: string): Config {
  return configFrom(document, { path, decrypt, localTimeZone: "Europe/Moscow" });
}
>>>>>>> 697cf7f (What is remembered of the clinic is no reason to stop; the words name the portal's time; init needs no zone)
