/**
 * `ident-sync init`: a config.ini to begin with. On a terminal it asks what has no default, and tries each connection as
 * soon as it can.
 */
import { writePrivate } from "../config/config_file.ts";
import { renderConfig } from "../config/example.ts";
import { IniDocument } from "../config/ini.ts";
import { allKeys } from "../config/registry.ts";
import { type ErrorText, IdentSyncError } from "../error.ts";
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
