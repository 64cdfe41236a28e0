/**
 * The command line: commands, flags, help, all in Russian.
 */
import {
  type ApplicationText,
  ArgumentScannerError,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type CommandContext,
  formatMessageForArgumentScannerError,
  run as runApplication,
  text_en,
} from "@stricli/core";
import { join, resolve } from "node:path";
import program from "../../deno.json" with { type: "json" };
import type { World } from "../world.ts";
import { configured } from "./configured.ts";
import { encrypt } from "./encrypt.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { init } from "./init.ts";
import { once } from "./once.ts";
import { run as runContinuously } from "./run.ts";

interface Context extends CommandContext {
  readonly world: World;
  exitCode: ExitCode;
}

interface ConfigFlags {
  readonly config?: string;
}

const configFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  brief: "Файл настроек; без этого ключа — config.ini рядом с программой",
  placeholder: "файл",
} as const;

/** Optional, not false by default: the help would tell of the default. */
const flag = (brief: string) => ({ kind: "boolean", optional: true, withNegated: false, brief }) as const;

const configPath = (world: World, { config }: ConfigFlags): string =>
  config === undefined ? join(world.home, "config.ini") : resolve(config);

const runCommand = buildCommand<ConfigFlags, [], Context>({
  async func(flags) {
    this.exitCode = await configured(this.world, configPath(this.world, flags), runContinuously);
  },
  parameters: { flags: { config: configFlag } },
  docs: {
    brief: "Переносить изменения раз в несколько минут, пока программу не остановят",
    fullDescription: [
      "Работает в окне и переносит изменения каждые interval_minutes минут. Остановить: Ctrl+C.",
      "Если база или портал недоступны, программа ждёт и продолжает сама, когда связь вернётся.",
    ].join("\n"),
  },
});

interface OnceFlags extends ConfigFlags {
  readonly dryRun?: boolean;
  readonly showPersonal?: boolean;
  readonly full?: boolean;
  readonly confirmClosings?: boolean;
}

const onceCommand = buildCommand<OnceFlags, [], Context>({
  async func({ dryRun = false, showPersonal = false, full = false, confirmClosings = false, ...flags }) {
    const command = once({ dryRun, showPersonal, full, confirmClosings });
    this.exitCode = await configured(this.world, configPath(this.world, flags), command);
  },
  parameters: {
    flags: {
      config: configFlag,
      dryRun: flag("Пробный запуск: показать, что изменилось бы, и ничего не менять"),
      showPersonal: flag("При пробном запуске показать и значения полей, в том числе имена и телефоны"),
      full: flag("Сверить с порталом все записи ближайших дней (раз в день это делается само)"),
      confirmClosings: flag("Вместе с --full: закрыть сделки удалённых записей, сколько бы их ни было"),
    },
  },
  docs: {
    brief: "Перенести изменения из IDENT в Битрикс24 один раз и закончить",
    fullDescription: [
      "Переносит в Битрикс24 все записи на приём, которые изменились в IDENT с прошлого запуска, и заканчивает работу.",
      "Эту команду запускает Планировщик заданий.",
      "",
      "Код завершения: 0 — всё перенесено; 1 — часть записей не принята и ждёт в очереди; 2 — ошибка в настройках",
      "или в файлах программы; 3 — недоступна база IDENT; 4 — недоступен портал; 5 — синхронизация уже идёт;",
      "70 — ошибка самой программы; 130 — остановлено по Ctrl+C.",
    ].join("\n"),
  },
});

interface EncryptFlags extends ConfigFlags {
  readonly machine?: boolean;
  readonly check?: boolean;
  readonly restrict?: boolean;
}

const encryptCommand = buildCommand<EncryptFlags, [], Context>({
  async func({ machine = false, check = false, restrict = false, ...flags }) {
    this.exitCode = await encrypt(this.world, configPath(this.world, flags), { machine, check, restrict });
  },
  parameters: {
    flags: {
      config: configFlag,
      machine: flag("Для всех пользователей этого компьютера: если программу запускает служба или SYSTEM"),
      check: flag("Только показать, что записано открытым текстом (код завершения 1, если такие значения есть)"),
      restrict: flag("Оставить config.ini только владельцу, системе и администраторам"),
    },
  },
  docs: {
    brief: "Зашифровать пароли и код вебхука в config.ini",
    fullDescription: [
      "Шифрует в config.ini пароль базы, token, пароль почты и код в адресе вебхука средствами Windows (DPAPI).",
      "Прочитать их сможет только тот же пользователь Windows на том же компьютере. Остальное в файле не меняется.",
    ].join("\n"),
  },
});

interface InitFlags extends ConfigFlags {
  readonly yes?: boolean;
}

const initCommand = buildCommand<InitFlags, [], Context>({
  async func({ yes = false, ...flags }) {
    this.exitCode = await init(this.world, configPath(this.world, flags), { yes });
  },
  parameters: {
    flags: {
      config: configFlag,
      yes: flag("Ни о чём не спрашивать: записать пример, который нужно заполнить самому"),
    },
  },
  docs: {
    brief: "Создать config.ini: спросить главное и проверить подключения",
    fullDescription: [
      "Создаёт файл настроек рядом с программой; файл, который уже есть, не трогает. Спрашивает сервер, базу, логин, пароль и",
      "адрес вебхука, сразу проверяет подключения и предлагает зашифровать пароли.",
    ].join("\n"),
  },
});

const routes = buildRouteMap<string, Context>({
  routes: { init: initCommand, encrypt: encryptCommand, once: onceCommand, run: runCommand },
  docs: {
    brief: "ident-sync переносит записи на приём из IDENT в Битрикс24",
    fullDescription: [
      "ident-sync переносит записи на приём из IDENT в Битрикс24: пациент становится контактом, запись — сделкой.",
      "Настройки — в файле config.ini рядом с программой. Подробнее о команде: ident-sync КОМАНДА --help",
    ].join("\n"),
  },
});

/** What may have been meant, as the user writes it. */
const perhaps = (corrections: readonly string[]): string =>
  corrections.length === 0
    ? ""
    : ` Возможно, вы имели в виду ${corrections.map((each) => `«${each.replaceAll("`", "")}»`).join(", ")}.`;

/** `dryRun` → `--dry-run` */
const asFlag = (name: string): string =>
  `--${name.replace(/^--/, "").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** What is wrong with the command line. */
function parsingFault(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return "Командная строка не разобрана.";
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) => `Неизвестный ключ «--${input}».${perhaps(corrections.map(asFlag))}`,
    AliasNotFoundError: ({ input }) => `Неизвестный ключ «-${input}».`,
    // Of a key with a value every value can be read, so this is one that takes none.
    ArgumentParseError: ({ externalFlagNameOrPlaceholder }) =>
      `Ключ «--${externalFlagNameOrPlaceholder}» пишется без значения.`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `После ключа «--${externalFlagName}» нужно значение.`,
    UnexpectedFlagError: ({ externalFlagName }) => `Ключ «--${externalFlagName}» указан дважды.`,
    UnexpectedPositionalError: ({ input }) => `Лишнее слово в командной строке: «${input}».`,
  }) || "Командная строка не разобрана.";
}

const text: ApplicationText = {
  ...text_en,
  headers: {
    usage: "ИСПОЛЬЗОВАНИЕ",
    aliases: "ДРУГИЕ ИМЕНА",
    commands: "КОМАНДЫ",
    flags: "КЛЮЧИ",
    arguments: "АРГУМЕНТЫ",
  },
  keywords: { default: "по умолчанию:", separator: "разделитель:" },
  briefs: {
    help: "Показать эту справку",
    helpAll: "Показать всю справку",
    version: "Показать версию программы",
    argumentEscapeSequence: "Дальше только аргументы, без ключей",
  },
  noCommandRegisteredForInput: ({ input, corrections }) =>
    (input.startsWith("-")
      ? `Перед ключом «${input}» нужна команда.\n`
      : `Неизвестная команда «${input}».${perhaps(corrections)}\n`) +
    "Список команд: ident-sync --help",
  exceptionWhileParsingArguments: (error) => `${parsingFault(error)}\nСправка: ident-sync --help`,
};

/** One or two letters wrong: what is further off was not meant. */
const A_SLIP = { threshold: 2, weights: { insertion: 1, deletion: 1, substitution: 1, transposition: 1 } };

const application = buildApplication(routes, {
  name: "ident-sync",
  versionInfo: { currentVersion: program.version },
  scanner: { caseStyle: "allow-kebab-for-camel", distanceOptions: A_SLIP },
  documentation: { disableAnsiColor: true },
  localization: { text },
});

/** Asks for help as Windows' own programs are asked (`/?`), and as a command. */
function withHelp([first, ...rest]: readonly string[]): readonly string[] {
  if (first === undefined) return [];
  const args = first === "help" ? [...rest, "--help"] : [first, ...rest];
  return args.map((arg) => arg === "/?" || arg === "-?" ? "--help" : arg);
}

/** Runs a whole command line. Never throws. */
export async function run(world: World): Promise<ExitCode> {
  const process: Context["process"] & { exitCode?: number | string } = { stdout: world.out, stderr: world.err };
  const context: Context = { process, world, exitCode: EXIT.ok };
  await runApplication(application, withHelp(world.args), context);
  // Stricli has codes of its own for what it could not parse, below zero or above.
  return process.exitCode === undefined || process.exitCode === 0 ? context.exitCode : EXIT.configuration;
}
