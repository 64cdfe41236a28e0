/**
 * The log of one run of the program: LogTape carries the messages, the files are our own. LogTape's daily file sink
 * changes files at the PC's midnight instead of the clinic's, has no size limit, holds lines back for up to five seconds
 * (they would be lost with a killed program), and throws where the folder cannot be written.
 */
import { EOL } from "node:os";
import { compareLogLevel, configureSync, getConfig, getLogger, type LogLevel, type LogRecord } from "@logtape/logtape";
import type { Config } from "../config/config.ts";
import { isHeldOpen } from "../held_open.ts";
import { DayFiles } from "./day_files.ts";
import { type LevelName, logLines } from "./line.ts";
import type { Log } from "./log.ts";
import { maskerOf } from "./mask.ts";

export interface LoggingOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** IANA name of the clinic's time zone: its date names the files, its time stands in the lines. */
  readonly timeZone: string;
  /** Strings that are masked whatever the configuration says. */
  readonly secrets: readonly string[];
  /** Tells the person, at most once, that the log cannot be written; in Russian, one line. */
  readonly warn: (text: string) => void;
}

/** A log that is being written. */
export interface RunningLog extends Disposable {
  readonly log: Log;
  /** Absolute path of the folder with its files; `undefined`: they cannot be written. */
  readonly folder: string | undefined;
  /** The names and phones of the receptions in hand, masked from now on in place of those told before. */
  setPersonal(strings: readonly string[]): void;
  /** Flushes and closes the file; messages that come later open it again. Never throws. */
  close(): void;
}

const CATEGORY = "ident-sync";
const LOWEST: Readonly<Record<LevelName, LogLevel>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
};
const NAMES: Readonly<Record<LogLevel, LevelName>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warning: "WARNING",
  error: "ERROR",
  fatal: "ERROR",
};

/** Starts the log. Never throws: a log that cannot be written is told once, and the program goes on without it. */
export function startLogging(config: Config["logging"], options: LoggingOptions): RunningLog {
  connect();
  const destination = new Destination(config, options);
  const logger = getLogger(CATEGORY).with({ destination });
  return {
    // As a value, not as a template: a message may hold braces.
    log: {
      debug: (message) => logger.debug`${message}`,
      info: (message) => logger.info`${message}`,
      warning: (message) => logger.warning`${message}`,
      error: (message) => logger.error`${message}`,
    },
    get folder() {
      return destination.isLost ? undefined : config.folder;
    },
    setPersonal: (strings) => destination.setPersonal(strings),
    close: () => destination.close(),
    [Symbol.dispose]: () => destination.close(),
  };
}

/**
 * LogTape is configured once a process, so the records themselves say to which run they belong: several runs in one
 * process (tests) do not disturb each other.
 */
function connect(): void {
  if (getConfig() !== null) return;
  configureSync({
    sinks: { destination: (record) => (record.properties.destination as Destination).write(record) },
    loggers: [
      { category: CATEGORY, lowestLevel: "debug", sinks: ["destination"] },
      { category: ["logtape", "meta"], lowestLevel: "fatal", sinks: [] },
    ],
  });
}

class Destination {
  readonly #config: Config["logging"];
  readonly #options: LoggingOptions;
  readonly #files: DayFiles;
  #mask: ReturnType<typeof maskerOf>;
  #hasWarned = false;

  constructor(config: Config["logging"], options: LoggingOptions) {
    this.#config = config;
    this.#options = options;
    this.#files = new DayFiles({
      folder: config.folder,
      keepDays: config.rotationDays,
      maxBytes: config.maxSizeMegabytes * 1024 * 1024,
    });
    this.#mask = this.#maskWith([]);
  }

  write(record: LogRecord): void {
    if (compareLogLevel(record.level, LOWEST[this.#config.level]) < 0) return;
    const time = Temporal.Instant.fromEpochMilliseconds(this.#options.now())
      .toZonedDateTimeISO(this.#options.timeZone).toPlainDateTime();
    const message = this.#mask(record.message.join(""), record.level === "info" ? "own" : "mixed");
    this.#attempt(() => this.#files.write(time.toPlainDate(), logLines(time, NAMES[record.level], message, EOL)));
  }

  /** Whether something could not be written. */
  get isLost(): boolean {
    return this.#hasWarned;
  }

  setPersonal(strings: readonly string[]): void {
    this.#mask = this.#maskWith(strings);
  }

  close(): void {
    this.#attempt(() => this.#files.close());
  }

  #maskWith(personal: readonly string[]): ReturnType<typeof maskerOf> {
    return maskerOf({ secrets: this.#options.secrets, personal, maskPersonal: this.#config.maskPersonalData });
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      this.#options.warn(`Журнал не пишется: ${this.#reasonOf(error)}`);
    }
  }

  #reasonOf(error: unknown): string {
    const { folder } = this.#config;
    if (isHeldOpen(error)) {
      return `его файл в папке ${folder} открыт в другой программе. Закройте её, и журнал продолжится сам.`;
    }
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    return `папка ${folder} недоступна для записи${code}.`;
  }
}
