/**
 * `ident-sync init`: a config.ini to begin with. On a terminal it asks what has no default, and tries each connection as
 * soon as it can.
 */
import { restrictRights } from "../config/config_file.ts";
import type { Config } from "../config/config.ts";
import { renderExample } from "../config/example.ts";
import { configFrom } from "../config/from_document.ts";
import { IniDocument } from "../config/ini.ts";
import { Database } from "../config/registry_connections.ts";
import { IdentSyncError } from "../error.ts";
import type { Log } from "../logging/log.ts";
import type { World } from "../world.ts";
import { encrypt } from "./encrypt.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { reportError } from "./report_error.ts";
import { connectClinic, portalOf } from "./session.ts";

export interface InitOptions {
  /** Ask nothing: write the example only. */
  readonly yes: boolean;
}

/** Makes a configuration file where there is none. Never throws. */
export async function init(world: World, path: string, { yes }: InitOptions): Promise<ExitCode> {
  try {
    if (await exists(path)) {
      throw new IdentSyncError("config", {
        what: `Файл ${path} уже есть, он не изменён.`,
        fix: "Чтобы начать заново, переименуйте его; чтобы зашифровать пароли, выполните ident-sync encrypt.",
      });
    }
    const document = exampleFor(path);
    if (yes || !await fillIn(world, document, path)) {
      await write(path, document);
      world.out.write(
        `Создан файл ${path}. Заполните в нём ключи с пометкой «Обязательно», затем: ident-sync once --dry-run\n`,
      );
      return EXIT.ok;
    }
    await write(path, document);
    world.out.write(`Создан файл ${path}.\n`);
    if (world.canEncrypt && isYes(await world.ask("Зашифровать пароли сейчас? [Д/н]", {}), true)) {
      const code = await encrypt(world, path, { machine: false, check: false, restrict: false });
      if (code !== EXIT.ok) return code;
    }
    world.out.write("Дальше: проверьте поля и стадии в config.ini, затем ident-sync once --dry-run\n");
    return EXIT.ok;
  } catch (error) {
    return reportError(error, world.err, undefined);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The built-in example, with the line ends that the system's editors expect. */
function exampleFor(path: string): IniDocument {
  const text = renderExample();
  return IniDocument.parse(Deno.build.os === "windows" ? text.replaceAll("\n", "\r\n") : text, path);
}

/** Never over an existing file, also when one has appeared meanwhile. */
async function write(path: string, document: IniDocument): Promise<void> {
  try {
    await Deno.writeFile(path, document.toBytes(), { createNew: true, mode: 0o600 });
  } catch (error) {
    throw new IdentSyncError("config", {
      what: `Не удалось создать файл ${path}.`,
      fix: "Проверьте, что папка есть, в неё можно записывать, и файла в ней ещё нет.",
    }, { cause: error });
  }
  // A file system without rights is no reason to have no configuration.
  await restrictRights(path).catch(() => {});
}

const isYes = (answer: string | undefined, fallback: boolean): boolean =>
  answer === undefined || answer.trim() === "" ? fallback : /^(д|да|y|yes)$/i.test(answer.trim());

/** Asks for what has no default and tries it. `false`: nobody is there to answer. Throws IdentSyncError interrupted. */
async function fillIn(world: World, document: IniDocument, path: string): Promise<boolean> {
  let answers = 0;
  const ask = async (question: string, hidden = false): Promise<string> => {
    const answer = await world.ask(question, { hidden });
    if (answer === undefined) throw new Unanswered();
    answers++;
    return answer.trim();
  };
  try {
    await askUntilItWorks(world, ask, async () => {
      const server = await ask("Сервер SQL Server (имя компьютера, например CLINIC-PC\\SQLEXPRESS):");
      document.set("Database", "server", server);
      // The example's port would go before the instance or the port that was named here.
      document.set("Database", "port", /[\\,]/.test(server) ? "" : Database.keys.port.fallback ?? "");
      document.set("Database", "database", await ask("База IDENT:"));
      document.set("Database", "username", await ask("Логин SQL Server:"));
      document.set("Database", "password", await ask("Пароль (при вводе не виден):", true));
      const config = readConfig(withValues(document, "Bitrix24", ANY_PORTAL), world, path);
      await using _clinic = await connectClinic(world, config, SILENT);
      world.out.write("База IDENT: подключение есть.\n");
    });
    await askUntilItWorks(world, ask, async () => {
      const address = await ask("Адрес входящего вебхука Битрикс24 (https://…/rest/1/код/):");
      document.set("Bitrix24", "webhook_url", address);
      using opened = portalOf(world, readConfig(withValues(document, "Database", ANY_DATABASE), world, path), SILENT);
      await opened.portal.check();
      world.out.write("Битрикс24: подключение есть.\n");
    });
    return true;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    if (answers === 0) return false;
    // What was answered so far is not kept: it may be wrong, and a password would stand there openly.
    throw new IdentSyncError("interrupted", {
      what: `Ввод прерван, файл ${path} не создан.`,
      fix: "Начать заново: ident-sync init; записать пример без вопросов: ident-sync init --yes",
    });
  }
}

class Unanswered extends Error {}

const SILENT: Log = { debug() {}, info() {}, warning() {}, error() {} };

/** Asks and tries; when it does not work, says why and asks again, unless the person wants to go on as it is. */
async function askUntilItWorks(
  world: World,
  ask: (question: string) => Promise<string>,
  attempt: () => Promise<void>,
): Promise<void> {
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof RangeError) world.err.write("Такое значение записать нельзя: в нём есть лишние знаки.\n");
      else if (error instanceof IdentSyncError) world.err.write(`${wordsOf(error)}\n`);
      else throw error;
      if (!isYes(await ask("Ввести заново? [Д/н]"), true)) return;
    }
  }
}

/** There is no file yet that could be mended. */
const wordsOf = ({ code, text, message }: IdentSyncError): string => code === "config" ? text.what : message;

/** Each side is tried by itself, so the other, not asked for yet or given up, may be any. */
const ANY_PORTAL = { webhook_url: "https://example.bitrix24.ru/rest/1/x/" };
const ANY_DATABASE = { server: "localhost", port: "", database: "any", username: "any", password: "any" };

function withValues(document: IniDocument, section: string, values: Readonly<Record<string, string>>): IniDocument {
  const copy = IniDocument.parse(document.toText());
  for (const [key, value] of Object.entries(values)) copy.set(section, key, value);
  return copy;
}

function readConfig(document: IniDocument, { decrypt, timeZone }: World, path: string): Config {
  return configFrom(document, { path, decrypt, localTimeZone: timeZone });
}
