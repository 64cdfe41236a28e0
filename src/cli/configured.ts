/**
 * What every command that works with a configuration has around it: config.ini, the log, errors in words.
 */
import { dirname, join } from "node:path";
import type { Config } from "../config/config.ts";
import type { LoadedConfig } from "../config/from_document.ts";
import { openRights } from "../config/config_file.ts";
import { isOpen, nameOf, secretsIn } from "../config/document_secrets.ts";
import { loadConfig, readDocument } from "../config/load.ts";
import { Logging } from "../config/registry_program.ts";
import { secretsOf } from "../config/secret_values.ts";
import { type RunningLog, startLogging } from "../logging/start.ts";
import type { World } from "../world.ts";
import type { ExitCode } from "./exit_code.ts";
import { reportError } from "./report_error.ts";
import { commentAfter, misspeltNames, NO_MAIL, plainSecrets, rightsWarning, TOKEN_DIFFERS } from "./text.ts";

export type ConfiguredCommand = (world: World, config: Config, logging: RunningLog) => Promise<ExitCode>;

/** Runs a command with the configuration of a file. Never throws: a failure is told, and gives its exit code. */
export async function configured(world: World, path: string, command: ConfiguredCommand): Promise<ExitCode> {
  let config: LoadedConfig;
  try {
    config = await loadConfig(path, { decrypt: world.decrypt, localTimeZone: world.timeZone });
  } catch (error) {
    using logging = await defaultLog(world, path);
    return reportError(error, world.err, logging);
  }
  using logging = startLogging(config.logging, {
    now: world.now,
    timeZone: config.sync.timeZone,
    secrets: secretsOf(config),
    warn: (text) => world.err.write(`${text}\n`),
  });
  try {
    for (const warning of await warningsAbout(path, config, world)) {
      // A person sees it on the screen; a scheduled run has its log.
      if (world.err.isTerminal) world.err.write(`${warning}\n`);
      logging.log.warning(warning);
    }
    if (config.notifications.adminEmail !== undefined) logging.log.warning(NO_MAIL);
    for (const key of config.unknownKeys) logging.log.debug(`В config.ini есть незнакомая настройка ${key}.`);
    return await command(world, config, logging);
  } catch (error) {
    return reportError(error, world.err, logging);
  }
}

/** Longer than any log is kept: what the configuration says of it is not known. */
const KEEP_ALL_DAYS = 36_500;

/**
 * The log where it is by default, for a configuration that does not load: of a scheduled run nothing else remains. Where it
 * cannot be written nobody is told, and no folder but its own is made.
 */
async function defaultLog(world: World, path: string): Promise<RunningLog | undefined> {
  const folder = dirname(path);
  if (!await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false)) return undefined;
  const document = await readDocument(path).catch(() => undefined);
  const secrets = document === undefined ? [] : secretsIn(document).flatMap(({ plain }) => plain ?? []);
  return startLogging({
    level: "INFO",
    folder: join(folder, Logging.keys.log_dir.fallback ?? ""),
    rotationDays: KEEP_ALL_DAYS,
    maxSizeMegabytes: Number(Logging.keys.max_log_size_mb.fallback),
    maskPersonalData: true,
  }, { now: world.now, timeZone: world.timeZone, secrets, warn: () => {} });
}

/**
 * What may be wrong with the file: secrets in plain text, comments after values, misspelt names, a token of no use, and
 * others who may read it.
 */
async function warningsAbout(path: string, config: LoadedConfig, { canEncrypt }: World): Promise<string[]> {
  const plain = secretsIn(await readDocument(path)).filter(isOpen).map(nameOf);
  const rights = await openRights(path).catch(() => undefined);
  return [
    ...(plain.length > 0 ? [plainSecrets(plain, canEncrypt)] : []),
    ...(config.valuesWithComment.length > 0 ? [commentAfter(config.valuesWithComment)] : []),
    ...(config.misspelt.length > 0 ? [misspeltNames(config.misspelt)] : []),
    ...(config.tokenDiffers ? [TOKEN_DIFFERS] : []),
    ...(rights === undefined ? [] : [rightsWarning(path, rights)]),
  ];
}
