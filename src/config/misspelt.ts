/**
 * Names in config.ini that the program does not read and that look like ones it does: misspelt, or in a wrong section.
 * Other unknown names are an older program's or somebody's own, and nothing to speak of. Pure.
 */
import { strip } from "./blanks.ts";
import type { IniDocument } from "./ini.ts";
import { DEFAULT_SECTION } from "./ini_reader.ts";
import { allKeys, sectionsOfRegistry } from "./registry.ts";
import type { KeyPlace } from "./values.ts";

/** A name that is probably meant otherwise. */
export interface Misspelt {
  /** `[Sync] intervl_minutes`, or `[Databse]`. */
  readonly name: string;
  /** Number of the key's line; `undefined` for a section. */
  readonly line: number | undefined;
  /** `interval_minutes`, `[Database]`, `[Database] server`. */
  readonly meant: string;
}

/** Letters that may be wrong: more than that was another word. */
const slipsIn = (word: string): number => word.length <= 4 ? 1 : 2;

/** Known keys whose names say too little to be missed elsewhere: former programs had them in several sections. */
const IN_MANY_SECTIONS: ReadonlySet<string> = new Set(["enabled"]);

/** Those of the unknown keys, and of the sections, that look like known ones. */
export function misspeltIn(document: IniDocument, unknown: readonly KeyPlace[]): Misspelt[] {
  const sections = new Map(
    sectionsOfRegistry().flatMap(([name, { aliases }]) => [name, ...aliases].map((each) => [each.toLowerCase(), name])),
  );
  const knownAs = (section: string): string | undefined => sections.get(strip(section).toLowerCase());
  const ofSections = document.sections().filter((section) => knownAs(section) === undefined).flatMap((section) => {
    const near = nearest(strip(section), [...sections.keys()]);
    return near === undefined ? [] : [{ name: `[${section}]`, line: undefined, meant: `[${sections.get(near)}]` }];
  });
  const ofKeys = unknown.flatMap(({ section, key }) => {
    const meant = section === DEFAULT_SECTION ? undefined : keyMeant(knownAs(section), key);
    return meant === undefined ? [] : [{ name: `[${section}] ${key}`, line: document.lineOf(section, key), meant }];
  });
  return [...ofSections, ...ofKeys];
}

/** `section` by its name in the registry. */
function keyMeant(section: string | undefined, key: string): string | undefined {
  if (section === undefined) return undefined;
  const own = allKeys().filter((each) => each.section === section);
  const names = own.flatMap(({ key: name, entry }) => [name, ...entry.aliases]);
  // A second one, beside the one that counts.
  if (names.includes(key)) return undefined;
  const near = nearest(key, names);
  if (near !== undefined) return near;
  const elsewhere = allKeys().filter((each) => each.key === key && !IN_MANY_SECTIONS.has(key));
  return elsewhere.length === 0 ? undefined : elsewhere.map((each) => `[${each.section}] ${each.key}`).join(" или ");
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const slips = known.map((name) => ({ name, count: slipsBetween(word.toLowerCase(), name) }));
  const [best] = slips.sort((one, other) => one.count - other.count);
  return best !== undefined && best.count <= slipsIn(best.name) ? best.name : undefined;
}

/** How many letters are missing, too many, wrong, or have changed places with their neighbour. */
export function slipsBetween(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row++) {
    const [above, current] = [rows[row - 1], [row]];
    for (let column = 1; column <= other.length; column++) {
      const wrong = above[column - 1] + (one[row - 1] === other[column - 1] ? 0 : 1);
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
        ? rows[row - 2][column - 2] + 1
        : Infinity;
      current.push(Math.min(above[column] + 1, current[column - 1] + 1, wrong, swapped));
    }
    rows.push(current);
  }
  return rows[one.length][other.length];
}
