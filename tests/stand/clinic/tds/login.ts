/** LOGIN7 (MS-TDS 2.2.6.4): who logs in to which database. */

import { ByteReader } from "./bytes.ts";

export interface Login {
  readonly tdsVersion: number;
  readonly packetSize: number;
  readonly host: string;
  readonly user: string;
  readonly password: string;
  readonly application: string;
  /** Empty: the login's default database. */
  readonly database: string;
}

/** Text at an offset; passwords are obfuscated: each byte's halves are swapped, then XORed with 0xA5. */
function textAt(data: Uint8Array, field: ByteReader, hidden = false): string {
  const at = field.u16();
  const characters = field.u16();
  const bytes = data.slice(at, at + characters * 2);
  if (hidden) {
    bytes.forEach((byte, index) => {
      const plain = byte ^ 0xa5;
      bytes[index] = ((plain << 4) | (plain >> 4)) & 0xff;
    });
  }
  return new ByteReader(bytes).text(bytes.length / 2);
}

/** Reads the fields that the stand looks at. */
export function readLogin(data: Uint8Array): Login {
  const reader = new ByteReader(data, 4);
  const tdsVersion = reader.u32();
  const packetSize = reader.u32();
  const fields = new ByteReader(data, 36);
  const host = textAt(data, fields);
  const user = textAt(data, fields);
  const password = textAt(data, fields, true);
  const application = textAt(data, fields);
  const SERVER_EXTENSION_LIBRARY_LANGUAGE = 16;
  fields.skip(SERVER_EXTENSION_LIBRARY_LANGUAGE);
  const database = textAt(data, fields);
  return { tdsVersion, packetSize, host, user, password, application, database };
}
