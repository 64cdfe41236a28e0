/**
 * What `init` was told and has proved right, kept beside config.ini until that is written: who breaks off at a later
 * question need not answer again. A secret stands there encrypted, or, where nothing can encrypt it, not at all.
 */
import { writePrivate } from "../config/config_file.ts";
import { IniDocument } from "../config/ini.ts";
import { readSecret } from "../config/kind.ts";
import { allKeys } from "../config/registry.ts";
import { IdentSyncError } from "../error.ts";
import type { World } from "../world.ts";

/** What `init` asks for, by sections. */
export const ASKED = {
  Database: ["server", "database", "username", "password"],
  Bitrix24: ["webhook_url"],
} as const;

export type Side = keyof typeof ASKED;

const pathOf = (config: string): string => `${config}.draft`;

const HEADING = "; Черновик команды ident-sync init. Она удалит его, когда создаст файл настроек.\n";

/** Answers of the sides that were reached; a secret that cannot be read is empty. */
export type Draft = { readonly [S in Side]?: Readonly<Record<string, string>> };

/** The draft for a configuration; `undefined`: there is none, or none that can be read. Never throws. */
export async function readDraft(config: string, { decrypt }: Pick<World, "decrypt">): Promise<Draft | undefined> {
  let document: IniDocument;
  try {
    document = IniDocument.parse(await Deno.readFile(pathOf(config)));
  } catch {
    return undefined;
  }
  const answers = (side: Side): Readonly<Record<string, string>> =>
    Object.fromEntries(ASKED[side].map((key) => [key, opened(side, key, document.get(side, key) ?? "", decrypt)]));
  const sides = (Object.keys(ASKED) as Side[]).map((side) => [side, answers(side)] as const)
    .filter(([side, values]) => isWorthKeeping(side, values));
  return sides.length === 0 ? undefined : Object.fromEntries(sides);
}

/** Keeps the answers of these sides. Never throws: without a draft they are asked for again. */
export async function keepDraft(
  config: string,
  document: IniDocument,
  sides: readonly Side[],
  world: Pick<World, "canEncrypt" | "encrypt">,
): Promise<void> {
  const draft = IniDocument.parse(HEADING);
  try {
    for (const side of sides) {
      for (const key of ASKED[side]) draft.set(side, key, closed(side, key, document.get(side, key) ?? "", world));
    }
    await writePrivate(pathOf(config), draft.toBytes());
  } catch {
    // A disk that is full or a folder that is read-only will be told when config.ini is to be written.
  }
}

/** Removes the draft, where there is one. Never throws. */
export async function removeDraft(config: string): Promise<void> {
  await Deno.remove(pathOf(config)).catch(() => {});
}

/** Whether a draft is there. */
export async function isDraftKept(config: string): Promise<boolean> {
  return await Deno.lstat(pathOf(config)).then(() => true, () => false);
}

/** Whether nothing but a secret is missing, and not all that there is. A port goes without saying. */
const isWorthKeeping = (side: Side, values: Readonly<Record<string, string>>): boolean =>
  ASKED[side].every((key) => isSecret(side, key) || values[key] !== "") &&
  Object.values(values).some((value) => value !== "");

const isSecret = (side: Side, name: string): boolean =>
  allKeys().some(({ section, key, entry }) => section === side && key === name && entry.kind.secret);

function closed(
  side: Side,
  key: string,
  value: string,
  { canEncrypt, encrypt }: Pick<World, "canEncrypt" | "encrypt">,
): string {
  if (!isSecret(side, key) || value === "") return value;
  if (!canEncrypt) return "";
  try {
    return `DPAPI:${encrypt(value, "user")}`;
  } catch (error) {
    if (error instanceof IdentSyncError) return "";
    throw error;
  }
}

function opened(side: Side, key: string, value: string, decrypt: World["decrypt"]): string {
  if (value.includes("\n")) return "";
  if (!isSecret(side, key)) return value;
  const secret = readSecret(value);
  if ("wrong" in secret || "plain" in secret.value) return "";
  try {
    return decrypt(secret.value.encrypted, `[${side}] ${key}`);
  } catch (error) {
    if (error instanceof IdentSyncError) return "";
    throw error;
  }
}
