/** What a client asks: SQL batches and the call of `sp_executesql` (MS-TDS 2.2.6.6 and 2.2.6.7). */

import { ByteReader } from "./bytes.ts";
import { decode1251 } from "./collation.ts";
import { dayAfter1900, dayTimeText, fromThreeHundredths } from "./wall_clock.ts";

/** A parameter; its value as text in the form of SQL Server, `null` for NULL. */
export interface Parameter {
  /** With the `@`; empty when given by position. */
  readonly name: string;
  readonly value: string | null;
}

export interface ProcedureCall {
  readonly procedure: string;
  readonly parameters: readonly Parameter[];
}

const PROCEDURES: Readonly<Record<number, string>> = {
  10: "sp_executesql",
  11: "sp_prepare",
  12: "sp_execute",
  13: "sp_prepexec",
  15: "sp_unprepare",
};

const utf16 = new TextDecoder("utf-16le");

/** Skips ALL_HEADERS, which stand before every request. */
function afterHeaders(data: Uint8Array): ByteReader {
  return new ByteReader(data, new ByteReader(data).u32());
}

/** The text of an SQL batch. */
export function readBatch(data: Uint8Array): string {
  return utf16.decode(data.subarray(afterHeaders(data).position));
}

/** The procedure and its parameters. A type that the stand does not know is an error. */
export function readProcedureCall(data: Uint8Array): ProcedureCall {
  const reader = afterHeaders(data);
  const nameLength = reader.u16();
  const id = nameLength === 0xffff ? reader.u16() : undefined;
  const procedure = id === undefined ? reader.text(nameLength) : PROCEDURES[id] ?? `procedure ${id}`;
  reader.skip(2);
  const parameters: Parameter[] = [];
  while (!reader.atEnd) {
    const name = reader.shortText();
    reader.skip(1);
    parameters.push({ name, value: readValue(reader) });
  }
  return { procedure, parameters };
}

const decimalText = (value: bigint, scale: number) => {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
};

function signed(reader: ByteReader, length: number): string {
  return BigInt.asIntN(length * 8, reader.unsigned(length)).toString();
}

function readValue(reader: ByteReader): string | null {
  const type = reader.u8();
  switch (type) {
    case 0x1f:
      return null;
    case 0x26: {
      reader.skip(1);
      const length = reader.u8();
      return length === 0 ? null : length === 1 ? String(reader.u8()) : signed(reader, length);
    }
    case 0x68:
      reader.skip(1);
      return reader.u8() === 0 ? null : String(reader.u8());
    case 0x6d: {
      reader.skip(1);
      const length = reader.u8();
      return length === 0 ? null : String(length === 4 ? reader.f32() : reader.f64());
    }
    case 0x6e: {
      reader.skip(1);
      const length = reader.u8();
      if (length === 0) return null;
      if (length === 4) return decimalText(BigInt(reader.i32()), 4);
      const high = BigInt(reader.i32());
      return decimalText((high << 32n) + BigInt(reader.u32()), 4);
    }
    case 0x6a:
    case 0x6c: {
      reader.skip(2);
      const scale = reader.u8();
      const length = reader.u8();
      if (length === 0) return null;
      const positive = reader.u8() === 1;
      const magnitude = reader.unsigned(length - 1);
      return decimalText(positive ? magnitude : -magnitude, scale);
    }
    case 0x6f: {
      reader.skip(1);
      const length = reader.u8();
      if (length === 0) return null;
      if (length === 8) return dayTimeText(fromThreeHundredths(reader.i32(), reader.u32()));
      return dayTimeText({ day: dayAfter1900(reader.u16()), ticks: BigInt(reader.u16()) * 600_000_000n });
    }
    case 0x28:
      return reader.u8() === 0 ? null : dayTimeText({ day: Number(reader.unsigned(3)), ticks: 0n }).slice(0, 10);
    case 0x2a: {
      const scale = reader.u8();
      const length = reader.u8();
      if (length === 0) return null;
      const ticks = reader.unsigned(length - 3) * 10n ** BigInt(7 - scale);
      return dayTimeText({ day: Number(reader.unsigned(3)), ticks });
    }
    case 0xa7:
    case 0xe7: {
      const maximum = reader.u16();
      reader.skip(5);
      const bytes = maximum === 0xffff ? readLong(reader) : readShort(reader);
      return bytes === null ? null : type === 0xe7 ? utf16.decode(bytes) : decode1251(bytes);
    }
    default:
      throw new RangeError(`a parameter of type 0x${type.toString(16)} is not known to the stand`);
  }
}

function readShort(reader: ByteReader): Uint8Array | null {
  const length = reader.u16();
  return length === 0xffff ? null : reader.bytes(length);
}

/** A value in parts (PLP), ended by a part of length 0. */
function readLong(reader: ByteReader): Uint8Array | null {
  if (reader.u64() === 0xffff_ffff_ffff_ffffn) return null;
  const bytes: number[] = [];
  for (let length = reader.u32(); length > 0; length = reader.u32()) {
    for (const byte of reader.bytes(length)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
