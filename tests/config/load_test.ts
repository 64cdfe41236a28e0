import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configFrom } from "../../src/config/from_document.ts";
import { IniDocument } from "../../src/config/ini.ts";
import { loadConfig } from "../../src/config/load.ts";
import { IdentSyncError } from "../../src/error.ts";
import {
  CODE,
  configOf,
  configWith,
  decrypt,
  encrypted,
  failureOf,
  FOLDER,
  MINIMAL,
  PASSWORD,
  PATH,
  textWith,
} from "./minimal.ts";

Deno.test("a file with only the required values loads with the documented defaults", () => {
  const config = configOf(MINIMAL);
  const { webhook: _, ...portal } = config.portal;
  const { password, ...database } = config.database;
  const { smtpPassword, ...notifications } = config.notifications;
  assert.equal(password.reveal(), PASSWORD);
  assert.ok(smtpPassword.isEmpty);
  assert.deepEqual({ ...config, database, portal, notifications }, {
    path: PATH,
    folder: FOLDER,
    database: {
      host: "CLINIC-PC",
      instance: undefined,
      port: 1433,
      database: "IdentDB",
      username: "ident_reader",
      connectionTimeoutSeconds: 10,
      queryTimeoutSeconds: 30,
      encrypt: false,
      trustServerCertificate: true,
    },
    portal: {
      host: "portal.bitrix24.ru",
      requestTimeoutSeconds: 70,
      requestsPerSecond: 2,
      defaultAssignedById: undefined,
      settleSeconds: 75,
    },
    pipeline: 0,
    contactFields: { cardNumber: "UF_CRM_1769083788971", parentName: "UF_CRM_1769087537061" },
    dealFields: {
      identId: "UF_CRM_1769072841035",
      startTime: "UF_CRM_1769008900",
      endTime: "UF_CRM_1769008947",
      doctorName: "UF_CRM_1769008996",
      services: "UF_CRM_1769009098",
      status: "UF_CRM_1769009157",
      cardNumber: "UF_CRM_1769083581481",
      parentName: "UF_CRM_1769087458477",
      comment: "UF_CRM_1769494714842",
      filial: "UF_CRM_FILIAL",
      armchair: "UF_CRM_ARMCHAIR",
      statusText: "UF_CRM_STATUS",
      legacyCardNumber: "UF_CRM_CARD_NUMBER",
      orderDate: "UF_CRM_ORDER_DATE",
      doctorSpeciality: "UF_CRM_DOCTOR_SPECIALITY",
    },
    stages: config.stages,
    closedLeadStatuses: ["CONVERTED", "JUNK"],
    sync: {
      filialId: 1,
      intervalMinutes: 2,
      batchSize: 50,
      initialDays: 7,
      updateExisting: true,
      timeZone: "Asia/Omsk",
      maxClosings: 20,
      maxRunMinutes: 10,
      deleted: "report",
    },
    filialFilter: { enabled: undefined, fallback: undefined },
    logging: {
      level: "INFO",
      folder: join(FOLDER, "logs"),
      rotationDays: 30,
      maxSizeMegabytes: 100,
      maskPersonalData: true,
    },
    queue: { enabled: true, path: join(FOLDER, "queue.json"), maxRetryAttempts: 10, retryIntervalMinutes: 5 },
    notifications: {
      adminEmail: undefined,
      smtpServer: undefined,
      smtpPort: 587,
      smtpUsername: undefined,
      errorThresholdPercent: 10,
      errorThresholdCount: 10,
    },
    dryRun: false,
    unknownKeys: [],
    misspelt: [],
    valuesWithComment: [],
    tokenDiffers: false,
  });
});

Deno.test("all errors are told at once, each with its place, and no secret among them", () => {
  const error = failureOf(textWith({
    "Database.server": "",
    "Database.port": "abc",
    "Database.password": `DPAPI:${PASSWORD}`,
    "Bitrix24.webhook_url": `http://portal.bitrix24.ru/rest/1/${CODE}/`,
    "Bitrix24.token": "DPAPI:FF",
    "Sync.filial_id": "0",
    "Sync.timezone": `https://portal.bitrix24.ru/rest/1/${CODE}/`,
  }));
  assert.equal(error.code, "config");
  assert.equal(
    error.message,
    [
      "В настройках есть ошибки:",
      "  [Database] server (строка 2): значение не заполнено",
      "  [Database] port (строка 6): «abc» — нужно целое число от 1 до 65535",
      "  [Database] password (строка 5): зашифрованное значение испорчено (после DPAPI: должны идти только цифры и " +
      "буквы A–F, чётное число); впишите пароль заново и выполните ident-sync encrypt",
      "  [Bitrix24] webhook_url (строка 9): адрес должен начинаться с https://",
      "  [Sync] filial_id (строка 13): «0» — нужно целое число от 1 до 10",
      "  [Sync] timezone (строка 14): такого часового пояса нет; нужно название вида Europe/Moscow, Europe/Samara, " +
      "Asia/Yekaterinburg",
      "  [Bitrix24] token: [Bitrix24] token: не расшифровывается",
      `Исправьте файл ${PATH} и запустите программу снова.`,
    ].join("\n"),
  );
});

Deno.test("encrypted secrets are decrypted, plain ones taken as they are", () => {
  const config = configWith({
    "Database.password": encrypted("пароль;#%"),
    "Notifications.smtp_password": encrypted("mail"),
  });
  assert.equal(config.database.password.reveal(), "пароль;#%");
  assert.equal(config.notifications.smtpPassword.reveal(), "mail");
  assert.equal(configWith({ "Database.password": '"quoted"' }).database.password.reveal(), '"quoted"');
});

Deno.test("a secret that cannot be decrypted is an error of its own kind", () => {
  const one = failureOf(textWith({ "Database.password": "DPAPI:FF" }));
  assert.equal(one.code, "secret");
  assert.equal(one.text.what, "[Database] password: не расшифровывается");
  const two = failureOf(textWith({ "Database.password": "DPAPI:FF", "Notifications.smtp_password": "DPAPI:FF" }));
  assert.equal(two.code, "secret");
  assert.equal(
    two.text.what,
    "[Database] password: не расшифровывается\n[Notifications] smtp_password: не расшифровывается",
  );
});

Deno.test("a password that swallowed the indented line after it is told, and not shown", () => {
  const { message } = failureOf(MINIMAL.replace(PASSWORD, `${PASSWORD}\n  port = 1450`));
  assert.match(message, /\[Database\] password \(строка 5\): значение занимает несколько строк/);
  assert.ok(!message.includes(PASSWORD));
});

Deno.test("an empty password is missing also where it is encrypted", () => {
  const error = failureOf(textWith({ "Database.password": "DPAPI:EE" }));
  assert.equal(error.code, "config");
  assert.match(error.message, /\[Database\] password: значение не заполнено: зашифрована пустая строка/);
});

Deno.test("a configuration that is printed shows no secret", () => {
  const config = configWith({ "Notifications.smtp_password": "mail-secret" });
  for (const text of [JSON.stringify(config), Deno.inspect(config, { depth: 9 })]) {
    for (const secret of [PASSWORD, CODE, "mail-secret"]) assert.ok(!text.includes(secret));
  }
});

Deno.test("a defect inside decryption is not taken for a wrong configuration", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "config.ini");
    await writeFile(path, textWith({ "Database.password": "DPAPI:00" }));
    const broken = () => {
      throw new TypeError("defect");
    };
    await assert.rejects(loadConfig(path, { decrypt: broken, localTimeZone: "Asia/Omsk" }), TypeError);
  });
});

for (const localTimeZone of ["Etc/Unknown", "MSK-3", "", "UTC"]) {
  Deno.test(`a PC whose time zone is «${localTimeZone}» tells no clinic's zone: it has to be written`, () => {
    const load = (text: string) => configFrom(IniDocument.parse(text), { path: PATH, decrypt, localTimeZone });
    assert.throws(() => load(MINIMAL), { code: "config", message: /\[Sync\] timezone: .*Europe\/Moscow/ });
    assert.equal(load(`${MINIMAL}[Sync]\ntimezone = Europe/Samara\n`).sync.timeZone, "Europe/Samara");
    const wrong = () => load(`${MINIMAL}[Sync]\ntimezone = Moscow\n`);
    assert.throws(wrong, (error: Error) => (error.message.match(/timezone/g) ?? []).length === 1);
  });
}

Deno.test("a file is loaded with paths taken from its own folder", async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, "config.ini"), `\uFEFF${MINIMAL.replaceAll("\n", "\r\n")}`);
    const config = await loadConfig(join(folder, "config.ini"), { decrypt, localTimeZone: "Asia/Omsk" });
    assert.equal(config.folder, folder);
    assert.equal(config.queue.path, join(folder, "queue.json"));
    assert.equal(config.database.password.reveal(), PASSWORD);
  });
});

Deno.test("a file that is missing or is a folder is told with what to do", async () => {
  await inFolder(async (folder) => {
    const load = (path: string) => loadConfig(path, { decrypt, localTimeZone: "Asia/Omsk" });
    await assert.rejects(load(join(folder, "config.ini")), (error: unknown) => {
      assert.ok(error instanceof IdentSyncError && error.code === "config");
      assert.match(error.message, /не найден: .*config\.ini/);
      assert.match(error.message, /ident-sync init/);
      assert.match(error.message, /config\.example\.ini/);
      return true;
    });
    await assert.rejects(load(folder), /Это папка, а не файл настроек/);
  });
});

Deno.test("a file that may not be read is told with the system's code and what to check", async () => {
  const { readFile } = Deno;
  try {
    for (const [code, shown] of [["EACCES", " (EACCES)."], [undefined, "config.ini."]] as const) {
      Deno.readFile = () => Promise.reject(Object.assign(new Error("refused"), code === undefined ? {} : { code }));
      await assert.rejects(loadConfig(PATH, { decrypt, localTimeZone: "UTC" }), (error: unknown) => {
        assert.ok(error instanceof IdentSyncError);
        assert.ok(error.text.what.endsWith(shown), error.text.what);
        assert.match(error.text.fix ?? "", /право читать этот файл/);
        return true;
      });
    }
  } finally {
    Deno.readFile = readFile;
  }
});

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ident-sync-config-"));
  try {
    await action(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
