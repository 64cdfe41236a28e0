/** The tokens of an answer (MS-TDS 2.2.7). */

import { ByteWriter } from "./bytes.ts";
import { COLLATION } from "./collation.ts";
import { type Column, writeType, writeValue } from "./types.ts";

/** An error as SQL Server numbers it. */
export interface SqlServerError {
  readonly number: number;
  /** Severity: 11 to 16 are the user's errors, 20 and more end the connection. */
  readonly class: number;
  readonly state: number;
  readonly message: string;
  /** The line of the batch, from 1. */
  readonly line?: number;
}

const MORE = 0x01;
const ERROR = 0x02;
const COUNT = 0x10;
const ATTENTION = 0x20;

export type DoneToken = "done" | "doneInProc" | "doneProc";
const DONE = { done: 0xfd, doneProc: 0xfe, doneInProc: 0xff };

/** Writes tokens one after the other; `take` gives the answer. */
export class TokenWriter {
  readonly #writer = new ByteWriter();
  readonly #server: string;

  constructor(server: string) {
    this.#server = server;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#writer.take();
  }

  #withLength(token: number, write: (writer: ByteWriter) => void): void {
    this.#writer.u8(token);
    const at = this.#writer.length;
    this.#writer.u16(0);
    write(this.#writer);
    this.#writer.patchU16(at, this.#writer.length - at - 2);
  }

  loginAck(tdsVersion: number): void {
    this.#withLength(0xad, (writer) => {
      writer.u8(1);
      writer.u32be(tdsVersion);
      writer.shortText("Microsoft SQL Server\0\0");
      writer.bytes(Uint8Array.from([15, 0, 0x07, 0xd0]));
    });
  }

  databaseChange(database: string): void {
    this.#textChange(1, database, "master");
  }
  languageChange(language: string): void {
    this.#textChange(2, language, "");
  }
  packetSizeChange(size: number, before: number): void {
    this.#textChange(4, String(size), String(before));
  }
  #textChange(kind: number, now: string, before: string): void {
    this.#withLength(0xe3, (writer) => {
      writer.u8(kind);
      writer.shortText(now);
      writer.shortText(before);
    });
  }
  collationChange(): void {
    this.#withLength(0xe3, (writer) => {
      writer.u8(7);
      writer.u8(COLLATION.length);
      writer.bytes(COLLATION);
      writer.u8(0);
    });
  }
  /** The session is in its first state again. */
  resetDone(): void {
    this.#withLength(0xe3, (writer) => {
      writer.u8(18);
      writer.u16(0);
    });
  }

  info(number: number, message: string): void {
    this.#message(0xab, { number, class: 0, state: 1, message });
  }
  error(error: SqlServerError): void {
    this.#message(0xaa, error);
  }
  #message(token: number, { number, state, class: severity, message, line = 1 }: SqlServerError): void {
    this.#withLength(token, (writer) => {
      writer.i32(number);
      writer.u8(state);
      writer.u8(severity);
      writer.longText(message);
      writer.shortText(this.#server);
      writer.shortText("");
      writer.u32(line);
    });
  }

  columns(columns: readonly Column[]): void {
    this.#writer.u8(0x81);
    this.#writer.u16(columns.length);
    for (const column of columns) {
      this.#writer.u32(0);
      this.#writer.u16(column.nullable ? 0x0009 : 0x0008);
      writeType(this.#writer, column);
      this.#writer.shortText(column.name);
    }
  }
  row(columns: readonly Column[], values: readonly (string | null)[]): void {
    this.#writer.u8(0xd1);
    columns.forEach((column, index) => writeValue(this.#writer, column, values[index]));
  }

  returnStatus(status: number): void {
    this.#writer.u8(0x79);
    this.#writer.i32(status);
  }

  /** @param count rows of a statement, if it is to be told */
  done(token: DoneToken, flags: { more?: boolean; error?: boolean; attention?: boolean; count?: number } = {}): void {
    this.#writer.u8(DONE[token]);
    this.#writer.u16(
      (flags.more ? MORE : 0) | (flags.error ? ERROR : 0) | (flags.attention ? ATTENTION : 0) |
        (flags.count === undefined ? 0 : COUNT),
    );
    this.#writer.u16(flags.count === undefined ? 0 : 0xc1);
    this.#writer.u64(BigInt(flags.count ?? 0));
  }
}
