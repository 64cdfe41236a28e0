/**
 * What the commands print: words and layout. The first lines are known to the users and to their scripts.
 */
import type { OpenRights } from "../config/config_file.ts";
import type { Misspelt } from "../config/misspelt.ts";
import type { ErrorText } from "../error.ts";
import type { CycleReport } from "../sync/report.ts";
import type { QueueCounts } from "../sync/queue/policy.ts";

const RULE = "=".repeat(80);
const LABEL_WIDTH = 22;

const row = (label: string, value: string | number): string => `${`${label}:`.padEnd(LABEL_WIDTH)}${value}`;

/** The block of results. `milliseconds`: how long it took. */
export function resultBlock(report: CycleReport, milliseconds: number): string {
  return [
    RULE,
    "Результаты синхронизации",
    RULE,
    row("Получено из БД", report.received),
    row("Трансформировано", report.transformed),
    row("Синхронизировано", report.synced),
    row("Ошибок", report.errors),
    row("Время выполнения", `${(milliseconds / 1000).toFixed(2)}с`),
    RULE,
  ].join("\n");
}

/** Further lines of a cycle, where there is something to tell. `rehearsal`: what it would do. */
export function notes(
  { untouched, skipped, deleted, dealsClosed, compared, repaired, shownOtherwise, openDoubles, waiting }: CycleReport,
  rehearsal = false,
): string[] {
  const closed = dealsClosed > 0 ? `, из них сделок закрыто: ${dealsClosed}` : "";
  return [
    ...(compared > 0
      ? [`Сверено с порталом записей: ${compared}, ${rehearsal ? "будет исправлено" : "исправлено"}: ${repaired}`]
      : []),
    ...(shownOtherwise > 0
      ? [`Оставлено как есть: ${shownOtherwise} (портал и после исправления показывает их по-своему)`]
      : []),
    ...(openDoubles > 0 ? [`Лишних открытых сделок с номером записи: ${openDoubles} (какие — в журнале)`] : []),
    ...(waiting > 0 ? [`Отложено до ответа портала на прошлую запись: ${waiting}`] : []),
    ...(untouched > 0 ? [`Сделок, закрытых менеджером и оставленных как есть: ${untouched}`] : []),
    ...(skipped > 0 ? [`Записей без времени приёма пропущено: ${skipped}`] : []),
    ...(deleted > 0
      ? [`Записей, удалённых в IDENT, с открытой сделкой: ${deleted}${closed} (номера — в журнале)`]
      : []),
  ];
}

/** The queue in one line; further ones where receptions wait for the portal's confirmation, or were given up. */
export function queueLines({ total, pending, processing, failed, completed }: QueueCounts): string[] {
  const line = `Очередь: всего=${total}, pending=${pending}, failed=${failed}, completed=${completed}`;
  return [
    line,
    ...(processing > 0 ? [`Ждут подтверждения портала: ${processing}`] : []),
    ...(failed > 0
      ? [
        `Все попытки исчерпаны: ${failed}. Исправьте причины (они в журнале) и запустите: ident-sync once --full`,
      ]
      : []),
  ];
}

export const rightsWarning = (path: string, { others, remedy }: OpenRights): string =>
  `Файл ${path} могут читать посторонние: ${others}.\nОграничьте права: ident-sync encrypt --restrict, или вручную:\n${remedy}`;

/** Secrets that stand in config.ini in plain text. */
export const plainSecrets = (names: readonly string[], canEncrypt: boolean): string =>
  `В config.ini открытым текстом: ${names.join(", ")}.\n` +
  (canEncrypt ? "Зашифруйте их: ident-sync encrypt" : "Зашифровать их можно только в Windows (ident-sync encrypt).");

/** Values that look as if a comment stood after them. */
export const commentAfter = (names: readonly string[]): string =>
  `После пробела стоит «#» или «;»: ${names.join(", ")}. Всё это считается значением.\n` +
  "Если там комментарий, перенесите его на отдельную строку; если нет, всё в порядке.";

/** Names that the program does not read and that look like ones it does. */
export const misspeltNames = (names: readonly Misspelt[]): string =>
  `В config.ini есть незнакомые названия, и программа их не читает: ${
    names.map(({ name, meant }) => `${name} (возможно, ${meant})`).join(", ")
  }.\nИсправьте их; если они не нужны, удалите.`;

/** `[Bitrix24] token` beside an address with another code. */
export const TOKEN_DIFFERS =
  "[Bitrix24] token не совпадает с кодом в конце webhook_url: программа берёт код из webhook_url.\n" +
  "Оставьте token пустым: он не нужен.";

/** `run` with `[Advanced] dry_run = True`. */
export const RUN_REHEARSES: ErrorText = {
  what: "В config.ini включён пробный режим ([Advanced] dry_run = True): команда run ничего не перенесла бы.",
  fix: "Посмотрите план: ident-sync once --dry-run. Чтобы переносить, поставьте dry_run = False.",
};

/** `--show-personal` of a run that is no rehearsal. */
export const SHOWS_NOTHING: ErrorText = {
  what: "Ключ --show-personal действует только вместе с --dry-run.",
  fix: "Посмотреть план: ident-sync once --dry-run --show-personal",
};

/** `--confirm-closings` of a run that may not come to a comparison. */
export const CONFIRMS_NOTHING: ErrorText = {
  what: "Ключ --confirm-closings действует только вместе с --full.",
  fix: "Закрыть сделки удалённых записей: ident-sync once --full --confirm-closings",
};

/** `[Notifications] admin_email` has a value. */
export const NO_MAIL =
  "В config.ini заполнен [Notifications] admin_email, но эта версия писем не отправляет: следите за кодом завершения.";

export const DENO_NOT_SUPPORTED = [
  "Программа запущена на Deno 2.7: эта версия обрывает защищённые соединения с SQL Server.",
  "Используйте готовый ident-sync.exe или Deno 2.9.",
].join("\n");
export const STOPPING = "Останавливаюсь: начатое будет закончено. Нажмите Ctrl+C ещё раз, чтобы прервать сразу.";
export const BROKEN_OFF = "Прервано. Что не подтверждено, будет проверено при следующем запуске.";
export const STOPPED = "Остановлено по просьбе пользователя. Остальное будет перенесено при следующем запуске.";
export const TIME_IS_UP = "Время одного запуска вышло. Остальное будет перенесено при следующем запуске.";
export const NOTHING_NEW = "Изменений нет.";
export const RECOVERED = "Синхронизация снова идёт.";
export const RUN_STOPPED = "Программа остановлена.";

export const runBegins = (minutes: number): string => `Синхронизация каждые ${minutes} мин. Остановить: Ctrl+C.`;

export const nextAttempt = (minutes: number): string =>
  `Следующая попытка через ${Math.max(1, Math.round(minutes))} мин.`;

/** A defect that stands in the log of this folder. */
export const defectIn = (folder: string): string =>
  [
    "Внутренняя ошибка программы. Ничего не потеряно: при следующем запуске она продолжит с этого места.",
    `Передайте разработчикам файл журнала из папки ${folder}: в нём есть подробности.`,
  ].join("\n");

/** A defect where there is no log. */
export const defectAt = (place: string): string =>
  `Внутренняя ошибка программы, команда не выполнена до конца.\nПередайте разработчикам это сообщение: ${place}.`;
