/**
 * Writes the tables of all keys of config.ini into README.ru.md, from the registry of keys:
 *
 *     deno run --allow-read --allow-write scripts/write_readme_keys.ts
 */
import type { Key, Section } from "../src/config/key.ts";
import { sectionsOfRegistry } from "../src/config/registry.ts";

const README = new URL("../README.ru.md", import.meta.url);

/** The lines of the README between which the tables stand. */
const BEGIN = "<!-- keys: scripts/write_readme_keys.ts -->";
const END = "<!-- /keys -->";

/** The part of a README that is made from the registry, its two marker lines excluded; `undefined`: it has none. */
export function keysPart(readme: string): string | undefined {
  const [begin, end] = [readme.indexOf(`${BEGIN}\n`), readme.indexOf(END)];
  return begin === -1 || end < begin ? undefined : readme.slice(begin + BEGIN.length + 1, end);
}

/** One table a section, in the order of config.example.ini. */
export function renderKeys(): string {
  const tables = sectionsOfRegistry().map(([name, section]) => {
    const rows = Object.entries(section.keys).map(([key, entry]) =>
      `| \`${key}\` | ${meaningOf(entry)} | ${defaultOf(entry)} |`
    );
    return [
      `#### [${name}]`,
      "",
      introductionOf(section),
      "",
      "| Ключ | Что означает | По умолчанию |",
      "|---|---|---|",
      ...rows,
    ].join("\n");
  });
  return `\n${tables.join("\n\n")}\n\n`;
}

function introductionOf({ about, aliases }: Section<Readonly<Record<string, Key<unknown>>>>): string {
  const former = aliases.map((alias) => `\`[${alias}]\``).join(", ");
  return cell([...about, ...(former === "" ? [] : [`Прежнее название раздела: ${former}.`])].join(" "));
}

function meaningOf({ kind: { accepts }, about, without, aliases }: Key<unknown>): string {
  const former = aliases.map((alias) => `\`${alias}\``).join(", ");
  return cell([
    ...about,
    ...(accepts === "" ? [] : [`${accepts[0].toUpperCase()}${accepts.slice(1)}.`]),
    ...(without === undefined ? [] : [`Пусто: ${without}.`]),
    ...(former === "" ? [] : [`Прежнее название: ${former}.`]),
  ].join(" "));
}

function defaultOf({ required, fallback }: Key<unknown>): string {
  if (required) return "**заполните**";
  return fallback === undefined ? "пусто" : `\`${cell(fallback)}\``;
}

/** A text that may stand in a cell; an address in it is an example and no link. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/https:\/\/[^\s,]*[^\s,.]/g, "`$&`");
}

if (import.meta.main) {
  const readme = (await Deno.readTextFile(README)).replaceAll("\r\n", "\n");
  const present = keysPart(readme);
  if (present === undefined) throw new Error(`README.ru.md has no lines ${BEGIN} and ${END}`);
  await Deno.writeTextFile(
    README,
    readme.replace(`${BEGIN}\n${present}${END}`, () => `${BEGIN}\n${renderKeys()}${END}`),
  );
}
