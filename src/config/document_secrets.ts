/**
 * The secrets of a configuration as they stand in its document: which are in plain text, and putting their encrypted
 * forms in place. Pure: the encryption itself is passed in.
 */
import { IdentSyncError } from "../error.ts";
import { strip } from "./blanks.ts";
import type { IniDocument } from "./ini.ts";
import { DEFAULT_SECTION } from "./ini_reader.ts";
import { readSecret } from "./kind.ts";
import { allKeys, sectionsOfRegistry } from "./registry.ts";

export interface SecretPlace {
  /** As the file has them. */
  readonly section: string;
  readonly key: string;
  readonly state: "empty" | "encrypted" | "broken" | "plain";
  /** The secret in plain text; only where `state` is `plain`. */
  readonly plain: string | undefined;
}

/** A webhook's address around its secret: the last part of the path, or the one before a method's name. */
const WEBHOOK = /^(.*\/rest\/\d+\/)([^/?#]+)(.*)$/is;

/** The secret inside a key's value, and the value with something else in its place. */
interface Inside {
  readonly secret: string;
  readonly around: (secret: string) => string;
}

function inside(value: string, isWebhook: boolean): Inside {
  if (!isWebhook) return { secret: value, around: (secret) => secret };
  const parts = WEBHOOK.exec(value);
  if (parts === null) return { secret: "", around: () => value };
  return { secret: parts[2], around: (secret) => `${parts[1]}${secret}${parts[3]}` };
}

interface Found extends SecretPlace {
  /** Whether the value stands on one line. */
  readonly whole: boolean;
  readonly replace: (secret: string) => string;
}

/** Every place of the document that holds a secret, older names of sections and keys among them. */
function find(document: IniDocument): Found[] {
  const registry = new Map(sectionsOfRegistry());
  const same = (one: string, other: string) => strip(one).toLowerCase() === other.toLowerCase();
  const names = [DEFAULT_SECTION, ...document.sections()];
  return allKeys().filter(({ entry }) => entry.kind.secret).flatMap(({ section, key, entry }) => {
    const sectionNames = [section, ...registry.get(section)!.aliases];
    const keyNames = [key, ...entry.aliases];
    const isHere = (name: string) => name === DEFAULT_SECTION || sectionNames.some((other) => same(name, other));
    return names.filter(isHere).flatMap((name) =>
      document.keys(name).filter((each) => keyNames.some((other) => same(each, other))).map((each): Found => {
        const value = strip(document.get(name, each) ?? "");
        const { secret, around } = inside(value, key === "webhook_url");
        const state = stateOf(secret);
        const plain = state === "plain" ? secret : undefined;
        return { section: name, key: each, state, plain, whole: !value.includes("\n"), replace: around };
      })
    );
  });
}

function stateOf(secret: string): SecretPlace["state"] {
  if (secret === "") return "empty";
  const read = readSecret(secret);
  if ("wrong" in read) return "broken";
  return "plain" in read.value ? "plain" : "encrypted";
}

/** Where the document holds secrets, and in what state each is. */
export const secretsIn = (document: IniDocument): SecretPlace[] => find(document);

/**
 * Puts the encrypted form in the place of every secret in plain text; all else stays byte for byte. Throws
 * IdentSyncError config where a value goes on in the next line: what stands there may be another setting.
 *
 * @param encrypt a secret → hexadecimal digits
 * @returns all places, in the state in which they were found
 */
export function encryptSecrets(document: IniDocument, encrypt: (plain: string) => string): SecretPlace[] {
  const places = find(document);
  const spread = places.filter(({ state, whole }) => state === "plain" && !whole);
  if (spread.length > 0) {
    throw new IdentSyncError("config", {
      what: `Значение занимает несколько строк: ${spread.map(nameOf).join(", ")}; ничего не зашифровано.`,
      why: "Строка, которая начинается с пробела, продолжает предыдущую.",
      fix: "Уберите пробелы в начале следующей строки или запишите значение в одну строку и повторите команду.",
    });
  }
  for (const { section, key, plain, replace } of places) {
    if (plain !== undefined) document.set(section, key, replace(`DPAPI:${encrypt(plain)}`));
  }
  return places;
}

/** `[Database] password` */
export const nameOf = ({ section, key }: SecretPlace): string => `[${section}] ${key}`;
