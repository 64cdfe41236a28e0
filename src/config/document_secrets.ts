/**
 * The secrets of a configuration as they stand in its document: which are in plain text, and putting their encrypted
 * forms in place. Pure: the encryption itself is passed in.
 */
import type { IniDocument } from "./ini.ts";
import { readSecret } from "./kind.ts";
import { allKeys, sectionsOfRegistry } from "./registry.ts";

export interface SecretPlace {
  /** As the file has them. */
  readonly section: string;
  readonly key: string;
  readonly state: "empty" | "encrypted" | "plain";
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
  readonly replace: (secret: string) => string;
}

/** Every place of the document that holds a secret, older names of sections and keys among them. */
function find(document: IniDocument): Found[] {
  const registry = new Map(sectionsOfRegistry());
  const same = (one: string, other: string) => one.trim().toLowerCase() === other.toLowerCase();
  return allKeys().filter(({ entry }) => entry.kind.secret).flatMap(({ section, key, entry }) => {
    const sectionNames = [section, ...registry.get(section)!.aliases];
    const keyNames = [key, ...entry.aliases];
    return document.sections().filter((name) => sectionNames.some((other) => same(name, other))).flatMap((name) =>
      document.keys(name).filter((each) => keyNames.some((other) => same(each, other))).map((each): Found => {
        const { secret, around } = inside((document.get(name, each) ?? "").trim(), key === "webhook_url");
        const read = readSecret(secret);
        const state = secret === "" ? "empty" : "value" in read && "plain" in read.value ? "plain" : "encrypted";
        return { section: name, key: each, state, plain: state === "plain" ? secret : undefined, replace: around };
      })
    );
  });
}

/** Where the document holds secrets, and in what state each is. */
export const secretsIn = (document: IniDocument): SecretPlace[] => find(document);

/**
 * Puts the encrypted form in the place of every secret in plain text; all else stays byte for byte.
 *
 * @param encrypt a secret → hexadecimal digits
 * @returns all places, in the state in which they were found
 */
export function encryptSecrets(document: IniDocument, encrypt: (plain: string) => string): SecretPlace[] {
  const places = find(document);
  for (const { section, key, plain, replace } of places) {
    if (plain !== undefined) document.set(section, key, replace(`DPAPI:${encrypt(plain)}`));
  }
  return places;
}

/** `[Database] password` */
export const nameOf = ({ section, key }: SecretPlace): string => `[${section}] ${key}`;
