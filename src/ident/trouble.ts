/**
 * What mssql says when the clinic's database cannot be used → words for the user. Nothing of its own texts is shown:
 * they are English, and they may hold what was in the query.
 */
import type { DatabaseConfig } from "../config/config.ts";
import { type ErrorText, IdentSyncError } from "../error.ts";

/** The error and everything that it wraps. */
function* chain(error: unknown, depth = 0): Iterable<Record<string, unknown>> {
  if (typeof error !== "object" || error === null || depth > 6) return;
  const record = error as Record<string, unknown>;
  yield record;
  yield* chain(record.originalError, depth + 1);
  yield* chain(record.cause, depth + 1);
  for (const list of [record.errors, record.precedingErrors]) {
    if (Array.isArray(list)) { for (const each of list) yield* chain(each, depth + 1); }
  }
}

const numbersOf = (error: unknown): number[] =>
  [...chain(error)].map(({ number }) => number).filter((number) => typeof number === "number");

const codesOf = (error: unknown): string[] =>
  [...chain(error)].map(({ code }) => code).filter((code) => typeof code === "string");

const namesOf = (error: unknown): unknown[] => [...chain(error)].map(({ name }) => name);

const textOf = (error: unknown): string => [...chain(error)].map(({ message }) => String(message ?? "")).join("\n");

/** SQL Server's numbers after which the same query may succeed at once. */
const TRANSIENT_NUMBERS: ReadonlySet<number> = new Set([
  // Deadlock victim; a lock that was not to be had.
  1205,
  1222,
  // What reading without locks may meet: a page that moved under the scan, or a row that came twice.
  601,
  605,
  2627,
  // Short of memory or workers for the moment.
  701,
  8645,
  8651,
  // Starting, stopping, recovering; the session was ended.
  596,
  922,
  6005,
  17142,
  18401,
  // The cloud form's own.
  40197,
  40501,
  40613,
  49918,
  49919,
  49920,
]);
/** mssql: the connection was lost, or the query took too long. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(["ETIMEOUT", "ESOCKET", "ECONNCLOSED", "ECONNRESET", "EPIPE"]);

/** Whether a query that failed so is worth another try. */
export function isTransient(error: unknown): boolean {
  return numbersOf(error).some((number) => TRANSIENT_NUMBERS.has(number)) ||
    codesOf(error).some((code) => TRANSIENT_CODES.has(code));
}

/**
 * Whether a login that failed so is worth another try: the server was there and cut the connection, or says itself that
 * it passes. A refused login or a missing database does not pass.
 */
export function isTransientLogin(error: unknown, told: readonly number[]): boolean {
  const numbers = [...told, ...numbersOf(error)];
  if (numbers.some((number) => TRANSIENT_NUMBERS.has(number))) return true;
  return numbers.length === 0 && codesOf(error).some((code) => code === "ECONNRESET" || code === "EPIPE");
}

/** Why the server lets nobody or not this login in, where it names another reason than a wrong password. */
const REFUSALS: ReadonlyMap<number, (place: string) => ErrorText> = new Map([
  [18487, (place) => ({
    what: `У логина SQL Server ${place} истёк срок действия пароля.`,
    fix: "Задайте логину на сервере новый пароль и впишите его в [Database] password в config.ini.",
  })],
  [18488, (place) => ({
    what: `SQL Server ${place} требует сменить пароль логина.`,
    fix: "Смените пароль логина на сервере и впишите новый в [Database] password в config.ini.",
  })],
  [18470, (place) => ({
    what: `Логин на SQL Server ${place} отключён.`,
    fix: "Включите его на сервере или укажите другой в [Database] username в config.ini.",
  })],
  [18486, (place) => ({
    what: `Логин на SQL Server ${place} заблокирован: было слишком много неудачных попыток входа.`,
    fix: "Разблокируйте его на сервере и проверьте [Database] password в config.ini.",
  })],
  [18401, (place) => ({
    what: `SQL Server ${place} обновляется и пока никого не пускает.`,
    fix: "Повторите запуск через несколько минут.",
  })],
  [17142, (place) => ({
    what: `SQL Server ${place} приостановлен и никого не пускает.`,
    fix: "Возобновите работу службы SQL Server и повторите запуск.",
  })],
]);

const INSTANCE_IS_FOUND_BY =
  "Запустите эту службу на сервере и откройте в брандмауэре UDP 1434 и порт самого экземпляра, или укажите порт в " +
  "[Database] port.";

const SERVER_WITHOUT_TLS_1_2 = "скорее всего, он не умеет TLS 1.2";

function textFor(error: unknown, config: DatabaseConfig, told: readonly number[]): ErrorText {
  const numbers = new Set([...told, ...numbersOf(error)]);
  const codes = new Set(codesOf(error));
  const place = `${config.host}${config.port === undefined ? `\\${config.instance}` : `:${config.port}`}`;
  if (numbers.has(4060)) {
    return {
      what: `На сервере ${place} нет базы «${config.database}» или у логина нет к ней доступа.`,
      fix: "Проверьте [Database] database в config.ini и права логина на эту базу.",
    };
  }
  const refusal = [...numbers].map((number) => REFUSALS.get(number)).find((text) => text !== undefined);
  if (refusal !== undefined) return refusal(place);
  const passing = [...numbers].find((number) => TRANSIENT_NUMBERS.has(number));
  if (codes.has("ELOGIN") && passing !== undefined) {
    return {
      what: `SQL Server ${place} сейчас никого не пускает (ошибка ${passing}).`,
      fix: "Повторите запуск позже; если ошибка остаётся, передайте её номер администратору базы.",
    };
  }
  if (numbers.has(18456) || codes.has("ELOGIN")) {
    return {
      what: `SQL Server ${place} не принял логин или пароль.`,
      fix:
        "Проверьте [Database] username и password в config.ini и то, что на сервере включён вход по логину SQL Server.",
    };
  }
  if (numbers.has(229) || numbers.has(230)) {
    return {
      what: `Логину не хватает прав на чтение базы «${config.database}».`,
      fix: "Выдайте логину роль db_datareader в этой базе.",
    };
  }
  if (numbers.has(208) || numbers.has(207)) {
    return {
      what: `В базе «${config.database}» нет таблиц IDENT, которые нужны программе.`,
      fix: "Проверьте [Database] database в config.ini: это должна быть база IDENT.",
    };
  }
  if (codes.has("ENOTFOUND") || codes.has("EAI_AGAIN") || /ENOTFOUND|getaddrinfo/.test(textOf(error))) {
    return {
      what: `Сервер «${config.host}» не найден в сети.`,
      fix: "Проверьте [Database] server в config.ini: имя или IP-адрес компьютера, на котором работает SQL Server.",
    };
  }
  const connecting = namesOf(error).includes("ConnectionError");
  if (codes.has("EINSTLOOKUP")) {
    return {
      what: `Экземпляр SQL Server «${config.instance}» на ${config.host} не найден: служба «Обозреватель SQL Server» ` +
        "не ответила или его не знает.",
      fix: `Проверьте имя экземпляра в [Database] server. ${INSTANCE_IS_FOUND_BY}`,
    };
  }
  if (config.port === undefined && connecting && codes.has("ETIMEOUT")) {
    // The Browser service that is stopped, and a firewall before the port that it named, say nothing at all.
    return {
      what: `Экземпляр SQL Server «${config.instance}» на ${config.host} не ответил за ` +
        `${config.connectionTimeoutSeconds} с: не работает служба «Обозреватель SQL Server», или мешает брандмауэр.`,
      fix: INSTANCE_IS_FOUND_BY,
    };
  }
  if (codes.has("EENCRYPT")) return encryptionText(place, config.encrypt);
  if (/self.signed|certificate|UnknownIssuer/i.test(textOf(error))) {
    return {
      what: `Сертификату SQL Server ${place} этот компьютер не доверяет.`,
      fix: "Укажите [Database] trust_server_certificate = True или установите на сервер доверенный сертификат.",
    };
  }
  if (config.encrypt && connecting && /alert|handshake|protocol.?version|incompatible/i.test(textOf(error))) {
    return {
      what: `Не удалось установить шифрованное соединение с SQL Server ${place}: ${SERVER_WITHOUT_TLS_1_2}.`,
      fix: "Обновите SQL Server и включите TLS 1.2 в Windows на сервере, или укажите [Database] encrypt = False.",
    };
  }
  if (codes.has("ETIMEOUT") && connecting) {
    return {
      what: `SQL Server ${place} не принял подключение за ${config.connectionTimeoutSeconds} с.`,
      fix: "Проверьте server и port в config.ini, что сервер включён и доступен по сети; если сеть медленная, " +
        "увеличьте connection_timeout.",
    };
  }
  if (codes.has("ETIMEOUT")) {
    return {
      what: `SQL Server ${place} не ответил на запрос за ${config.queryTimeoutSeconds} с.`,
      fix: "Повторите запуск; если сервер медленный, увеличьте [Database] query_timeout в config.ini.",
    };
  }
  if (config.encrypt && connecting && codes.has("ECONNRESET")) {
    // How a server hangs up that cannot do what the client's TLS asks for; or there is no SQL Server behind the port.
    return {
      what: `SQL Server ${place} оборвал соединение, не впустив программу.`,
      fix: `Проверьте port в config.ini. Если с encrypt = False соединение есть, ${SERVER_WITHOUT_TLS_1_2}.`,
    };
  }
  if (["ESOCKET", "ECONNCLOSED", "ECONNREFUSED", "ECONNRESET", "EPIPE"].some((code) => codes.has(code))) {
    return {
      what: `Не удалось соединиться с SQL Server ${place}.`,
      fix:
        "Проверьте server и port в config.ini, что служба SQL Server запущена, TCP/IP включён и брандмауэр пропускает порт.",
    };
  }
  const number = [...numbers].at(0);
  return {
    what: `SQL Server ${place} не смог выполнить запрос${number === undefined ? "" : ` (ошибка ${number})`}.`,
    fix: "Повторите запуск; если ошибка остаётся, передайте её номер администратору базы.",
  };
}

/** The two sides did not agree on encryption: which of them wants it is known by our own setting. */
function encryptionText(place: string, encrypt: boolean): ErrorText {
  if (!encrypt) {
    return {
      what: `SQL Server ${place} принимает только шифрованные соединения.`,
      fix: "Укажите [Database] encrypt = True в config.ini.",
    };
  }
  return {
    what: `SQL Server ${place} не умеет шифровать соединение, а в config.ini указано [Database] encrypt = True.`,
    fix: "Включите шифрование на сервере или укажите encrypt = False: тогда пароль и данные идут по сети открыто.",
  };
}

/**
 * The failure in words for the user. The library's error is not passed on: it may hold the login's data.
 *
 * @param told numbers of the errors that the server sent before, where the library does not keep them
 */
export function databaseError(error: unknown, config: DatabaseConfig, told: readonly number[] = []): IdentSyncError {
  return new IdentSyncError("database", textFor(error, config, told));
}
