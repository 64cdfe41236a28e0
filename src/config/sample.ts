/**
 * What the samples of config.ini (ours, both predecessors', the READMEs') have in the places of values. Left there, a
 * value is not filled in. Each row is so narrow that no real name is taken for a sample: a clinic may be called
 * `вашдантист.рф` or `yoursmile`.
 */

/** What the English samples call "your". */
const YOURS =
  "sql|server|host|password|user|username|login|database|db|token|code|secret|webhook|portal|domain|company";

const SAMPLES: readonly RegExp[] = [
  // ВАШ_ПАРОЛЬ_НЕЗАШИФРОВАННЫЙ, ВАША_ПОЧТА
  /^ВАШ[А-Я]?_/i,
  // your_password_here, YOUR-TOKEN
  new RegExp(`^your(?:[_-](?:${YOURS}))+(?:[_-]here)?$`, "i"),
  // xxxxxxxxxx
  /^[xх]{4,}$/i,
];

const SAMPLE_HOSTS: readonly RegExp[] = [
  // портал.bitrix24.ru, ваш-домен.bitrix24.ru: portals in Bitrix24's own domains have Latin names.
  /^[^.]*[а-яё][^.]*\.bitrix24\.[a-z]+$/i,
  // ваш-портал.рф
  /^ваш[-_]?(?:домен|портал|сайт)\.[^.]+$/i,
  // your-portal.bitrix24.ru, yourdomain.com
  /^your[-_]?(?:portal|domain|company)\.(?:bitrix24\.)?[a-z]+$/i,
  // xxxxxxxxxx.bitrix24.ru
  /^x{4,}\.bitrix24\.[a-z]+$/i,
];

/** `ВАШ_ПАРОЛЬ_НЕЗАШИФРОВАННЫЙ`, `your_password_here`, `xxxxxxxxxx`. */
export const isSample = (value: string): boolean => SAMPLES.some((sample) => sample.test(value));

/** `ваш-домен.bitrix24.ru`, `your-portal.bitrix24.ru`. */
export const isSampleHost = (host: string): boolean => SAMPLE_HOSTS.some((sample) => sample.test(host));

/** `ВАШ_ТОКЕН`, `код`, `xxxxxxxxxx`: a webhook's code has no Russian letters. */
export const isSampleCode = (code: string): boolean => /[а-яё]/i.test(code) || isSample(code);
