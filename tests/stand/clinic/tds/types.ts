/** How types and values look in an answer: TYPE_INFO and TYPE_VARBYTE (MS-TDS 2.2.5). Values come as PostgreSQL text. */

import type { SqlType } from "../sql/sql_type.ts";
import type { ByteWriter } from "./bytes.ts";
import { COLLATION, encode1251 } from "./collation.ts";
import { parseDayTime, toMinutes, toThreeHundredths } from "./wall_clock.ts";

/** A column of an answer. */
export interface Column {
  readonly name: string;
  readonly type: SqlType;
  /** A column that cannot be NULL has a type of fixed length on the wire. */
  readonly nullable: boolean;
}

const FIXED = { int: 0x38, bigint: 0x7f, datetime: 0x3d, bit: 0x32, float: 0x3e, money: 0x3c, smalldatetime: 0x3a };
const LENGTH = { int: 4, bigint: 8, datetime: 8, bit: 1, float: 8, money: 8, smalldatetime: 4 };
const NULLABLE = { int: 0x26, bigint: 0x26, datetime: 0x6f, bit: 0x68, float: 0x6d, money: 0x6e, smalldatetime: 0x6f };
const MAX = 0xffff;

const timeLength = (scale: number) => scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
const decimalLength = (precision: number) => precision <= 9 ? 4 : precision <= 19 ? 8 : precision <= 28 ? 12 : 16;

/** TYPE_INFO of a column. */
export function writeType(writer: ByteWriter, { type, nullable }: Column): void {
  switch (type.name) {
    case "datetime2":
      writer.u8(0x2a);
      return writer.u8(type.scale);
    case "date":
      return writer.u8(0x28);
    case "decimal":
      writer.u8(0x6a);
      writer.u8(decimalLength(type.precision) + 1);
      writer.u8(type.precision);
      return writer.u8(type.scale);
    case "nvarchar":
    case "varchar":
      writer.u8(type.name === "nvarchar" ? 0xe7 : 0xa7);
      writer.u16(type.length === "max" ? MAX : type.name === "nvarchar" ? type.length * 2 : type.length);
      return writer.bytes(COLLATION);
    default:
      if (!nullable) return writer.u8(FIXED[type.name]);
      writer.u8(NULLABLE[type.name]);
      return writer.u8(LENGTH[type.name]);
  }
}

/** A number's digits as an integer of `scale` decimal places; further places are rounded half away from zero. */
export function scaled(text: string, scale: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`not a decimal number: ${text}`);
  const [, sign, whole, fraction = ""] = match;
  const kept = BigInt(whole + fraction.slice(0, scale).padEnd(scale, "0"));
  const magnitude = kept + (fraction.charAt(scale) >= "5" ? 1n : 0n);
  return sign === "-" ? -magnitude : magnitude;
}

function writeText(writer: ByteWriter, type: SqlType & { name: "nvarchar" | "varchar" }, value: string | null): void {
  if (value === null) return type.length === "max" ? writer.u64(0xffff_ffff_ffff_ffffn) : writer.u16(MAX);
  const bytes = type.name === "varchar" ? encode1251(value) : undefined;
  const length = bytes?.length ?? value.length * 2;
  if (type.length === "max") {
    writer.u64(BigInt(length));
    if (length > 0) writer.u32(length);
  } else {
    writer.u16(length);
  }
  if (bytes === undefined) writer.text(value);
  else writer.bytes(bytes);
  if (type.length === "max") writer.u32(0);
}

/** One value of a row. */
export function writeValue(writer: ByteWriter, { type, nullable }: Column, value: string | null): void {
  if (type.name === "nvarchar" || type.name === "varchar") return writeText(writer, type, value);
  if (value === null) return writer.u8(0);
  switch (type.name) {
    case "datetime2": {
      const { day, ticks } = parseDayTime(value);
      const length = timeLength(type.scale);
      writer.u8(length + 3);
      writer.unsigned(ticks / 10n ** BigInt(7 - type.scale), length);
      return writer.unsigned(BigInt(day), 3);
    }
    case "date":
      writer.u8(3);
      return writer.unsigned(BigInt(parseDayTime(value).day), 3);
    case "decimal": {
      const length = decimalLength(type.precision);
      const number = scaled(value, type.scale);
      writer.u8(length + 1);
      writer.u8(number < 0n ? 0 : 1);
      return writer.unsigned(number < 0n ? -number : number, length);
    }
    default:
      if (nullable) writer.u8(LENGTH[type.name]);
      return writeFixed(writer, type.name, value);
  }
}

function writeFixed(writer: ByteWriter, name: keyof typeof FIXED, value: string): void {
  switch (name) {
    case "int":
      return writer.i32(Number(value));
    case "bigint":
      return writer.i64(BigInt(value));
    case "bit":
      return writer.u8(value === "0" || value === "f" ? 0 : 1);
    case "float":
      return writer.f64(Number(value));
    case "money": {
      const amount = scaled(value, 4);
      writer.i32(Number(amount >> 32n));
      return writer.u32(Number(amount & 0xffff_ffffn));
    }
    case "datetime": {
      const { day, units } = toThreeHundredths(parseDayTime(value));
      writer.i32(day);
      return writer.u32(units);
    }
    case "smalldatetime": {
      const { day, minutes } = toMinutes(parseDayTime(value));
      writer.u16(day);
      return writer.u16(minutes);
    }
  }
}
