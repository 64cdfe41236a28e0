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
import { wrapped } from "./wrap.ts";

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
  brief: "Файл настроек вместо config.ini рядом с программой",
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
    brief: "Переносить изменения раз в несколько минут, пока не остановят",
    fullDescription: wrapped(
      "Работает в окне и переносит изменения каждые interval_minutes минут. Остановить: Ctrl+C. " +
        "Если база или портал недоступны, программа ждёт и продолжает сама, когда связь вернётся.",
    ),
  },
});

/** What a caller learns of a run of `once`. */
const EXIT_CODES: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, "ошибок нет; в очереди могут ждать прежние записи"],
  [
    EXIT.incomplete,
    "выполнено, но часть записей не перенесена: в этом запуске отказано или нет подтверждения, либо в очереди есть " +
    "записи, от которых программа отступилась (failed)",
  ],
  [EXIT.configuration, "ошибка в командной строке, в настройках или в файлах программы"],
  [EXIT.database, "недоступна база IDENT"],
  [EXIT.portal, "недоступен портал"],
  [EXIT.locked, "синхронизация уже идёт"],
  [EXIT.defect, "ошибка самой программы"],
  [EXIT.interrupted, "остановлено по Ctrl+C"],
];

/** A code and its words, whose further lines stand below the words. */
function exitCodeRow([code, words]: (typeof EXIT_CODES)[number]): string {
  const head = `${String(code).padStart(5)}  `;
  return head + wrapped(" ".repeat(head.length) + words).trimStart();
}

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
      dryRun: flag("Пробный запуск: показать план и ничего не менять"),
      showPersonal: flag("С --dry-run: и значения полей, имена и телефоны тоже"),
      full: flag("Сверить с порталом ближайшие дни, повторить очередь"),
      confirmClosings: flag("С --full: закрыть сделки всех удалённых записей"),
    },
  },
  docs: {
    brief: "Перенести изменения из IDENT в Битрикс24 один раз и закончить",
    customUsage: [
      "[--config файл] [--full [--confirm-closings]]",
      "[--config файл] --dry-run [--show-personal] [--full]",
    ],
    fullDescription: wrapped([
      "Переносит в Битрикс24 все записи на приём, которые изменились в IDENT с прошлого запуска, и заканчивает работу. " +
      "Эту команду запускает Планировщик заданий. Раз в день она сама сверяет с порталом записи ближайших дней; " +
      "с --full — сразу.",
      "",
      "Код завершения:",
      ...EXIT_CODES.map(exitCodeRow),
    ].join("\n")),
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
      machine: flag("Для всех пользователей компьютера (служба, SYSTEM)"),
      check: flag("Только показать, что записано открытым текстом"),
      restrict: flag("Оставить файл владельцу, системе и администраторам"),
    },
  },
  docs: {
    brief: "Зашифровать пароли и код вебхука в config.ini",
    fullDescription: wrapped([
      "Шифрует в config.ini пароль базы, token, пароль почты и код в адресе вебхука средствами Windows (DPAPI). " +
      "Прочитать их сможет только тот же пользователь Windows на том же компьютере. Остальное в файле не меняется.",
      "",
      "Код завершения с --check: 1, если что-то записано открытым текстом.",
    ].join("\n")),
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
      yes: flag("Не спрашивать: записать файл, чтобы заполнить его самому"),
    },
  },
  docs: {
    brief: "Создать config.ini: спросить главное и проверить подключения",
    fullDescription: wrapped(
      "Создаёт файл настроек рядом с программой; файл, который уже есть, не трогает. Спрашивает сервер, базу, логин, " +
        "пароль и адрес вебхука, сразу проверяет подключения и предлагает зашифровать пароли. Если прервать вопросы, " +
        "проверенные ответы сохранятся до следующего раза.",
    ),
  },
});

const routes = buildRouteMap<string, Context>({
  routes: { init: initCommand, encrypt: encryptCommand, once: onceCommand, run: runCommand },
  docs: {
    brief: "ident-sync переносит записи на приём из IDENT в Битрикс24",
    fullDescription: wrapped([
      "ident-sync переносит записи на приём из IDENT в Битрикс24: пациент становится контактом, запись — сделкой. " +
      "Настройки — в файле config.ini рядом с программой.",
      "",
      "Подробнее о команде: ident-sync КОМАНДА --help",
    ].join("\n")),
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
  documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
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
