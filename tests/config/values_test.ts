import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import type { LoadedConfig } from "../../src/config/from_document.ts";
import { list, path, secret, text } from "../../src/config/kind.ts";
import { allKeys } from "../../src/config/registry.ts";
import { stageMapping } from "../../src/config/stages.ts";
import { CODE, configOf, configWith, encrypted, failureOf, FOLDER, MINIMAL, textWith } from "./minimal.ts";

const READ: [place: string, text: string, value: unknown, of: (config: LoadedConfig) => unknown][] = [
  ["Database.port", "1450", 1450, (config) => config.database.port],
  ["Database.connection_timeout", "300", 300, (config) => config.database.connectionTimeoutSeconds],
  ["Database.connection_timeout", "", 10, (config) => config.database.connectionTimeoutSeconds],
  ["Database.query_timeout", "+007", 7, (config) => config.database.queryTimeoutSeconds],
  ["Database.encrypt", "YES", true, (config) => config.database.encrypt],
  ["Database.encrypt", "on", true, (config) => config.database.encrypt],
  ["Database.encrypt", "1", true, (config) => config.database.encrypt],
  ["Database.trust_server_certificate", "false", false, (config) => config.database.trustServerCertificate],
  ["Database.trust_server_certificate", "Off", false, (config) => config.database.trustServerCertificate],
  ["Database.trust_server_certificate", "0", false, (config) => config.database.trustServerCertificate],
  ["Bitrix24.rate_limit", "0.5", 0.5, (config) => config.portal.requestsPerSecond],
  ["Bitrix24.rate_limit", "0,5", 0.5, (config) => config.portal.requestsPerSecond],
  ["Bitrix24.request_timeout", "5", 5, (config) => config.portal.requestTimeoutSeconds],
  ["Bitrix24.default_assigned_by_id", "15", 15, (config) => config.portal.defaultAssignedById],
  ["Bitrix24.default_assigned_by_id", "", undefined, (config) => config.portal.defaultAssignedById],
  ["Bitrix24.settle_seconds", "0", 0, (config) => config.portal.settleSeconds],
  ["pipelines.deal_category_id", "5", 5, (config) => config.pipeline],
  ["deal_fields.ident_id", "", "UF_CRM_1769072841035", (config) => config.dealFields.identId],
  ["deal_fields.comment", "", undefined, (config) => config.dealFields.comment],
  ["deal_fields.comment", "UF_CRM_NOTE", "UF_CRM_NOTE", (config) => config.dealFields.comment],
  ["contact_fields.card_number", "", undefined, (config) => config.contactFields.cardNumber],
  ["deal_stages.final", "WON, LOSE ,C5:WON,", ["WON", "LOSE", "C5:WON"], (config) => config.stages.final],
  ["deal_stages.final", "", ["WON", "LOSE"], (config) => config.stages.final],
  ["deal_stages.protected", "", [], (config) => config.stages.protected],
  ["deal_stages.protected", "Презентация плана", ["Презентация плана"], (config) => config.stages.protected],
  ["lead_statuses.closed", "", [], (config) => config.closedLeadStatuses],
  ["lead_statuses.closed", "JUNK,SPAM", ["JUNK", "SPAM"], (config) => config.closedLeadStatuses],
  ["Sync.filial_id", "10", 10, (config) => config.sync.filialId],
  ["Sync.timezone", "Europe/Samara", "Europe/Samara", (config) => config.sync.timeZone],
  ["Sync.timezone", "", "Asia/Omsk", (config) => config.sync.timeZone],
  ["Sync.deleted", "Lose", "lose", (config) => config.sync.deleted],
  ["Sync.enable_update_existing", "no", false, (config) => config.sync.updateExisting],
  ["FilialFilter.enabled_filial_ids", "1, 3", [1, 3], (config) => config.filialFilter.enabled],
  ["FilialFilter.enabled_filial_ids", "", undefined, (config) => config.filialFilter.enabled],
  ["FilialFilter.default_filial_id", "2", 2, (config) => config.filialFilter.fallback],
  ["FilialFilter.default_filial_id", "0", 0, (config) => config.filialFilter.fallback],
  ["Logging.level", "debug", "DEBUG", (config) => config.logging.level],
  ["Logging.level", "CRITICAL", "ERROR", (config) => config.logging.level],
  ["Logging.log_dir", "protocol/2026", join(FOLDER, "protocol", "2026"), (config) => config.logging.folder],
  ["Logging.log_dir", resolve("/var/log/ident"), resolve("/var/log/ident"), (config) => config.logging.folder],
  ["Queue.persistence_file", "../q.json", resolve("/q.json"), (config) => config.queue.path],
  [
    "Notifications.admin_email",
    "a@clinic.ru, b@clinic.ru",
    "a@clinic.ru, b@clinic.ru",
    (config) => config.notifications.adminEmail,
  ],
  ["Advanced.dry_run", "true", true, (config) => config.dryRun],
];
for (const [place, text, value, of] of READ) {
  Deno.test(`${place} written as «${text}» is read as ${JSON.stringify(value)}`, () => {
    assert.deepEqual(of(configWith({ [place]: text })), value);
  });
}

const WRONG: [place: string, text: string, message: RegExp][] = [
  ["Database.port", "0", /\[Database\] port \(строка \d+\): «0» — нужно целое число от 1 до 65535/],
  ["Database.port", "65536", /от 1 до 65535/],
  ["Database.port", "1433.0", /нужно целое число/],
  ["Database.port", "14 33", /нужно целое число/],
  ["Database.port", "99999999999999999999", /нужно целое число/],
  ["Database.connection_timeout", "301", /«301» — нужно целое число секунд от 1 до 300/],
  ["Database.query_timeout", "3601", /от 1 до 3600/],
  ["Database.encrypt", "да", /нужно True или False/],
  ["Database.encrypt", "2", /нужно True или False/],
  ["Database.username", "ВАШ_ЛОГИН", /оставлен образец/],
  ["Database.server", "ВАШ_SQL_SERVER", /оставлен образец/],
  ["Database.password", "your_password_here", /оставлен образец/],
  ["Database.password", "xxxxxxxxxx", /оставлен образец/],
  ["Bitrix24.request_timeout", "4", /от 5 до 300/],
  ["Bitrix24.rate_limit", "0", /от 0.1 до 50/],
  ["Bitrix24.rate_limit", "51", /от 0.1 до 50/],
  ["Bitrix24.rate_limit", "1e1", /нужно число/],
  ["Bitrix24.settle_seconds", "3601", /от 0 до 3600/],
  ["Bitrix24.default_assigned_by_id", "0", /нужно целое число/],
  ["Sync.filial_id", "11", /от 1 до 10/],
  ["Sync.filial_id", '"1"', /уберите кавычки/],
  ["Sync.filial_id", "'1'", /уберите кавычки/],
  ["Sync.interval_minutes", "1441", /от 1 до 1440/],
  ["Sync.batch_size", "1001", /от 1 до 1000/],
  ["Sync.initial_days", "366", /от 1 до 365/],
  ["Sync.max_run_minutes", "0", /от 1 до 1440/],
  ["Sync.timezone", "Москва", /нет; нужно название вида Europe\/Moscow/],
  ["Sync.timezone", "Europe/Moskow", /нужно название вида/],
  ["Sync.timezone", "+03:00", /нужно название вида/],
  ["Sync.deleted", "remove", /нужно одно из: report, lose/],
  ["Sync.deleted", "constructor", /нужно одно из/],
  ["FilialFilter.default_filial_id", "-1", /нужно целое число/],
  ["FilialFilter.enabled_filial_ids", "1,два", /нужны целые числа больше нуля через запятую/],
  ["Logging.level", "TRACE", /DEBUG, INFO, WARNING, ERROR/],
  ["Logging.rotation_days", "3651", /от 1 до 3650/],
  ["Notifications.admin_email", "admin", /нужен адрес вида/],
  ["deal_fields.comment", "ufCrm_1769494714842", /не похоже на код поля/],
  ["deal_fields.comment", "Комментарий", /не похоже на код поля/],
  ["deal_fields.comment", "UF_CRM_1769072841035", /уже занято ключом ident_id/],
];
for (const [place, text, message] of WRONG) {
  Deno.test(`${place} written as «${text}» is refused with advice`, () => {
    const error = failureOf(textWith({ [place]: text }));
    assert.equal(error.code, "config");
    assert.match(error.text.what, message);
  });
}

Deno.test("every value of the registry that is not a secret is refused in quotes", () => {
  for (const { section, key } of allKeys().filter(({ entry }) => !entry.kind.secret)) {
    assert.match(
      failureOf(textWith({ [`${section}.${key}`]: '"1"' })).text.what,
      /уберите кавычки/,
      `${section}.${key}`,
    );
  }
});

/** Kinds whose values may hold any signs. */
const FREE: readonly unknown[] = [text, path, list, stageMapping, secret];

Deno.test("a value that cannot hold such signs is refused with a comment after it, and the comment is what the message is about", () => {
  for (const { section, key, entry } of allKeys().filter(({ entry }) => !FREE.includes(entry.kind))) {
    for (const value of [`${entry.fallback ?? "1"}   # примечание`, `${entry.fallback ?? "1"} ; примечание`]) {
      assertTellsOfComment(section, key, value);
    }
  }
});

Deno.test("a value that is nothing but a comment is refused, a password's excepted", () => {
  for (const { section, key, entry } of allKeys().filter(({ entry }) => entry.kind !== secret)) {
    assertTellsOfComment(section, key, entry.kind === stageMapping ? "# Завершен:WON" : "# примечание");
  }
});

function assertTellsOfComment(section: string, key: string, value: string): void {
  const { text } = failureOf(textWith({ [`${section}.${key}`]: value }));
  const words = "после значения комментарий писать нельзя: перенесите его на отдельную строку";
  assert.match(text.what, new RegExp(`\\[${section}\\] ${key} \\(строка.*${words}$`, "m"), `${key} = ${value}`);
}

Deno.test("names, folders and stages with such signs work as with the original program, and are named", () => {
  const config = configWith({
    "Database.database": "IDENT #2",
    "Database.username": "reader ; x",
    "Logging.log_dir": "D #1/logs",
    "Queue.persistence_file": "queue #2.json",
    "deal_stages.protected": "Приём #1,EXECUTING",
    "deal_stages.mapping": "Завершен:Приём #2",
    "Notifications.smtp_server": "mail ; main",
  });
  const { database, logging, queue, stages, notifications } = config;
  assert.deepEqual([database.database, database.username, notifications.smtpServer], [
    "IDENT #2",
    "reader ; x",
    "mail ; main",
  ]);
  assert.match(logging.folder, /D #1.logs$/);
  assert.match(queue.path, /queue #2\.json$/);
  assert.deepEqual([stages.protected, stages.byStatus["Завершен"]], [["Приём #1", "EXECUTING"], "Приём #2"]);
  assert.deepEqual(config.valuesWithComment, [
    "[Database] database",
    "[Database] username",
    "[deal_stages] mapping",
    "[deal_stages] protected",
    "[Queue] persistence_file",
    "[Logging] log_dir",
    "[Notifications] smtp_server",
  ]);
});

Deno.test("the settings of the users' own quick start are refused with what to do about their comments", () => {
  const { text } = failureOf(textWith({ "Sync.interval_minutes": "2      # Интервал синхронизации (мин)" }));
  assert.match(
    text.what,
    /interval_minutes \(строка \d+\): «2 {6}# Интервал синхронизации \(мин\)» — нужно целое число минут от 1 до 1440; после значения комментарий/,
  );
});

Deno.test("signs of a comment inside a value are a part of it", () => {
  assert.deepEqual(configWith({ "deal_stages.protected": "Этап#2,Этап;3" }).stages.protected, ["Этап#2", "Этап;3"]);
});

Deno.test("a token with a comment after it is told of the comment, not called a sample, and not shown", () => {
  for (const sign of ["#", ";"]) {
    const webhook = { "Bitrix24.webhook_url": "https://portal.bitrix24.ru/rest/1/" };
    const { message } = failureOf(textWith({ ...webhook, "Bitrix24.token": `${CODE}   ${sign} токен` }));
    assert.match(message, /\[Bitrix24\] token: после значения комментарий писать нельзя/);
    assert.doesNotMatch(message, /образец/);
    assert.ok(!message.includes(CODE));
  }
});

Deno.test("a webhook's address and an encrypted password with a comment after it are told of it", () => {
  for (const sign of ["#", ";"]) {
    const webhook = failureOf(
      textWith({ "Bitrix24.webhook_url": `https://portal.bitrix24.ru/rest/1/${CODE} ${sign} вебхук` }),
    );
    assert.match(webhook.message, /webhook_url \(строка \d+\): .*после значения комментарий писать нельзя/);
    assert.ok(!webhook.message.includes(CODE));
    const password = failureOf(textWith({ "Database.password": `${encrypted("x")} ${sign} пароль` }));
    assert.match(password.message, /password \(строка \d+\): .*испорчено.*; после значения комментарий писать нельзя/);
  }
});

Deno.test("a password that looks as if a comment stood after it is taken as it is, and named", () => {
  const plain = "abc   # пароль";
  for (const value of [plain, encrypted(plain)]) {
    const config = configWith({ "Database.password": value, "Notifications.smtp_password": "a;b#c" });
    assert.equal(config.database.password.reveal(), plain);
    assert.deepEqual(config.valuesWithComment, ["[Database] password"]);
  }
});

Deno.test("each required key that is missing or empty is named", () => {
  const required = allKeys().filter(({ entry }) => entry.required);
  assert.deepEqual(required.map(({ section, key }) => `${section}.${key}`), [
    "Database.server",
    "Database.database",
    "Database.username",
    "Database.password",
    "Bitrix24.webhook_url",
  ]);
  for (const { section, key } of required) {
    for (const value of [undefined, ""]) {
      const { text } = failureOf(textWith({ [`${section}.${key}`]: value }));
      assert.match(text.what, new RegExp(`\\[${section}\\] ${key}.*: значение не заполнено$`), key);
    }
  }
});

Deno.test("a value that swallowed the indented line after it is told", () => {
  const text = MINIMAL.replace("username = ident_reader", "username = ident_reader\n  port = 1450");
  assert.match(failureOf(text).text.what, /\[Database\] username \(строка 4\).*несколько строк/);
});

Deno.test("names of sections and keys from older files are found, in any case", () => {
  const old = MINIMAL.replace("[Bitrix24]", "[BITRIX]").replace("[Database]", "[ DATABASE ]") +
    "[sync]\nInitial_Sync_Days = 30\n";
  const config = configOf(old);
  assert.equal(config.portal.host, "portal.bitrix24.ru");
  assert.equal(config.database.host, "CLINIC-PC");
  assert.equal(config.sync.initialDays, 30);
  assert.deepEqual(config.unknownKeys, []);
});

Deno.test("the present name of a key wins over its older one", () => {
  const config = configOf(MINIMAL + "[Sync]\ninitial_sync_days = 30\ninitial_days = 14\n");
  assert.equal(config.sync.initialDays, 14);
  assert.deepEqual(config.unknownKeys, ["[Sync] initial_sync_days"]);
});

Deno.test("an empty key does not hide the value of its older name", () => {
  const config = configOf(MINIMAL + "[Sync]\ninitial_days =\ninitial_sync_days = 30\n");
  assert.equal(config.sync.initialDays, 30);
  assert.deepEqual(config.unknownKeys, []);
});

Deno.test("an empty key does not hide its value in the older section", () => {
  const config = configOf(MINIMAL + "default_assigned_by_id =\n[bitrix]\ndefault_assigned_by_id = 7\n");
  assert.equal(config.portal.defaultAssignedById, 7);
});

Deno.test("keys that nobody knows are left alone and listed", () => {
  const config = configOf(
    MINIMAL +
      "[deal_fields]\nregistrar_id = UF_CRM_1\nown_idea = 1\n[Monitoring]\nport = 9090\n[DEFAULT]\nlevel = INFO\nx = 1\n",
  );
  assert.deepEqual(config.unknownKeys, ["[deal_fields] own_idea", "[Monitoring] port", "[DEFAULT] x"]);
});
