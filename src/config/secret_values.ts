/**
 * The secrets of config.ini made readable, and all that must never be shown afterwards.
 */
import { IdentSyncError } from "../error.ts";
import type { Config } from "./config.ts";
import type { SecretText } from "./kind.ts";
import type { KeyPlace } from "./values.ts";

/**
 * Decrypts the hexadecimal payload of a `DPAPI:` value. `field` names it for an error: `[Database] password`.
 * Throws IdentSyncError("secret") where this user on this computer cannot read it.
 */
export type Decrypt = (hexPayload: string, field: string) => string;

/** A secret that could not be decrypted. */
export interface SecretFailure extends KeyPlace {
  readonly error: IdentSyncError;
}

/** Decrypts secrets, and collects what fails instead of stopping at the first. */
export class SecretReader {
  readonly failures: SecretFailure[] = [];
  readonly #decrypt: Decrypt;

  constructor(decrypt: Decrypt) {
    this.#decrypt = decrypt;
  }

  /** The secret itself; `undefined` where there is none or it cannot be decrypted (then `failures` has it). */
  read(secret: SecretText | undefined, place: KeyPlace): string | undefined {
    if (secret === undefined) return undefined;
    if ("plain" in secret) return secret.plain;
    try {
      return this.#decrypt(secret.encrypted, `[${place.section}] ${place.key}`);
    } catch (error) {
      if (!(error instanceof IdentSyncError)) throw error;
      this.failures.push({ ...place, error });
      return undefined;
    }
  }
}

/** All strings of the configuration that must not appear in any output, for the log's masking. */
export function secretsOf(config: Config): string[] {
  const webhook = config.portal.webhook.reveal();
  const code = /\/rest\/\d+\/([^/]+)/.exec(webhook)?.[1] ?? "";
  const secrets = [config.database.password.reveal(), webhook, code, config.notifications.smtpPassword.reveal()];
  return secrets.filter((secret) => secret !== "");
}
