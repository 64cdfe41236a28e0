/**
 * `ident-sync encrypt`: the secrets of config.ini put out of sight, in place.
 */
import { endsWithComment } from "../config/comment_after.ts";
import { openRights, replaceConfig, restrictRights } from "../config/config_file.ts";
import { encryptSecrets, nameOf, secretsIn } from "../config/document_secrets.ts";
import { readDocument } from "../config/load.ts";
import type { World } from "../world.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { reportError } from "./report_error.ts";
import { commentInPassword, rightsWarning } from "./text.ts";

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
const STATES = { empty: "не заполнено", encrypted: "зашифровано", broken: BROKEN, plain: "открытым текстом" } as const;

async function check(world: World, path: string): Promise<ExitCode> {
  const places = secretsIn(await readDocument(path));
  for (const place of places) world.out.write(`${nameOf(place)}: ${STATES[place.state]}\n`);
  await tellRights(world, path);
  return places.some(({ state }) => state === "plain") ? EXIT.incomplete : EXIT.ok;
}

const RESULTS = { empty: "не заполнено", encrypted: "уже зашифровано", broken: BROKEN, plain: "зашифровано" } as const;

async function encryptFile(world: World, path: string, { machine, restrict }: EncryptOptions): Promise<ExitCode> {
  const document = await readDocument(path);
  const places = encryptSecrets(document, (plain) => world.encrypt(plain, machine ? "machine" : "user"));
  if (places.some(({ state }) => state === "plain")) await replaceConfig(path, document.toBytes());
  for (const place of places) world.out.write(`${nameOf(place)}: ${RESULTS[place.state]}\n`);
  const doubtful = places.filter(({ plain }) => plain !== undefined && endsWithComment(plain)).map(nameOf);
  if (doubtful.length > 0) world.err.write(`${commentInPassword(doubtful)}\n`);
  if (restrict) {
    await restrictRights(path);
    world.out.write(`Права на ${path} ограничены.\n`);
  }
  await tellRights(world, path);
  return EXIT.ok;
}

/** Tells who else may read the file; a file system that knows no rights is nothing to tell. */
async function tellRights(world: World, path: string): Promise<void> {
  const rights = await openRights(path).catch(() => undefined);
  if (rights !== undefined) world.err.write(`${rightsWarning(path, rights)}\n`);
}
