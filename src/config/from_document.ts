/**
 * From the document to the typed configuration: values by the registry, then the rules that concern several keys at
 * once. Pure but for the decryption it is given.
 */
import { dirname } from "node:path";
import { IdentSyncError } from "../error.ts";
import { CONTACT_FIELDS, DEAL_FIELDS, type FieldTable } from "../reception/fields.ts";
import { type Status, STATUSES } from "../reception/status.ts";
import { Secret } from "../secret.ts";
import { endsWithComment } from "./comment_after.ts";
import type { Config, NamesOf } from "./config.ts";
import type { IniDocument } from "./ini.ts";
import { type Misspelt, misspeltIn } from "./misspelt.ts";
import { type Decrypt, type SecretFailure, SecretReader } from "./secret_values.ts";
import { timeZone as zoneKind } from "./kind.ts";
import { type Draft, type KeyProblem, readValues } from "./values.ts";
import type { Values } from "./registry.ts";
import { webhookSecretWrong } from "./webhook.ts";

/** The configuration, and what else stands in its file. */
export interface LoadedConfig extends Config {
  /** `[Section] key` of everything in the file that the program does not use. */
  readonly unknownKeys: readonly string[];
  /** Of everything that the program does not use, what is probably meant otherwise. */
  readonly misspelt: readonly Misspelt[];
  /** `[Section] key` of values that look as if a comment stood after them. */
  readonly valuesWithComment: readonly string[];
  /** `token` is filled in beside an address that has another code, and decides nothing. */
  readonly tokenDiffers: boolean;
}

export interface ConfigSource {
  /** Absolute path of config.ini. */
  readonly path: string;
  readonly decrypt: Decrypt;
  /** IANA name of this computer's time zone. */
  readonly localTimeZone: string;
}

/**
 * The configuration that a document holds. Throws IdentSyncError("config") that lists all that is wrong at once, or
 * IdentSyncError("secret") where everything is right but a secret cannot be decrypted.
 */
export function configFrom(document: IniDocument, { path, decrypt, localTimeZone }: ConfigSource): LoadedConfig {
  const folder = dirname(path);
  const { draft, problems, unknown, withComment } = readValues(document, { folder });
  const secrets = new SecretReader(decrypt);

  const password = passwordOf(draft, secrets, problems);
  const smtpPassword = secrets.read(draft.Notifications.smtp_password, {
    section: "Notifications",
    key: "smtp_password",
  });
  const webhookCode = webhookCodeOf(draft, secrets, problems);
  const tokenDiffers = isSpareToken(draft) && spareToken(draft, decrypt) !== webhookCode;
  const port = portOf(draft);
  const timeZone = timeZoneOf(draft, localTimeZone, problems);
  checkIdentField(draft, problems);
  const misspelt = misspeltIn(document, unknown);
  failIfWrong(path, problems, secrets.failures, misspelt);

  // No problem was found, so no value is missing.
  const values = draft as Values;
  const { Database, Bitrix24, Sync, Logging, Queue, Notifications } = values;
  return {
    path,
    folder,
    database: {
      host: Database.server.host,
      instance: Database.server.instance,
      port,
      database: Database.database,
      username: Database.username,
      password: new Secret(password),
      connectionTimeoutSeconds: Database.connection_timeout,
      queryTimeoutSeconds: Database.query_timeout,
      encrypt: Database.encrypt,
      trustServerCertificate: Database.trust_server_certificate,
    },
    portal: {
      webhook: new Secret(`${Bitrix24.webhook_url.prefix}${webhookCode}/`),
      host: Bitrix24.webhook_url.host,
      requestTimeoutSeconds: Bitrix24.request_timeout,
      requestsPerSecond: Bitrix24.rate_limit,
      defaultAssignedById: Bitrix24.default_assigned_by_id,
      settleSeconds: Bitrix24.settle_seconds,
    },
    pipeline: values.pipelines.deal_category_id,
    contactFields: namesFrom(CONTACT_FIELDS, values.contact_fields),
    dealFields: namesFrom(DEAL_FIELDS, values.deal_fields),
    stages: stagesOf(values),
    closedLeadStatuses: values.lead_statuses.closed ?? [],
    sync: {
      filialId: Sync.filial_id,
      intervalMinutes: Sync.interval_minutes,
      batchSize: Sync.batch_size,
      initialDays: Sync.initial_days,
      updateExisting: Sync.enable_update_existing,
      timeZone,
      maxRunMinutes: Sync.max_run_minutes,
      deleted: Sync.deleted,
      maxClosings: Sync.max_closings,
    },
    filialFilter: {
      enabled: values.FilialFilter.enabled_filial_ids,
      fallback: values.FilialFilter.default_filial_id,
    },
    logging: {
      level: Logging.level,
      folder: Logging.log_dir,
      rotationDays: Logging.rotation_days,
      maxSizeMegabytes: Logging.max_log_size_mb,
      maskPersonalData: Logging.mask_personal_data,
    },
    queue: {
      enabled: Queue.enabled,
      path: Queue.persistence_file,
      maxRetryAttempts: Queue.max_retry_attempts,
      retryIntervalMinutes: Queue.retry_interval_minutes,
    },
    notifications: {
      adminEmail: Notifications.admin_email,
      smtpServer: Notifications.smtp_server,
      smtpPort: Notifications.smtp_port,
      smtpUsername: Notifications.smtp_username,
      smtpPassword: new Secret(smtpPassword ?? ""),
      errorThresholdPercent: Notifications.error_threshold_percent,
      errorThresholdCount: Notifications.error_threshold_count,
    },
    dryRun: values.Advanced.dry_run,
    unknownKeys: unknown.map(({ section, key }) => `[${section}] ${key}`),
    misspelt,
    valuesWithComment: [
      ...withComment.map(({ section, key }) => `[${section}] ${key}`),
      ...(endsWithComment(password) ? ["[Database] password"] : []),
      ...(endsWithComment(smtpPassword ?? "") ? ["[Notifications] smtp_password"] : []),
    ],
    tokenDiffers,
  };
}

/** The portal's names of the fields of a table, from its section. */
function namesFrom<T extends FieldTable>(
  table: T,
  values: Readonly<Record<string, string | undefined>>,
): NamesOf<T> {
  return Object.fromEntries(Object.entries(table).map(([name, { key }]) => [name, values[key]])) as NamesOf<T>;
}

function stagesOf({ deal_stages, deal_defaults }: Values): Config["stages"] {
  const fallback = deal_defaults.default_stage_id;
  const byStatus = STATUSES.map((status) => [status, deal_stages.mapping[status] ?? fallback]);
  return {
    byStatus: Object.fromEntries(byStatus) as Record<Status, string>,
    final: deal_stages.final,
    protected: deal_stages.protected ?? [],
    fallback,
  };
}

function passwordOf(draft: Draft, secrets: SecretReader, problems: KeyProblem[]): string {
  const place = { section: "Database", key: "password" };
  const password = secrets.read(draft.Database.password, place);
  if (password === "") problems.push({ ...place, wrong: "значение не заполнено: зашифрована пустая строка" });
  return password ?? "";
}

/** The secret of the webhook: of the address, else of `token`. */
function webhookCodeOf(draft: Draft, secrets: SecretReader, problems: KeyProblem[]): string {
  const { webhook_url: address, token } = draft.Bitrix24;
  const inAddress = { section: "Bitrix24", key: "webhook_url" };
  const inToken = { section: "Bitrix24", key: "token" };
  const ofAddress = secrets.read(address?.secret, inAddress);
  const ofToken = isSpareToken(draft) ? undefined : secrets.read(token, inToken);

  for (const [code, place] of [[ofAddress, inAddress], [ofToken, inToken]] as const) {
    const wrong = code === undefined ? undefined : webhookSecretWrong(code);
    if (wrong !== undefined) problems.push({ ...place, wrong });
  }
  const tokenMissing = "token" in draft.Bitrix24 && token === undefined;
  if (address !== undefined && address.secret === undefined && tokenMissing) {
    problems.push({ ...inAddress, wrong: "нет кода вебхука: допишите его в конец адреса" });
  }
  return ofAddress ?? ofToken ?? "";
}

/** Whether `token` stands beside an address that has its code: the original asked for it and never used it. */
const isSpareToken = ({ Bitrix24: { webhook_url: address, token } }: Draft): boolean =>
  address?.secret !== undefined && token !== undefined;

/** A `token` that decides nothing; one that cannot be decrypted is no failure. */
const spareToken = ({ Bitrix24: { token } }: Draft, decrypt: Decrypt): string | undefined =>
  new SecretReader(decrypt).read(token, { section: "Bitrix24", key: "token" });

/** The port of the example files: beside the name of an instance it says nothing, as it did with the original program. */
const USUAL_PORT = 1433;

/** The number after the comma, else the key's; an instance beside the usual one has none (SQL Server Browser is asked). */
function portOf({ Database: { server, port } }: Draft): number | undefined {
  if (server?.port !== undefined) return server.port;
  return server?.instance !== undefined && port === USUAL_PORT ? undefined : port;
}

/** Names of "no zone is set", and UTC, which Windows or Linux falls back to; no clinic lives by it. */
const NO_ZONES: ReadonlySet<string> = new Set(["Etc/Unknown", "UTC", "Etc/UTC", "GMT", "Etc/GMT", "UCT", "Zulu"]);

/** The clinic's zone: the configured one, else this computer's, where that is known. */
function timeZoneOf({ Sync }: Draft, local: string, problems: KeyProblem[]): string {
  // What was written is wrong, and told already.
  if (!("timezone" in Sync)) return local;
  if (Sync.timezone !== undefined) return Sync.timezone;
  if (!NO_ZONES.has(local) && "value" in zoneKind.read(local, { folder: "" })) return local;
  problems.push({
    section: "Sync",
    key: "timezone",
    wrong: `часовой пояс этого компьютера не определён (${local}): впишите пояс клиники, например Europe/Moscow`,
  });
  return local;
}

/** Two meanings in the field of the reception's key would make every deal unknown, and so a second one of each. */
function checkIdentField({ deal_fields: fields }: Draft, problems: KeyProblem[]): void {
  const other = Object.entries(fields).find(([key, code]) => key !== "ident_id" && code === fields.ident_id);
  if (fields.ident_id === undefined || other === undefined) return;
  problems.push({
    section: "deal_fields",
    key: other[0],
    shown: other[1],
    wrong: "это поле уже занято ключом ident_id: в нём хранится номер записи",
  });
}

function failIfWrong(
  path: string,
  problems: readonly KeyProblem[],
  failures: readonly SecretFailure[],
  misspelt: readonly Misspelt[],
): void {
  const fix = `Исправьте файл ${path} и запустите программу снова.`;
  if (problems.length > 0) {
    const secretProblems = failures.map(({ section, key, error }) => ({ section, key, wrong: error.text.what }));
    // What is missing may stand there under a misspelt name.
    const lines = [...[...problems, ...secretProblems].map(problemText), ...misspelt.map(misspeltText)]
      .map((line) => `  ${line}`);
    throw new IdentSyncError("config", { what: ["В настройках есть ошибки:", ...lines].join("\n"), fix });
  }
  if (failures.length === 1) throw failures[0].error;
  if (failures.length > 1) {
    const [{ error: first }] = failures;
    const what = [...new Set(failures.map(({ error }) => error.text.what))].join("\n");
    throw new IdentSyncError("secret", { ...first.text, what }, { cause: first });
  }
}

const lineText = (line: number | undefined): string => line === undefined ? "" : ` (строка ${line})`;

const misspeltText = ({ name, line, meant }: Misspelt): string =>
  `${name}${lineText(line)}: незнакомое название; возможно, ${meant}`;

function problemText({ section, key, line, shown, wrong }: KeyProblem): string {
  const place = `[${section}] ${key}${lineText(line)}`;
  if (shown === undefined) return `${place}: ${wrong}`;
  return `${place}: «${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}» — ${wrong}`;
}
