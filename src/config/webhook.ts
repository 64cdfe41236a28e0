/**
 * The address of the portal's incoming webhook: `https://portal.bitrix24.ru/rest/1/SECRET/`. Its last part is the key
 * to the portal, so nothing here puts the address into a text.
 */
import { COMMENT_AFTER_VALUE, endsWithComment } from "./comment_after.ts";
import { type Kind, type Reading, readSecret, type SecretText } from "./kind.ts";
import { isSampleCode, isSampleHost } from "./sample.ts";

/** The parts of `webhook_url`. */
export interface WebhookAddress {
  /** `https://portal.bitrix24.ru/rest/1/`: everything before the secret. */
  readonly prefix: string;
  /** `portal.bitrix24.ru`, with the port where it is not the usual one. */
  readonly host: string;
  /** `undefined` where the address ends before it and `token` holds it. */
  readonly secret: SecretText | undefined;
}

/** What an address must look like, in Russian. */
export const WEBHOOK_SHAPE = "нужен адрес вида https://портал.bitrix24.ru/rest/1/код/";

/** What is wrong with a webhook's secret, if anything. */
export function webhookSecretWrong(secret: string): string | undefined {
  if (endsWithComment(secret)) return COMMENT_AFTER_VALUE;
  if (isSampleCode(secret)) return "вместо кода вебхука оставлен образец; скопируйте вебхук из Битрикс24";
  if (!/^[A-Za-z0-9_-]+$/.test(secret)) return "код вебхука состоит только из латинских букв и цифр";
  return undefined;
}

/** The kind of `[Bitrix24] webhook_url`. */
export const webhook: Kind<WebhookAddress> = { accepts: "", secret: true, read: readWebhook };

function readWebhook(value: string): Reading<WebhookAddress> {
  const parts = /^([a-z]+):\/\/([^/?#]+)\/rest\/(\d+)(?:\/([^/?#]*))?(?:\/([^/?#]*))?\/?$/i.exec(value);
  if (parts === null) return { wrong: shapeWrong(value) };
  const [, scheme, authority, user, secretText = "", method = ""] = parts;
  if (!/^([a-z][a-z0-9_.]*)?$/i.test(method)) return { wrong: `после кода вебхука стоит лишнее; ${WEBHOOK_SHAPE}` };

  let url: URL;
  try {
    url = new URL(`${scheme}://${authority}/`);
  } catch {
    return { wrong: WEBHOOK_SHAPE };
  }
  if (isSampleHost(authority.replace(/:\d+$/, ""))) {
    return { wrong: "вместо адреса портала оставлен образец; скопируйте вебхук из Битрикс24" };
  }
  if (url.username !== "" || url.password !== "") return { wrong: WEBHOOK_SHAPE };
  if (url.protocol === "http:" && !isLoopback(url.hostname)) return { wrong: "адрес должен начинаться с https://" };
  if (url.protocol !== "https:" && url.protocol !== "http:") return { wrong: WEBHOOK_SHAPE };

  const address = { prefix: `${url.origin}/rest/${user}/`, host: url.host };
  if (secretText === "") return { value: { ...address, secret: undefined } };
  const secret = readSecret(secretText);
  if ("wrong" in secret) return secret;
  const wrong = "plain" in secret.value ? webhookSecretWrong(secret.value.plain) : undefined;
  return wrong === undefined ? { value: { ...address, secret: secret.value } } : { wrong };
}

function shapeWrong(value: string): string {
  if (!value.includes("://")) return `адрес должен начинаться с https://; ${WEBHOOK_SHAPE}`;
  if (!value.includes("/rest/")) return `в адресе нет /rest/; ${WEBHOOK_SHAPE}`;
  return WEBHOOK_SHAPE;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
