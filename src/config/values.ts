/**
 * Reads a document by the registry: every value, every problem, every key nobody knows. Pure.
 */
import { strip } from "./blanks.ts";
import { COMMENT_AFTER_VALUE, endsWithComment, isComment } from "./comment_after.ts";
import type { IniDocument } from "./ini.ts";
import { DEFAULT_SECTION } from "./ini_reader.ts";
import type { Key } from "./key.ts";
import { type Reading, type ReadingContext, secret } from "./kind.ts";
import { allKeys, REGISTRY, sectionsOfRegistry, type Values } from "./registry.ts";
import { isSample } from "./sample.ts";

/** A key's place. */
export interface KeyPlace {
  readonly section: string;
  readonly key: string;
}

/** What is wrong with one key. */
export interface KeyProblem extends KeyPlace {
  /** Number of its line; `undefined` where it is not in the file. */
  readonly line?: number;
  /** The value as written, where it may be shown. */
  readonly shown?: string;
  /** In Russian, without a full stop. */
  readonly wrong: string;
}

/** Where a key of the registry stands in a document. */
interface FoundKey {
  /** The section as the file names it. */
  readonly section: string;
  /** The key as the file names it, lower-cased. */
  readonly key: string;
  /** Without blanks around it; may be empty. */
  readonly value: string;
  readonly line: number | undefined;
}

/** The values that could be read; one that has a problem is missing. */
export type Draft = { readonly [S in keyof Values]: Partial<Values[S]> };

export interface ReadValues {
  readonly draft: Draft;
  readonly problems: KeyProblem[];
  /** Everything that the program does not use, as the file names it. */
  readonly unknown: readonly KeyPlace[];
  /** Keys whose value was read, and looks as if a comment stood after it; secrets excepted. */
  readonly withComment: readonly KeyPlace[];
}

/** Reads all keys of the registry from a document. */
export function readValues(document: IniDocument, context: ReadingContext): ReadValues {
  const draft: Record<string, Record<string, unknown>> = {};
  const problems: KeyProblem[] = [];
  const used = new Set<string>();
  const doubtful: KeyPlace[] = [];

  for (const { section, key, entry } of allKeys()) {
    const values = draft[section] ??= {};
    const places = placesOf(document, section, key);
    const found = sayingPlace(places, entry);
    for (const place of places) {
      used.add(placeName(place.section, place.key));
      if (place === found) break;
    }

    const text = textOf(entry, found);
    if (text === undefined) {
      if (entry.required) problems.push({ section, key, line: found?.line, wrong: "значение не заполнено" });
      else values[key] = undefined;
      continue;
    }
    const reading = aboutComment(text, wrongShape(entry, text) ?? entry.kind.read(text, context));
    if ("value" in reading) {
      values[key] = reading.value;
      if (entry.kind !== secret && endsWithComment(text)) doubtful.push({ section, key });
    } else {
      const shown = entry.kind.secret || holdsSecret(text) ? undefined : firstLineOf(reading.shown ?? text);
      problems.push({ section, key, line: found?.line, shown, wrong: reading.wrong });
    }
  }
  // The loop has filled exactly the sections and keys of the registry, from which the type is made.
  return {
    draft: draft as unknown as Draft,
    problems,
    unknown: unknownKeys(document, used),
    withComment: doubtful,
  };
}

/**
 * All places of a key. The registry's own names of section and key come before older ones, the section's exact name
 * before one in another case.
 */
function placesOf(document: IniDocument, section: string, key: string): FoundKey[] {
  const { aliases, keys } = sectionOf(section);
  const sections = [section, ...aliases].flatMap((name) => sectionsNamed(document, name));
  return [key, ...keys[key].aliases].flatMap((keyName) =>
    sections.flatMap((sectionName): FoundKey[] => {
      const value = document.get(sectionName, keyName);
      if (value === undefined) return [];
      return [{ section: sectionName, key: keyName, value: strip(value), line: document.lineOf(sectionName, keyName) }];
    })
  );
}

/** The place that counts: the first one with a value, so that `initial_days =` does not hide an older name's value. */
function sayingPlace(places: readonly FoundKey[], { empty }: Key<unknown>): FoundKey | undefined {
  return places.find(({ value }) => value !== "" || empty === "nothing") ?? places.at(0);
}

function sectionOf(name: string) {
  return REGISTRY[name as keyof typeof REGISTRY] as ReturnType<typeof sectionsOfRegistry>[number][1];
}

/** Sections of the file with this name: the exact one first, then those in another case or with blanks around. */
function sectionsNamed(document: IniDocument, name: string): string[] {
  const named = document.sections().filter((section) => strip(section).toLowerCase() === name.toLowerCase());
  return named.sort((one, other) => Number(other === name) - Number(one === name));
}

/** The text to read: the file's, or the default's; `undefined` where there is none. */
function textOf(entry: Key<unknown>, found: FoundKey | undefined): string | undefined {
  if (found === undefined) return entry.fallback;
  if (found.value !== "") return found.value;
  return entry.empty === "fallback" ? entry.fallback : undefined;
}

function wrongShape(entry: Key<unknown>, text: string): Reading<never> | undefined {
  // A password may begin and end with quotes.
  if (entry.kind !== secret && /^(["']).*\1$/s.test(text)) {
    return { wrong: "уберите кавычки вокруг значения: они считаются его частью" };
  }
  if (entry.required && isSample(text)) {
    return { wrong: "значение не заполнено: оставлен образец" };
  }
  if (entry.kind !== secret && isComment(text)) return { wrong: COMMENT_AFTER_VALUE };
  return undefined;
}

/** The reading, with a comment as what is probably wrong. A name or a folder may look so, and is taken as it is. */
function aboutComment(text: string, reading: Reading<unknown>): Reading<unknown> {
  if ("value" in reading || !endsWithComment(text) || reading.wrong.includes(COMMENT_AFTER_VALUE)) return reading;
  return { wrong: `${reading.wrong}; ${COMMENT_AFTER_VALUE}` };
}

/** What stands on the key's own line: a line below may be a password that was indented by mistake. */
function firstLineOf(text: string): string {
  const [first, ...more] = text.split("\n");
  return more.length === 0 ? first : `${first} ⏎ …`;
}

/** Whether a text looks like a webhook or an encrypted secret that was put into the wrong place. */
function holdsSecret(text: string): boolean {
  return text.includes("/rest/") || text.includes("DPAPI:");
}

function unknownKeys(document: IniDocument, used: ReadonlySet<string>): KeyPlace[] {
  const unused = new Map(sectionsOfRegistry().map(([name, section]) => [name.toLowerCase(), section.unused]));
  const known = new Set(allKeys().flatMap(({ key, entry }) => [key, ...entry.aliases]));
  const own = document.sections().flatMap((section) =>
    document.keys(section)
      .filter((key) => !used.has(placeName(section, key)))
      .filter((key) => !(unused.get(strip(section).toLowerCase())?.includes(key)))
      .map((key) => ({ section, key }))
  );
  const shared = document.keys(DEFAULT_SECTION).filter((key) => !known.has(key));
  return [...own, ...shared.map((key) => ({ section: DEFAULT_SECTION, key }))];
}

function placeName(section: string, key: string): string {
  return `[${section}] ${key}`;
}
