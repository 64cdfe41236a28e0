/** A config.ini with only what is required, and ways to change it in a test. */
import { join, resolve } from "node:path";
import { configFrom, type LoadedConfig } from "../../src/config/from_document.ts";
import { IniDocument } from "../../src/config/ini.ts";
import type { Decrypt } from "../../src/config/secret_values.ts";
import { IdentSyncError } from "../../src/error.ts";

/** Where the config.ini of the tests would be. */
export const FOLDER = resolve("/clinic");
export const PATH = join(FOLDER, "config.ini");

export const PASSWORD = "s3cret-password";
export const CODE = "webhookc0de";

export const MINIMAL = `[Database]
server = CLINIC-PC
database = IdentDB
username = ident_reader
password = ${PASSWORD}

[Bitrix24]
webhook_url = https://portal.bitrix24.ru/rest/1/${CODE}/
`;

/** Stands for DPAPI: the payload is the hexadecimal UTF-8 of the secret; `ff` cannot be decrypted, `ee` is empty. */
export const decrypt: Decrypt = (payload, field) => {
  if (payload === "ff") throw new IdentSyncError("secret", { what: `${field}: не расшифровывается` });
  if (payload === "ee") return "";
  return new TextDecoder().decode(Uint8Array.fromHex(payload));
};

export function encrypted(secret: string): string {
  return `DPAPI:${new TextEncoder().encode(secret).toHex().toUpperCase()}`;
}

/** The minimal file with other values: `{ "Database.port": "1450" }`; `undefined` takes a key out. */
export function textWith(changes: Readonly<Record<string, string | undefined>>): string {
  let text = MINIMAL;
  for (const [place, value] of Object.entries(changes)) {
    const [section, key] = place.split(".");
    if (value === undefined) {
      text = text.split("\n").filter((line) => !line.startsWith(`${key} =`)).join("\n");
      continue;
    }
    const edited = IniDocument.parse(text);
    edited.set(section, key, value);
    text = edited.toText();
  }
  return text;
}

export function configOf(text: string): LoadedConfig {
  const document = IniDocument.parse(text);
  return configFrom(document, { path: PATH, decrypt, localTimeZone: "Asia/Omsk" });
}

export function configWith(changes: Readonly<Record<string, string | undefined>>): LoadedConfig {
  return configOf(textWith(changes));
}

/** The error of a text that must not load. */
export function failureOf(text: string): IdentSyncError {
  try {
    configOf(text);
  } catch (error) {
    if (error instanceof IdentSyncError) return error;
    throw error;
  }
  throw new Error(`loads without an error:\n${text}`);
}
