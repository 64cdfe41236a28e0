/**
 * The log's files: one a day, `integration_log_2026-01-21.txt`; when it is full, `integration_log_2026-01-21_2.txt`.
 */
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const NAME = /^integration_log_(\d{4}-\d{2}-\d{2})(?:_([2-9]|[1-9]\d{1,5}))?\.txt$/;

/** The name of a day's file; `part` counts from 1. */
export function fileName(day: Temporal.PlainDate, part: number): string {
  return `integration_log_${day}${part === 1 ? "" : `_${part}`}.txt`;
}

/** The day of a log file; `undefined` where the name is not exactly one of ours. */
export function dayOf(name: string): Temporal.PlainDate | undefined {
  const day = NAME.exec(name)?.[1];
  if (day === undefined) return undefined;
  try {
    return Temporal.PlainDate.from(day, { overflow: "reject" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Of the names in the log folder, those that are older than `keepDays` days. */
export function outdated(names: readonly string[], today: Temporal.PlainDate, keepDays: number): string[] {
  const oldest = today.subtract({ days: keepDays });
  return names.filter((name) => {
    const day = dayOf(name);
    return day !== undefined && Temporal.PlainDate.compare(day, oldest) < 0;
  });
}

export interface DayFilesOptions {
  /** Absolute path; made where it is missing. */
  readonly folder: string;
  readonly keepDays: number;
  /** A file that is as long as this is followed by the next part. */
  readonly maxBytes: number;
}

/**
 * Appends to the file of the day. Each write goes to the operating system at once: what was logged survives a program
 * that is killed. Several programs may write to the same day.
 */
export class DayFiles {
  readonly #options: DayFilesOptions;
  #open: { readonly day: Temporal.PlainDate; readonly part: number; readonly file: number } | undefined;

  constructor(options: DayFilesOptions) {
    this.#options = options;
  }

  /** Appends a text to the day's file. Throws what the file system throws; the next write tries again. */
  write(day: Temporal.PlainDate, text: string): void {
    const bytes = new TextEncoder().encode(text);
    const file = this.#fileFor(day, bytes.length);
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
  }

  /** Flushes and closes the file. Throws what the file system throws. */
  close(): void {
    const file = this.#open?.file;
    this.#open = undefined;
    if (file === undefined) return;
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  #fileFor(day: Temporal.PlainDate, length: number): number {
    const isNewDay = this.#open === undefined || !this.#open.day.equals(day);
    if (isNewDay) {
      this.close();
      mkdirSync(this.#options.folder, { recursive: true });
      this.#removeOutdated(day);
    }
    for (let part = this.#open?.part ?? 1;; part++) {
      this.#open ??= { day, part, file: openSync(join(this.#options.folder, fileName(day, part)), "a") };
      const size = fstatSync(this.#open.file).size;
      if (size === 0 || size + length <= this.#options.maxBytes) return this.#open.file;
      this.close();
    }
  }

  #removeOutdated(today: Temporal.PlainDate): void {
    for (const name of outdated(readdirSync(this.#options.folder), today, this.#options.keepDays)) {
      try {
        rmSync(join(this.#options.folder, name));
      } catch {
        // Somebody has it open, or it is a folder: tomorrow is another try, and today's log matters more.
      }
    }
  }
}
