/**
 * The portal cannot be used: in words for the user.
 */
import { type ErrorText, IdentSyncError } from "../error.ts";
import type { NotConnected } from "./connecting.ts";
import type { PortalError } from "./reply.ts";

const NEW_WEBHOOK =
  "Создайте в Битрикс24 новый входящий вебхук (Разработчикам → Другое → Входящий вебхук) и впишите его адрес в webhook_url.";

const BY_CODE: Readonly<Record<string, ErrorText>> = {
  insufficient_scope: {
    what: "Вебхуку Битрикс24 не хватает прав.",
    fix: "Откройте вебхук в Битрикс24 и отметьте право «CRM (crm)».",
  },
  OVERLOAD_LIMIT: {
    what: "Битрикс24 временно закрыл портал для внешних программ из-за перегрузки.",
    fix: "Обратитесь в поддержку Битрикс24: снять это ограничение может только она.",
  },
  ACCESS_DENIED: {
    what: "Битрикс24 не даёт доступ к REST API на этом тарифе.",
    fix: "Проверьте, что тариф портала коммерческий и его срок не истёк.",
  },
  PAYMENT_REQUIRED: {
    what: "Битрикс24 требует оплаты тарифа.",
    fix: "Проверьте, что тариф портала коммерческий и его срок не истёк.",
  },
  PORTAL_DELETED: { what: "Этого портала Битрикс24 больше нет.", fix: "Проверьте адрес в webhook_url." },
  INVALID_REQUEST: { what: "Битрикс24 принимает запросы только по https.", fix: "Исправьте адрес в webhook_url." },
  authorization_error: {
    what: "Сотрудник, от имени которого создан вебхук Битрикс24, уволен или отключён.",
    fix: NEW_WEBHOOK,
  },
  ERROR_METHOD_NOT_FOUND: {
    what: "Портал не знает действия, которое нужно программе.",
    why: "Либо в webhook_url указан неверный адрес, либо версия Битрикс24 слишком старая.",
    fix: "Проверьте адрес в webhook_url.",
  },
};

/** What each method reads, to stand after "право на чтение". */
const READ: Readonly<Record<string, string>> = {
  "crm.deal.list": "сделок",
  "crm.contact.list": "контактов",
  "crm.lead.list": "лидов",
  "crm.duplicate.findbycomm": "контактов и лидов",
  "crm.deal.fields": "полей сделок",
  "crm.contact.fields": "полей контактов",
  "crm.status.list": "стадий сделок",
  "crm.settings.mode.get": "настроек CRM",
};

/** What each method writes, to stand after "право на". */
const WRITE: Readonly<Record<string, string>> = {
  "crm.deal.add": "создание сделок",
  "crm.deal.update": "изменение сделок",
  "crm.contact.add": "создание контактов",
  "crm.contact.update": "изменение контактов",
  "crm.lead.update": "изменение лидов",
  "crm.item.update": "изменение сделок и контактов",
};

/** How the portal says that a right is missing, by its code or, in older methods, in words alone. */
const isDenied = ({ code, description }: PortalError): boolean =>
  code === "ACCESS_DENIED" || /access denied|доступ (?:запрещ|закрыт)|недостаточно прав|нет прав/i.test(description);

/** The portal does not read something out, though the webhook works. `words`: its own, with nothing personal. */
export function readFailedError(host: string, method: string, error: PortalError, words: string): IdentSyncError {
  if (isDenied(error)) {
    return new IdentSyncError("portal", {
      what: `У вебхука нет права на чтение ${READ[method] ?? "этих данных"} (${method}).`,
      why: "Вебхук видит на портале то же, что и сотрудник, от имени которого он создан.",
      fix: "Дайте этому сотруднику такое право (CRM → Настройки → Права доступа) или создайте вебхук от имени " +
        "администратора и впишите его адрес в webhook_url.",
    });
  }
  return new IdentSyncError("portal", {
    what: `Чтение ${READ[method] ?? "данных"} (${method}) на портале ${host} не удалось: ${words}.`,
    why: "Ничего не потеряно: программа продолжит с этого места при следующем запуске.",
    fix: "Если это повторяется, покажите эту строку тому, кто ведёт портал.",
  });
}

/** The right that a refused write may lack, to stand behind the portal's words; empty: it was refused for something else. */
export const missingRight = (method: string, error: PortalError): string =>
  isDenied(error) && method in WRITE
    ? ` — у сотрудника, от имени которого создан вебхук, нет права на ${WRITE[method]} (${method})`
    : "";

/** The error of a reply that means the webhook, its rights or the portal's plan. */
export function fatalError({ code }: PortalError, status: number): IdentSyncError {
  const known = BY_CODE[code];
  if (known !== undefined) return new IdentSyncError("portal", known);
  return new IdentSyncError("portal", {
    what: `Битрикс24 не принял вебхук (${[status >= 400 && `код ${status}`, code].filter(Boolean).join(", ")}).`,
    why: "Адрес в webhook_url или token неверен, либо вебхук удалён или просрочен.",
    fix: NEW_WEBHOOK,
  });
}

/** No connection to the portal comes about. */
export function unreachableError(host: string, { reason, ...text }: NotConnected): IdentSyncError {
  return new IdentSyncError("portal", { what: `Портал ${host} недоступен: ${reason}.`, ...text });
}

/** The portal answers, but nothing usable, also when asked again. */
export function uselessError(host: string, reason: string): IdentSyncError {
  return new IdentSyncError("portal", {
    what: `Портал ${host} не отвечает как следует: ${reason}.`,
    why: "Ничего не потеряно: программа продолжит с этого места при следующем запуске.",
    fix: "Если это повторяется, проверьте в браузере, открывается ли портал.",
  });
}

/** A list of the portal is not what a list must be. */
export function strangeAnswerError(): IdentSyncError {
  return new IdentSyncError("portal", {
    what: "Портал ответил на запрос списка не списком: полагаться на такой ответ нельзя.",
    why: "Ничего не потеряно: программа продолжит с этого места при следующем запуске.",
    fix: "Если это повторяется, проверьте, что прокси-сервер или антивирус не подменяет ответы портала.",
  });
}

/** The portal has blocked a method that reads for some minutes: its working time is used up. */
export function workingTimeError(host: string): IdentSyncError {
  return new IdentSyncError("portal", {
    what: `Портал ${host} просит подождать несколько минут: исчерпано время работы для внешних программ.`,
    why: "Ничего не потеряно: программа продолжит с этого места при следующем запуске.",
  });
}

/** The deal field that holds the reception's key is not on the portal any more. */
export function keyFieldGoneError(field: string): IdentSyncError {
  return new IdentSyncError("config", {
    what: `На портале больше нет поля сделки ${field}, в котором хранится номер записи IDENT.`,
    why: "Без него программа не отличит новые записи от перенесённых, поэтому ничего не отправлено.",
    fix: "Создайте в сделках поле типа «Строка» (не множественное) и впишите его код в [deal_fields] ident_id.",
  });
}
