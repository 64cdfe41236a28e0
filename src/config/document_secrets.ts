/**
 * The secrets of a configuration as they stand in its document: which are in plain text, and putting their encrypted
 * forms in place. Pure: the encryption itself is passed in.
 */
import { IdentSyncError } from "../error.ts";
import { strip } from "./blanks.ts";
import { COMMENT_AFTER_VALUE, endsWithComment } from "./comment_after.ts";
import type { IniDocument } from "./ini.ts";
import { DEFAULT_SECTION } from "./ini_reader.ts";
import { readSecret } from "./kind.ts";
import { allKeys, sectionsOfRegistry } from "./registry.ts";
import { isSample, isSampleCode } from "./sample.ts";
import { WEBHOOK_SHAPE, webhookSecretWrong } from "./webhook.ts";

export interface SecretPlace {
  /** As the file has them. */
  readonly section: string;
  readonly key: string;
  /**
   * `sample`: the sample was left in its place; `broken`: encrypted, and no hexadecimal digits; `unclear`: a webhook's
   * address in which the secret cannot be told from the rest, so that it stands there in plain text.
   */
  readonly state: "empty" | "sample" | "encrypted" | "broken" | "plain" | "unclear";
  /** The secret in plain text; only where `state` is `plain`. */
  readonly plain: string | undefined;
  /** What is to be mended in an `unclear` address, in Russian, without the value and a full stop. */
  readonly wrong: string | undefined;
}

/** What a value holds of a secret, and the value with something else in the secret's place. */
interface Inside {
  readonly state: SecretPlace["state"];
  readonly secret: string;
  readonly wrong?: string;
  readonly around: (secret: string) => string;
}

/** A webhook's address around its secret: the last part of the path, or the one before a method's name. */
const WEBHOOK = /^(.*\/rest\/\d+\/)([^/?#]+)(.*)$/is;
/** An address that ends before its secret: `token` has it. */
const WITHOUT_SECRET = /^[a-z]+:\/\/[^/?#\s]+\/?(?:rest\/?(?:\d+\/*)?)?$/i;

function insideSecret(secret: string): Inside {
  return { state: isSample(secret) ? "sample" : stateOf(secret), secret, around: (other) => other };
}

function insideWebhook(value: string): Inside {
  if (value === "" || WITHOUT_SECRET.test(value)) return { state: "empty", secret: "", around: () => value };
  const parts = WEBHOOK.exec(value);
  const secret = parts?.[2] ?? "";
  const around = (other: string) => `${parts?.[1]}${other}${parts?.[3]}`;
  // What goes on in the next line is told by itself.
  if (parts !== null && value.includes("\n")) return { state: stateOf(secret), secret, around };
  if (value.includes("DPAPI:")) return { state: parts === null ? "broken" : stateOf(secret), secret, around };
  if (endsWithComment(value)) return { state: "unclear", secret: "", wrong: COMMENT_AFTER_VALUE, around };
  if (isSample(value) || isSampleCode(secret)) return { state: "sample", secret: "", around };
  if (parts !== null && webhookSecretWrong(secret) === undefined) return { state: stateOf(secret), secret, around };
  return { state: "unclear", secret: "", wrong: WEBHOOK_SHAPE, around };
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
        const { state, secret, wrong, around } = key === "webhook_url" ? insideWebhook(value) : insideSecret(value);
        const plain = state === "plain" ? secret : undefined;
        return { section: name, key: each, state, plain, wrong, whole: !value.includes("\n"), replace: around };
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

/** Whether the secret can be read by everybody who can read the file. */
export const isOpen = ({ state }: SecretPlace): boolean => state === "plain" || state === "unclear";
