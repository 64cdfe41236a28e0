/**
 * Why no connection came about, in words for the user: from what Deno's fetch and `node:https` say. Their own texts are
 * not shown, since they hold the address with its secret.
 */
import type { Proxy } from "./proxy.ts";

/** Why the portal cannot be reached: to stand after "Портал … недоступен: ", what it means, and what to do. */
export interface NotConnected {
  readonly reason: string;
  readonly why?: string;
  readonly fix: string;
}

interface Way {
  readonly host: string;
  readonly proxy: Proxy | undefined;
}

interface Cause {
  /** In what the runtime says after the address. Numbers of errors: Windows says the rest in its own language. */
  readonly when: RegExp;
  /** Only on the way through a proxy. */
  readonly proxied?: true;
  readonly words: (way: Way) => NotConnected;
}

const nameOf = ({ proxy }: Way): string =>
  `прокси-сервер ${proxy?.host ?? ""}`.trimEnd() + ` (переменная среды ${proxy?.variable})`;

/** As NO_PROXY takes it. */
const withoutPort = ({ host }: Way): string => host.replace(/:\d+$/, "");

const CHECK_CLOCK = "Проверьте дату, время и часовой пояс этого компьютера";

/** The first that holds counts. */
const CAUSES: readonly Cause[] = [
  {
    when: /proxy authentication required/,
    proxied: true,
    words: (way) => ({
      reason: `${nameOf(way)} требует имя и пароль`,
      fix: `Впишите их в переменную ${way.proxy?.variable}: http://имя:пароль@адрес:порт.`,
    }),
  },
  {
    when: /tunnel/,
    proxied: true,
    words: (way) => ({
      reason: `${nameOf(way)} не пропускает к нему программу`,
      fix: `Разрешите на прокси-сервере адрес ${way.host} или, чтобы обойтись без прокси, впишите ${
        withoutPort(way)
      } в переменную NO_PROXY.`,
    }),
  },
  {
    when: /tcp connect error|dns error|proxy server unreachable/i,
    proxied: true,
    words: (way) => ({
      reason: `не отвечает ${nameOf(way)}`,
      fix: `Проверьте прокси-сервер. Если он не нужен, уберите переменную ${way.proxy?.variable} или впишите ` +
        `${withoutPort(way)} в NO_PROXY.`,
    }),
  },
  {
    when: /certificate expired|CERT_HAS_EXPIRED/,
    words: () => ({
      reason: "срок действия его сертификата истёк",
      why: "Либо часы этого компьютера спешат, либо сертификат действительно просрочен.",
      fix: `${CHECK_CLOCK}; если они верны, сертификат должен обновить тот, кто ведёт портал, прокси или антивирус.`,
    }),
  },
  {
    when: /certificate not valid yet|CERT_NOT_YET_VALID/,
    words: () => ({
      reason: "срок действия его сертификата ещё не начался",
      why: "Чаще всего это значит, что часы этого компьютера отстают.",
      fix: `${CHECK_CLOCK}.`,
    }),
  },
  {
    when: /not valid for (?:any )?name|NotValidForName|ALTNAME/,
    words: ({ host }) => ({
      reason: "его сертификат выдан для другого адреса",
      why:
        "Либо адрес в webhook_url неверен, либо вместо портала отвечает прокси, антивирус или страница входа в сеть.",
      fix: `Откройте https://${host} в браузере на этом компьютере и проверьте адрес в webhook_url.`,
    }),
  },
  {
    when: /peer certificate|self.signed|UNABLE_TO_|SELF_SIGNED/i,
    words: ({ host }) => ({
      reason: "этот компьютер не доверяет его сертификату",
      why:
        "Обычно сертификат подменяет антивирус (Kaspersky, Dr.Web, ESET) или прокси-сервер, который проверяет HTTPS; " +
        "у коробочного портала он может быть самоподписанным.",
      fix: `Добавьте ${host} в исключения проверки HTTPS или установите этот корневой сертификат в систему для всего ` +
        "компьютера; переменную среды DENO_TLS_CA_STORE, если она задана, уберите или задайте system.",
    }),
  },
  {
    when: /corrupt message|InvalidContentType|WRONG_VERSION/,
    words: ({ host }) => ({
      reason: "там отвечают не по HTTPS",
      fix: `Проверьте адрес и порт в webhook_url, и не отвечает ли вместо ${host} прокси-сервер.`,
    }),
  },
  {
    when: /tls|handshake|alert|EPROTO/i,
    words: ({ host }) => ({
      reason: "не удалось установить защищённое соединение",
      why: "Обычно его обрывает брандмауэр, антивирус или прокси-сервер, который проверяет HTTPS.",
      fix: `Добавьте ${host} в их исключения.`,
    }),
  },
  {
    when: /dns error|ENOTFOUND|EAI_AGAIN/,
    words: () => ({
      reason: "адрес портала не найден в сети",
      fix: "Проверьте доступ в Интернет с этого компьютера и адрес в webhook_url.",
    }),
  },
  {
    when: /os error (?:111|61|10061)\b|refused/i,
    words: () => ({
      reason: "портал не принимает соединение",
      fix: "Проверьте доступ в Интернет с этого компьютера и адрес в webhook_url.",
    }),
  },
];

const OTHERWISE: NotConnected = {
  reason: "не удалось соединиться с порталом",
  fix: "Проверьте доступ в Интернет с этого компьютера и адрес в webhook_url.",
};

/** The cause from what the runtime says. Its first words hold the address, which may hold any word; they do not count. */
export function notConnected(said: string, way: Way): NotConnected {
  const told = said.split("client error (Connect)").at(-1)!;
  const cause = CAUSES.find(({ when, proxied }) => (!proxied || way.proxy !== undefined) && when.test(told));
  return cause?.words(way) ?? OTHERWISE;
}
