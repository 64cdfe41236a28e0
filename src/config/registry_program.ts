/**
 * The registry, third part: how the program itself works.
 */
import { optional, section, withDefault } from "./key.ts";
import { boolean, choice, decimal, email, idList, idOrZero, integer, path, secret, text, timeZone } from "./kind.ts";

export const Sync = section(["Перенос записей на приём."], {
  filial_id: withDefault(integer(1, 10), "1", [
    "Номер клиники. Он входит в номер каждой записи (F1_12345), поэтому не меняйте его после первого запуска;",
    "у каждой базы IDENT, которую переносят на один портал, он свой.",
  ]),
  interval_minutes: withDefault(integer(1, 1440, "минут"), "2", ["Как часто переносить изменения."]),
  batch_size: withDefault(integer(1, 1000), "50", ["Сколько записей обрабатывать за один раз."]),
  initial_days: withDefault(integer(1, 365, "дней"), "7", [
    "За сколько последних дней перенести записи при первом запуске.",
  ], { aliases: ["initial_sync_days"] }),
  enable_update_existing: withDefault(boolean, "True", [
    "Обновлять ли сделки и контакты, которые уже есть. False — только создавать новые.",
  ]),
  timezone: optional(timeZone, "часовой пояс этого компьютера", [
    "Часовой пояс клиники, например Europe/Moscow, Europe/Samara или Asia/Yekaterinburg.",
  ]),
  max_run_minutes: withDefault(integer(1, 1440, "минут"), "10", [
    "Сколько может идти один перенос. Что не успело, продолжится в следующий раз.",
  ]),
  deleted: withDefault(choice<"report" | "lose">(["report", "lose"], { report: "report", lose: "lose" }), "report", [
    "Что делать со сделкой, если запись удалили из IDENT:",
    "report — только сообщить, lose — перевести на стадию статуса «Отменен».",
  ]),
  max_closings: withDefault(integer(0, 100_000), "20", [
    "При deleted = lose: если за одну сверку пропало больше записей, не закрывается ни одна сделка: похоже на ошибку.",
    "Закрыть их всё же: ident-sync once --full --confirm-closings.",
  ]),
});

export const FilialFilter = section(["Филиалы внутри одной базы IDENT."], {
  enabled_filial_ids: optional(idList, "все филиалы", [
    "ID филиалов, записи которых переносятся.",
  ]),
  default_filial_id: optional(idOrZero, "номер клиники (filial_id)", [
    "ID филиала для записей, у которых филиал в IDENT не указан; 0 — такие записи не переносятся.",
    "Действует, только если заполнен enabled_filial_ids.",
  ]),
});

export const Logging = section(["Журнал работы."], {
  level: withDefault(
    choice<"DEBUG" | "INFO" | "WARNING" | "ERROR">(["DEBUG", "INFO", "WARNING", "ERROR"], {
      debug: "DEBUG",
      info: "INFO",
      warning: "WARNING",
      warn: "WARNING",
      error: "ERROR",
      critical: "ERROR",
    }),
    "INFO",
    ["Насколько подробно писать журнал: DEBUG — всё, ERROR — только ошибки."],
  ),
  log_dir: withDefault(path, "logs", ["Папка журнала; относительный путь считается от папки config.ini."]),
  rotation_days: withDefault(integer(1, 3650, "дней"), "30", ["Сколько дней хранить журналы."]),
  max_log_size_mb: withDefault(decimal(0.1, 10_000, "мегабайт"), "100", [
    "Наибольший размер одного файла журнала; затем начинается следующий за тот же день.",
  ]),
  mask_personal_data: withDefault(boolean, "True", [
    "Скрывать ли в журнале телефоны, почту и имена пациентов. Пароли и код вебхука скрыты всегда.",
  ]),
});

export const Queue = section(["Очередь повторных попыток: записи, которые портал не принял."], {
  enabled: withDefault(boolean, "True", ["Ни на что не влияет: отправка таких записей повторяется всегда."]),
  persistence_file: withDefault(path, "queue.json", [
    "Файл очереди; относительный путь считается от папки config.ini.",
  ]),
  max_retry_attempts: withDefault(integer(1, 1000), "10", [
    "Сколько раз повторять отправку. Затем запись остаётся в списке и ждёт, пока её не изменят в IDENT;",
    "записи на ближайшие дни раз в день пробует ещё и сверка.",
  ]),
  retry_interval_minutes: withDefault(integer(1, 1440, "минут"), "5", [
    "Через сколько минут повторить первый раз; дальше промежуток удваивается, но не больше суток.",
  ]),
});

/** Keys of the original program that are read, and do nothing yet. */
const NO_MAIL = "Пока не работает: письма не отправляются.";

export const Notifications = section([`Письма администратору, когда ошибок много. ${NO_MAIL}`], {
  admin_email: optional(email, "никому", [`Кому писать. ${NO_MAIL}`]),
  smtp_server: optional(text, "не указан", [
    "Почтовый сервер, через который отправлять, например smtp.yandex.ru.",
    NO_MAIL,
  ]),
  smtp_port: withDefault(integer(1, 65535), "587", [`Порт почтового сервера. ${NO_MAIL}`]),
  smtp_username: optional(text, "вход без имени и пароля", [`Имя пользователя на почтовом сервере. ${NO_MAIL}`]),
  smtp_password: optional(secret, "вход без пароля", [`Пароль на почтовом сервере. ${NO_MAIL}`]),
  error_threshold_percent: withDefault(decimal(0, 100, "процентов"), "10", [
    "Писать, если за один перенос не приняты столько процентов записей или больше.",
    NO_MAIL,
  ]),
  error_threshold_count: withDefault(integer(1, 1_000_000), "10", [
    "Писать, если за один перенос не приняты столько записей или больше.",
    NO_MAIL,
  ]),
});

export const Advanced = section(["Особые режимы."], {
  dry_run: withDefault(boolean, "False", [
    "True — только показать, что было бы сделано, и ничего не менять на портале.",
  ]),
});
