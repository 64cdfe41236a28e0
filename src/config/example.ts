/**
 * The texts of config.example.ini and of a new config.ini, made from the registry.
 */
import type { Key } from "./key.ts";
import { sectionsOfRegistry } from "./registry.ts";

const SUBJECT = "Настройки ident-sync: перенос записей на приём из IDENT в Битрикс24.";
const COPY_IT =
  "Скопируйте этот файл под именем config.ini в папку программы и заполните ключи с пометкой «Обязательно».";
const FILL_IN = "Ключи с пометкой «Обязательно» должны быть заполнены.";
const HOW_TO_EDIT = [
  "Остальное можно оставить как есть: там стоят значения по умолчанию.",
  "Сохраняйте файл в кодировке UTF-8. Кавычки вокруг значений не нужны.",
  "Комментарий начинается с «;» или «#» в начале строки; после значения комментарий писать нельзя.",
];

/** Longest comment line that the example joins out of an explanation and what a key may be. */
const LINE_WIDTH = 110;

/** config.example.ini: every key with its meaning, what it may be, and its default; lines end with `\n`. */
export const renderExample = (): string => render(COPY_IT);

/** The same as a config.ini that is in its place already. */
export const renderConfig = (): string => render(FILL_IN);

function render(whatToDo: string): string {
  const lines = [SUBJECT, "", whatToDo, ...HOW_TO_EDIT].map(comment);
  for (const [name, { about, keys }] of sectionsOfRegistry()) {
    lines.push("", "", ...about.map(comment), `[${name}]`);
    for (const [key, entry] of Object.entries(keys)) {
      const value = entry.fallback === undefined ? "" : ` ${entry.fallback}`;
      lines.push("", ...explanationOf(entry).map(comment), `${key} =${value}`);
    }
  }
  return lines.join("\n") + "\n";
}

/** What a key may be and what holds without it, in Russian sentences: `Целое число от 1 до 10. По умолчанию: 1.` */
export function termsOf({ kind, required, fallback, without }: Key<unknown>): string {
  return [
    required ? "Обязательно." : "",
    kind.accepts === "" ? "" : `${kind.accepts[0].toUpperCase()}${kind.accepts.slice(1)}.`,
    fallback === undefined ? "" : `По умолчанию: ${fallback}.`,
    without === undefined ? "" : `Пусто: ${without}.`,
  ].filter((sentence) => sentence !== "").join(" ");
}

function explanationOf(entry: Key<unknown>): string[] {
  const terms = termsOf(entry);
  const [only, ...more] = entry.about;
  const joined = `${only} ${terms}`;
  return more.length === 0 && joined.length <= LINE_WIDTH ? [joined] : [...entry.about, terms];
}

function comment(text: string): string {
  return text === "" ? ";" : `; ${text}`;
}
