/**
 * The registry, first part: the two sides that the program connects.
 */
import { optional, required, section, withDefault } from "./key.ts";
import { boolean, decimal, id, integer, secret, text } from "./kind.ts";
import { server } from "./server.ts";
import { webhook } from "./webhook.ts";

export const Database = section(["База данных IDENT (SQL Server). Программа только читает её."], {
  server: required(server, [
    "Сервер, на котором работает база IDENT: имя или адрес компьютера.",
    "Например: CLINIC-PC, 192.168.1.10, CLINIC-PC\\SQLEXPRESS (экземпляр) или CLINIC-PC,50123 (порт; он важнее ключа port).",
  ]),
  port: withDefault(integer(1, 65535), "1433", [
    "Порт SQL Server. Если в server назван экземпляр (\\SQLEXPRESS), при значении 1433 его порт сообщит служба",
    "«Обозреватель SQL Server»; другое значение важнее имени экземпляра.",
  ]),
  database: required(text, ["Имя базы данных, например IdentDB."]),
  username: required(text, ["Имя пользователя SQL Server. Достаточно прав на чтение (роль db_datareader)."]),
  password: required(secret, ["Пароль этого пользователя. Команда ident-sync encrypt заменит его зашифрованным."]),
  connection_timeout: withDefault(integer(1, 300, "секунд"), "10", ["Сколько ждать подключения к базе."]),
  query_timeout: withDefault(integer(1, 3600, "секунд"), "30", ["Сколько ждать ответа на запрос к базе."]),
  encrypt: withDefault(boolean, "False", [
    "Шифровать ли соединение с базой. С False пароль и данные идут по сети открыто. Укажите True, если сервер",
    "требует шифрования; если он не на этом компьютере, тоже попробуйте True (нужен сервер с TLS 1.2).",
  ]),
  trust_server_certificate: withDefault(boolean, "True", [
    "Принимать ли любой сертификат сервера (обычно он самоподписанный). Важно только при encrypt = True.",
  ]),
});

export const Bitrix24 = section(["Портал Битрикс24."], {
  webhook_url: required(webhook, [
    "Адрес входящего вебхука с правом «CRM» вместе с кодом: https://портал.bitrix24.ru/rest/1/код/.",
    "Команда ident-sync encrypt зашифрует в нём только код: https://портал.bitrix24.ru/rest/1/DPAPI:01000000D08C…/.",
  ]),
  token: optional(secret, "код берётся из webhook_url", [
    "Код вебхука, если его нет в конце webhook_url.",
  ]),
  request_timeout: withDefault(integer(5, 300, "секунд"), "70", [
    "Сколько ждать ответа портала. Портал может работать над запросом до 60 секунд.",
  ]),
  rate_limit: withDefault(decimal(0.1, 50, "запросов в секунду"), "2", [
    "Сколько запросов в секунду разрешает тариф портала: обычно 2, на тарифе «Энтерпрайз» 5.",
  ]),
  default_assigned_by_id: optional(id, "владелец вебхука", [
    "ID сотрудника, ответственного за новые сделки и контакты.",
  ]),
  settle_seconds: withDefault(integer(0, 3600, "секунд"), "75", [
    "Через сколько секунд проверять на портале отправку, на которую не пришёл ответ.",
    "Меньше 75 — только для испытаний: портал может ещё выполнять запрос, и сделка появится дважды.",
  ]),
}, { aliases: ["bitrix"] });
