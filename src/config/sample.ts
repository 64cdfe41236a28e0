/**
 * What the samples of config.ini (ours, the original's, the README's) have in the places of values. Left there, a value
 * is not filled in.
 */

/** `ВАШ_ПАРОЛЬ_НЕЗАШИФРОВАННЫЙ`, `ВАША_ПОЧТА`. */
export const isSample = (value: string): boolean => /^ВАШ[А-Я]?_/i.test(value);

/** `ваш-домен.bitrix24.ru`, `портал.bitrix24.ru`. */
export const isSampleHost = (host: string): boolean => /^(ваш|портал)/i.test(host);

/** `ВАШ_ТОКЕН`, `код`: a webhook's code has no Russian letters. */
export const isSampleCode = (code: string): boolean => /[а-яё]/i.test(code);
