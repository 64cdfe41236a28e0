/**
 * Answers that are not the portal's: something between here and the portal, or in its place, has answered. What each
 * status means, and the words for it.
 */
import { type ErrorText, IdentSyncError } from "../error.ts";

/** An answer without the portal's JSON. */
export interface ForeignAnswer {
  readonly status: number;
  /** Host of a redirection that is not to be followed. */
  readonly elsewhere?: string;
}

/**
 * - `intercepted`: surely not done; perhaps only this request displeases;
 * - `closed`: surely not done, and another request would fare no better;
 * - `limited`: surely not done, too many requests;
 * - `unknown`: it may be done.
 */
export type Meaning = "intercepted" | "closed" | "limited" | "unknown";

/** The first row that holds counts. */
const MEANINGS: readonly { readonly from: number; readonly to: number; readonly means: Meaning }[] = [
  // A page in place of the answer: of a proxy, or of a portal that broke off when the work was done. Nobody can tell.
  { from: 200, to: 299, means: "unknown" },
  // A filter sends what it blocks to its own page; a portal that is gone sends everything to its maker's site.
  { from: 300, to: 399, means: "intercepted" },
  // A gateway wants a login first.
  { from: 401, to: 401, means: "closed" },
  // The same of a proxy.
  { from: 407, to: 407, means: "closed" },
  // The request took too long, by the clock of whoever gave up: the portal's own server among them.
  { from: 408, to: 408, means: "unknown" },
  // The length was told already, and is wanted again.
  { from: 411, to: 411, means: "closed" },
  // A gateway counts requests, too.
  { from: 429, to: 429, means: "limited" },
  // Closed by law or by region: the site as a whole.
  { from: 451, to: 451, means: "closed" },
  // 400, 403, 406, 414, 415: a firewall dislikes the text. 413, 431: too long. 405: how some firewalls say 403. 404: how
  // IIS says 413, or the portal is gone. The rest is as good as 403.
  { from: 400, to: 499, means: "intercepted" },
  // By its definition (RFC 6585) never the site's own: a network that wants a login.
  { from: 511, to: 511, means: "closed" },
];

/** What an answer without the portal's JSON means by its status. A gateway that lost the portal answers 5xx. */
export const meaningOf = (status: number): Meaning =>
  MEANINGS.find(({ from, to }) => from <= status && status <= to)?.means ?? "unknown";

const TOO_LONG: ReadonlySet<number> = new Set([413, 414, 431]);

const sign = ({ status }: ForeignAnswer): string => `HTTP ${status}`;

/** Why a record is not let through, though others are. */
export const interceptedReason = (answer: ForeignAnswer): string =>
  TOO_LONG.has(answer.status)
    ? `прокси или защита портала не пропускает эту запись: в ней слишком много текста (${sign(answer)})`
    : `прокси или защита портала не пропускает эту запись: ${sign(answer)}`;

const EXEMPT =
  "Вебхук менять не нужно: добавьте программу или адрес этого компьютера в исключения проактивной защиты портала, " +
  "прокси-сервера или антивируса.";

/** A single query is not let through, though the portal answers others. */
export const interceptedReadError = (host: string, method: string, answer: ForeignAnswer): IdentSyncError =>
  new IdentSyncError("portal", {
    what: `Прокси или защита портала ${host} не пропускает запрос ${method}: ${sign(answer)}.`,
    why: "Другие запросы проходят, но без этого программа не знает, что уже есть на портале, и ничего не отправляет.",
    fix: EXEMPT,
  });

const OPEN_IN_BROWSER = (host: string): string => `Откройте https://${host} в браузере на этом компьютере`;

/** Words by status, where it tells more than that nothing passes. */
const CLOSED = new Map<number, (host: string) => ErrorText>([
  [401, (host) => ({
    what: `Перед порталом ${host} стоит прокси или защита, которая требует входа (HTTP 401).`,
    why: "Это не отказ Битрикс24: до вебхука запрос не дошёл.",
    fix: EXEMPT,
  })],
  [404, (host) => ({
    what: `По адресу ${host} портала Битрикс24 нет (HTTP 404).`,
    why: "Портал удалён, отключён или переименован, либо адрес в webhook_url написан с ошибкой.",
    fix: `${OPEN_IN_BROWSER(host)}. Если портал переехал, создайте вебхук на новом адресе и впишите его в webhook_url.`,
  })],
  [407, () => ({
    what: "Прокси-сервер требует имя и пароль (HTTP 407).",
    fix:
      "Впишите их в переменную среды HTTPS_PROXY (http://имя:пароль@адрес:порт) или откройте программе выход без прокси.",
  })],
  [411, (host) => ({
    what: `Прокси или защита портала ${host} не принимает запросы программы (HTTP 411).`,
    fix: EXEMPT,
  })],
  [451, (host) => ({
    what: `Доступ к порталу ${host} закрыт (HTTP 451).`,
    why: "Его закрыл Битрикс24 для этого портала или страны, либо провайдер.",
    fix: `${OPEN_IN_BROWSER(host)}, чтобы увидеть причину, и обратитесь к тому, кто закрыл доступ.`,
  })],
  [511, (host) => ({
    what: `Сеть не выпускает программу к порталу ${host}, пока в неё не вошли (HTTP 511).`,
    fix: "Откройте на этом компьютере браузер и войдите в сеть или подключите компьютер к другой.",
  })],
]);

/** Nothing passes to the portal any more. */
export function closedError(host: string, answer: ForeignAnswer): IdentSyncError {
  const { status, elsewhere } = answer;
  if (elsewhere !== undefined) {
    return new IdentSyncError("portal", {
      what: `Вместо ответа портал ${host} переадресует на ${elsewhere} (HTTP ${status}).`,
      why: "Так бывает, когда портал удалён, отключён или переименован, либо когда сеть или прокси требует входа.",
      fix: `${OPEN_IN_BROWSER(host)}. Если портал переехал, впишите его новый адрес в webhook_url.`,
    });
  }
  const known = CLOSED.get(status)?.(host);
  return new IdentSyncError(
    "portal",
    known ?? {
      what: `Прокси или защита портала ${host} не пропускает запросы программы: HTTP ${status}.`,
      why: "Это не отказ Битрикс24: до вебхука запрос не дошёл. Ничего не потеряно.",
      fix: EXEMPT,
    },
  );
}

/** A web page answers in the portal's place with "all well". */
export const pageError = (host: string): IdentSyncError =>
  new IdentSyncError("portal", {
    what: `Вместо портала ${host} отвечает веб-страница.`,
    why:
      "Её показывает сеть, в которую не вошли, прокси-сервер или антивирус, либо Битрикс24, когда портал отключён, " +
      "удалён или переименован.",
    fix: `${OPEN_IN_BROWSER(host)} и посмотрите, что это за страница. Ничего не потеряно.`,
  });
