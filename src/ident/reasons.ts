/**
 * Why the clinic's database cannot be used, each reason with how it is known and with words for the user.
 */
import type { DatabaseConfig } from "../config/config.ts";
import type { ErrorText } from "../error.ts";
import type { BrowserAnswer } from "./browser.ts";
import type { Failure } from "./failure.ts";

/** A failure and what is known of the place where it happened. */
export interface Case extends Failure {
  readonly config: DatabaseConfig;
  /** `CLINIC-PC:1433` or `CLINIC-PC\SQLEXPRESS`. */
  readonly place: string;
  /** What SQL Server Browser said when it was asked for the instance. */
  readonly browser: BrowserAnswer | undefined;
}

/** A reason of a failure. */
export interface Reason {
  /** Stands for the reason; never changes. */
  readonly id: string;
  readonly when: (failure: Case) => boolean;
  readonly text: (failure: Case) => ErrorText;
}

const WAYS_TO_AN_INSTANCE =
  "Запустите на сервере службу «Обозреватель SQL Server» (SQL Server Browser) и откройте в брандмауэре UDP 1434 и порт " +
  "самого экземпляра; или задайте экземпляру постоянный порт и впишите его: ";

/** How a fixed port of the instance is written. */
const withPort = ({ host, instance }: DatabaseConfig): string => `server = ${host}\\${instance},порт.`;

const SERVER_WITHOUT_TLS_1_2 = "скорее всего, он не умеет TLS 1.2";

/** The words with which an administrator makes a login that reads the database, on every version from 2008 R2. */
const makeLogin = (database: string): string => {
  const name = `[${database.replaceAll("]", "]]")}]`;
  return "CREATE LOGIN ident_sync WITH PASSWORD = 'пароль'; " +
    `USE ${name}; CREATE USER ident_sync FOR LOGIN ident_sync; EXEC sp_addrolemember 'db_datareader', 'ident_sync'`;
};

const is = (...numbers: readonly number[]) => (failure: Case) => numbers.some((number) => failure.numbers.has(number));

const isRefused = (failure: Case): boolean => is(18456, 18452)(failure) || failure.has("ELOGIN");

const hasNoAddress = ({ has, text }: Case): boolean =>
  has("ENOTFOUND", "EAI_AGAIN") || /ENOTFOUND|getaddrinfo/.test(text);

/** All reasons; the first that holds is told. */
export const REASONS: readonly Reason[] = [
  {
    id: "database.no-such-database",
    when: is(4060, 911),
    text: ({ place, config }) => ({
      what: `На сервере ${place} нет базы «${config.database}» или у логина нет к ней доступа.`,
      fix: "Проверьте [Database] database в config.ini и права логина на эту базу.",
    }),
  },
  {
    id: "database.password-expired",
    when: is(18487),
    text: ({ place }) => ({
      what: `У логина SQL Server ${place} истёк срок действия пароля.`,
      fix: "Задайте логину на сервере новый пароль и впишите его в [Database] password в config.ini.",
    }),
  },
  {
    id: "database.password-to-be-changed",
    when: is(18488),
    text: ({ place }) => ({
      what: `SQL Server ${place} требует сменить пароль логина.`,
      fix: "Смените пароль логина на сервере и впишите новый в [Database] password в config.ini.",
    }),
  },
  {
    id: "database.login-disabled",
    when: is(18470),
    text: ({ place }) => ({
      what: `Логин на SQL Server ${place} отключён.`,
      fix: "Включите его на сервере или укажите другой в [Database] username в config.ini.",
    }),
  },
  {
    id: "database.login-locked",
    when: is(18486),
    text: ({ place }) => ({
      what: `Логин на SQL Server ${place} заблокирован: было слишком много неудачных попыток входа.`,
      fix: "Разблокируйте его на сервере и проверьте [Database] password в config.ini.",
    }),
  },
  {
    id: "database.server-upgrading",
    when: is(18401),
    text: ({ place }) => ({
      what: `SQL Server ${place} обновляется и пока никого не пускает.`,
      fix: "Повторите запуск через несколько минут.",
    }),
  },
  {
    id: "database.server-paused",
    when: is(17142),
    text: ({ place }) => ({
      what: `SQL Server ${place} приостановлен и никого не пускает.`,
      fix: "Возобновите работу службы SQL Server и повторите запуск.",
    }),
  },
  {
    id: "database.nobody-let-in",
    when: ({ has, passing }) => has("ELOGIN") && passing !== undefined,
    text: ({ place, passing }) => ({
      what: `SQL Server ${place} сейчас никого не пускает (ошибка ${passing}).`,
      fix: "Повторите запуск позже; если ошибка остаётся, передайте её номер администратору базы.",
    }),
  },
  {
    // SQL Server takes a name with a backslash for one of Windows, whatever else may be wrong with it.
    id: "database.windows-login",
    when: (failure) => failure.config.username.includes("\\") && isRefused(failure),
    text: ({ config }) => ({
      what: `Логин «${config.username}» SQL Server не принял: с учётными записями Windows программа войти не может.`,
      why: "Нужен логин самого SQL Server; на сервере должен быть включён вход по нему (смешанный режим).",
      fix: `Создайте его в SQL Server Management Studio: ${
        makeLogin(config.database)
      }. Затем впишите имя и пароль в [Database] username и password.`,
    }),
  },
  {
    id: "database.login-refused",
    when: isRefused,
    text: ({ place }) => ({
      what: `SQL Server ${place} не принял логин или пароль.`,
      fix:
        "Проверьте [Database] username и password в config.ini и то, что на сервере включён вход по логину SQL Server.",
    }),
  },
  {
    id: "database.no-rights",
    when: is(229, 230),
    text: ({ config }) => ({
      what: `Логину не хватает прав на чтение базы «${config.database}».`,
      fix: "Выдайте логину роль db_datareader в этой базе.",
    }),
  },
  {
    id: "database.not-ident",
    when: is(207, 208),
    text: ({ config }) => ({
      what: `В базе «${config.database}» нет таблиц IDENT, которые нужны программе.`,
      fix: "Проверьте [Database] database в config.ini: это должна быть база IDENT.",
    }),
  },
  {
    id: "database.host-not-found",
    when: hasNoAddress,
    text: ({ config }) => ({
      what: `Сервер «${config.host}» не найден в сети.`,
      fix: "Проверьте [Database] server в config.ini: имя или IP-адрес компьютера, на котором работает SQL Server.",
    }),
  },
  {
    id: "database.instance-without-tcp",
    when: ({ has, browser }) => has("EINSTLOOKUP") && browser?.kind === "no-tcp",
    text: ({ config }) => ({
      what: `У экземпляра SQL Server «${config.instance}» на ${config.host} выключен протокол TCP/IP.`,
      why: "Служба «Обозреватель SQL Server» его знает, но порта у него нет, и подключиться к нему по сети нельзя.",
      fix: "Включите TCP/IP в SQL Server Configuration Manager (Protocols for " +
        `${config.instance}) и перезапустите службу этого экземпляра.`,
    }),
  },
  {
    id: "database.instance-unknown",
    when: ({ has, browser }) => has("EINSTLOOKUP") && browser?.kind === "unknown",
    text: ({ config, browser }) => ({
      what: `Экземпляр SQL Server «${config.instance}» на ${config.host} не найден: служба «Обозреватель SQL Server» ` +
        "его не знает.",
      fix: `Проверьте имя экземпляра в [Database] server и то, что его служба запущена.${knownInstances(browser)}`,
    }),
  },
  {
    id: "database.browser-silent",
    when: ({ has }) => has("EINSTLOOKUP"),
    text: ({ config }) => ({
      what: `Экземпляр SQL Server «${config.instance}» на ${config.host} не найден: служба «Обозреватель SQL Server» ` +
        "не ответила.",
      fix: WAYS_TO_AN_INSTANCE + withPort(config),
    }),
  },
  {
    // The Browser service that is stopped, and a firewall before the port that it named, say nothing at all.
    id: "database.instance-silent",
    when: ({ config, connecting, has }) => config.port === undefined && connecting && has("ETIMEOUT"),
    text: ({ config }) => ({
      what: `Экземпляр SQL Server «${config.instance}» на ${config.host} не ответил за ` +
        `${config.connectionTimeoutSeconds} с: не работает служба «Обозреватель SQL Server», или мешает брандмауэр.`,
      fix: WAYS_TO_AN_INSTANCE + withPort(config),
    }),
  },
  {
    id: "database.encryption-required",
    when: ({ has, config }) => has("EENCRYPT") && !config.encrypt,
    text: ({ place }) => ({
      what: `SQL Server ${place} принимает только шифрованные соединения.`,
      fix: "Укажите [Database] encrypt = True в config.ini.",
    }),
  },
  {
    id: "database.encryption-not-offered",
    when: ({ has }) => has("EENCRYPT"),
    text: ({ place }) => ({
      what: `SQL Server ${place} не умеет шифровать соединение, а в config.ini указано [Database] encrypt = True.`,
      fix: "Включите шифрование на сервере или укажите encrypt = False: тогда пароль и данные идут по сети открыто.",
    }),
  },
  {
    id: "database.certificate-of-another-host",
    when: ({ text }) => /ALTNAME|altnames|NotValidForName|not valid for name/i.test(text),
    text: ({ config }) => ({
      what: `Сертификат SQL Server выдан не на имя «${config.host}», которое указано в config.ini.`,
      fix: "Укажите в [Database] server то имя, на которое выдан сертификат, или trust_server_certificate = True.",
    }),
  },
  {
    id: "database.certificate-out-of-date",
    when: ({ text }) =>
      /certificate (has |is )?(expired|not yet valid)|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|certificate: (Expired|NotValidYet)/i
        .test(text),
    text: ({ place }) => ({
      what: `Срок действия сертификата SQL Server ${place} истёк или ещё не начался.`,
      fix:
        "Обновите сертификат на сервере и проверьте часы обоих компьютеров, или укажите trust_server_certificate = True.",
    }),
  },
  {
    id: "database.certificate-not-trusted",
    when: ({ text }) => /self.signed|certificate|UnknownIssuer/i.test(text),
    text: ({ place }) => ({
      what: `Сертификату SQL Server ${place} этот компьютер не доверяет.`,
      fix: "Укажите [Database] trust_server_certificate = True или установите на сервер доверенный сертификат.",
    }),
  },
  {
    id: "database.tls-too-old",
    when: ({ config, connecting, text }) =>
      config.encrypt && connecting && /alert|handshake|protocol.?version|incompatible/i.test(text),
    text: ({ place }) => ({
      what: `Не удалось установить шифрованное соединение с SQL Server ${place}: ${SERVER_WITHOUT_TLS_1_2}.`,
      fix: "Обновите SQL Server и включите TLS 1.2 в Windows на сервере, или укажите [Database] encrypt = False.",
    }),
  },
  {
    id: "database.connection-too-slow",
    when: ({ has, connecting }) => has("ETIMEOUT") && connecting,
    text: ({ place, config }) => ({
      what: `SQL Server ${place} не принял подключение за ${config.connectionTimeoutSeconds} с.`,
      fix: "Проверьте server и port в config.ini, что сервер включён и доступен по сети; если сеть медленная, " +
        "увеличьте connection_timeout.",
    }),
  },
  {
    id: "database.query-too-slow",
    when: ({ has }) => has("ETIMEOUT"),
    text: ({ place, config }) => ({
      what: `SQL Server ${place} не ответил на запрос за ${config.queryTimeoutSeconds} с.`,
      fix: "Повторите запуск; если сервер медленный, увеличьте [Database] query_timeout в config.ini.",
    }),
  },
  {
    // How a server hangs up that cannot do what the client's TLS asks for; or there is no SQL Server behind the port.
    id: "database.connection-cut",
    when: ({ config, connecting, has }) => config.encrypt && connecting && has("ECONNRESET"),
    text: ({ place }) => ({
      what: `SQL Server ${place} оборвал соединение, не впустив программу.`,
      fix: `Проверьте port в config.ini. Если с encrypt = False соединение есть, ${SERVER_WITHOUT_TLS_1_2}.`,
    }),
  },
  {
    id: "database.no-connection",
    when: ({ has }) => has("ESOCKET", "ECONNCLOSED", "ECONNREFUSED", "ECONNRESET", "EPIPE"),
    text: ({ place }) => ({
      what: `Не удалось соединиться с SQL Server ${place}.`,
      fix:
        "Проверьте server и port в config.ini, что служба SQL Server запущена, TCP/IP включён и брандмауэр пропускает порт.",
    }),
  },
  {
    id: "database.query-failed",
    when: () => true,
    text: ({ place, numbers }) => {
      const [number] = numbers;
      return {
        what: `SQL Server ${place} не смог выполнить запрос${number === undefined ? "" : ` (ошибка ${number})`}.`,
        fix: "Повторите запуск; если ошибка остаётся, передайте её номер администратору базы.",
      };
    },
  },
];

const knownInstances = (browser: BrowserAnswer | undefined): string =>
  browser?.kind !== "unknown" || browser.others.length === 0 ? "" : ` Ей известны: ${browser.others.join(", ")}.`;
