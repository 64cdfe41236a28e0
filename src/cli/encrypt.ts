/**
 * `ident-sync encrypt`: the secrets of config.ini put out of sight, in place.
 */
import { endsWithComment } from "../config/comment_after.ts";
import { openRights, replaceConfig, restrictRights } from "../config/config_file.ts";
import { encryptSecrets, isOpen, nameOf, type SecretPlace, secretsIn } from "../config/document_secrets.ts";
import { readDocument } from "../config/load.ts";
import type { World } from "../world.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { reportError } from "./report_error.ts";
import { commentAfter, rightsWarning } from "./text.ts";

export interface EncryptOptions {
  /** For every user of this machine, for tasks that run as SYSTEM or as a service. */
  readonly machine: boolean;
  /** Only tell what is in plain text. */
  readonly check: boolean;
  /** Leave the file to its owner, the system and the administrators. */
  readonly restrict: boolean;
}

/** Encrypts the secrets of a file, or tells which are in plain text. Never throws. */
export async function encrypt(world: World, path: string, options: EncryptOptions): Promise<ExitCode> {
  try {
    return options.check ? await check(world, path) : await encryptFile(world, path, options);
  } catch (error) {
    return reportError(error, world.err, undefined);
  }
}

const BROKEN = "испорчено, впишите значение заново";

/** The words for a place: those that both commands share, and what `check` and `encrypt` say by themselves. */
function wordsFor({ state, wrong }: SecretPlace, own: { readonly encrypted: string; readonly plain: string }): string {
  switch (state) {
    case "empty":
      return "не заполнено";
    case "sample":
      return "оставлен образец, не шифруется";
    case "broken":
      return BROKEN;
    case "unclear":
      return `адрес не разобран, код в нём виден; ${wrong}`;
    case "encrypted":
    case "plain":
      return own[state];
  }
}

async function check(world: World, path: string): Promise<ExitCode> {
  const places = secretsIn(await readDocument(path));
  for (const place of places) {
    const words = wordsFor(place, { encrypted: "зашифровано", plain: "открытым текстом" });
    world.out.write(`${nameOf(place)}: ${words}\n`);
  }
  await tellRights(world, path);
  return places.some(isOpen) ? EXIT.incomplete : EXIT.ok;
}

async function encryptFile(world: World, path: string, { machine, restrict }: EncryptOptions): Promise<ExitCode> {
  const document = await readDocument(path);
  // Rights can be mended everywhere; and it is what the warning about them advises.
  if (restrict && !world.canEncrypt) {
    await leaveToOwner(world, path);
    world.out.write("Значения остались открытым текстом: шифрование (DPAPI) есть только в Windows.\n");
    return EXIT.ok;
  }
  const places = encryptSecrets(document, (plain) => world.encrypt(plain, machine ? "machine" : "user"));
  if (places.some(({ state }) => state === "plain")) await replaceConfig(path, document.toBytes());
  for (const place of places) {
    const words = wordsFor(place, { encrypted: "уже зашифровано", plain: "зашифровано" });
    world.out.write(`${nameOf(place)}: ${words}\n`);
  }
  const unclear = places.filter(({ state }) => state === "unclear").map(nameOf);
  if (unclear.length > 0) {
    world.err.write(`Не зашифровано: ${unclear.join(", ")}.\nИсправьте адрес в config.ini и повторите команду.\n`);
  }
  const doubtful = places.filter(({ plain }) => plain !== undefined && endsWithComment(plain)).map(nameOf);
  if (doubtful.length > 0) world.err.write(`${commentAfter(doubtful)}\n`);
  if (restrict) await leaveToOwner(world, path);
  await tellRights(world, path);
  return unclear.length > 0 ? EXIT.incomplete : EXIT.ok;
}

async function leaveToOwner(world: World, path: string): Promise<void> {
  await restrictRights(path);
  world.out.write(`Права на ${path} ограничены.\n`);
}

/** Tells who else may read the file; a file system that knows no rights is nothing to tell. */
async function tellRights(world: World, path: string): Promise<void> {
  const rights = await openRights(path).catch(() => undefined);
  if (rights !== undefined) world.err.write(`${rightsWarning(path, rights)}\n`);
}
