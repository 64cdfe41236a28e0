/**
 * Stands for DPAPI: the same text gives another value each time, only the user (or, with the machine's scope, the
 * machine) that made a value reads it, and a value that was changed or cut is noticed.
 */
import { IdentSyncError } from "../../src/error.ts";
import type { World } from "../../src/world.ts";

const SALT_BYTES = 8;
const SCOPES = ["user", "machine"] as const;

interface Blob {
  readonly scope: typeof SCOPES[number];
  readonly user: string;
  readonly text: string;
}

const checksum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);

function pack(blob: Blob): string {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const open = new TextEncoder().encode(JSON.stringify(blob));
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, checksum(open));
  const hidden = open.map((byte, index) => byte ^ 0x5a ^ salt[index % SALT_BYTES]);
  return new Uint8Array([...salt, ...sum, ...hidden]).toHex();
}

/** `undefined`: changed, cut, or never made here. */
function unpack(hex: string): Blob | undefined {
  const bytes = Uint8Array.fromHex(hex);
  if (bytes.length < SALT_BYTES + 4) return undefined;
  const open = bytes.subarray(SALT_BYTES + 4).map((byte, index) => byte ^ 0x5a ^ bytes[index % SALT_BYTES]);
  if (new DataView(bytes.buffer).getUint32(SALT_BYTES) !== checksum(open)) return undefined;
  return JSON.parse(new TextDecoder().decode(open));
}

/** What a World needs of DPAPI, as a user of Windows has it on the one made-up machine. */
export function dpapiOf(user: string): Pick<World, "encrypt" | "decrypt" | "canEncrypt"> {
  return {
    canEncrypt: true,
    encrypt: (text, scope) => pack({ scope, user, text }),
    decrypt(payload, field) {
      const blob = unpack(payload);
      if (blob !== undefined && (blob.scope === "machine" || blob.user === user)) return blob.text;
      throw new IdentSyncError("secret", {
        what: `Не удалось расшифровать ${field}.`,
        why: blob === undefined ? "Значение испорчено." : "Его зашифровал другой пользователь Windows.",
        fix: "Впишите значение открытым текстом и выполните ident-sync encrypt.",
      });
    },
  };
}

/** Every `DPAPI:` value of a text, decrypted in place. */
export const opened = (text: string, { decrypt }: Pick<World, "decrypt">): string =>
  text.replace(/DPAPI:([0-9a-fA-F]+)/g, (_, payload) => decrypt(payload, "?"));

/** The payloads of the `DPAPI:` values in a text. */
export const payloadsIn = (text: string): string[] => [...text.matchAll(/DPAPI:([0-9a-fA-F]+)/g)].map(([, hex]) => hex);
