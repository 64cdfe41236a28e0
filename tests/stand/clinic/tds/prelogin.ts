/** PRELOGIN (MS-TDS 2.2.6.5): the two sides agree on encryption before anything else. */

import { ByteReader, ByteWriter } from "./bytes.ts";

const VERSION = 0;
const ENCRYPTION = 1;
const INSTANCE = 2;
const THREAD = 3;
const MARS = 4;
const END = 0xff;

const OFF = 0;
const ON = 1;
const NOT_SUPPORTED = 2;
const REQUIRED = 3;

/** What the server is set to: `required` is "Force Encryption". */
export type EncryptionSetting = "optional" | "required" | "unsupported";

/** The encryption byte of the client's PRELOGIN; none means OFF. */
function encryptionAsked(data: Uint8Array): number {
  const options = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < data.length && data[at] !== END; at += 5) {
    if (data[at] === ENCRYPTION) return new ByteReader(data, options.getUint16(at + 1, false)).u8();
  }
  return OFF;
}

/**
 * The server's PRELOGIN and whether TLS begins after it. A client that offers encryption for the login only (OFF) is
 * told that there is none: the stand has no way back from TLS to plain bytes.
 */
export function answerPrelogin(
  data: Uint8Array,
  setting: EncryptionSetting,
): { readonly data: Uint8Array; readonly encrypted: boolean } {
  const asked = encryptionAsked(data);
  const wants = asked === ON || asked === REQUIRED;
  const answer = setting === "unsupported"
    ? NOT_SUPPORTED
    : wants
    ? ON
    : setting === "required"
    ? REQUIRED
    : NOT_SUPPORTED;
  const values = new Map<number, number[]>([
    [VERSION, [15, 0, 0x07, 0xd0, 0, 0]],
    [ENCRYPTION, [answer]],
    [INSTANCE, [0]],
    [THREAD, []],
    [MARS, [0]],
  ]);
  const options = new ByteWriter();
  let at = values.size * 5 + 1;
  for (const [option, value] of values) {
    options.u8(option);
    options.u16be(at);
    options.u16be(value.length);
    at += value.length;
  }
  options.u8(END);
  for (const value of values.values()) options.bytes(Uint8Array.from(value));
  return { data: options.take(), encrypted: answer === ON };
}
