/**
 * A clinic's PC: a temporary folder, and the program run there as a function call.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { run } from "../../src/cli/app.ts";
import { onScreen } from "../../src/cli/screen.ts";
import { sleep } from "../../src/cli/sleep.ts";
import { decrypt, encrypt } from "../../src/windows/secrets.ts";
import type { World } from "../../src/world.ts";
import { privateTextsIn } from "./private_texts.ts";

/** What a run of the program showed and answered. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Workplace extends AsyncDisposable {
  readonly folder: string;
  path(name: string): string;
  configure(text: string): Promise<void>;
  /** Runs a command line in this folder. `changes`: another clock, another reason to stop; `terminal`: to one, not a file. */
  run(args: readonly string[], changes?: Partial<World>, terminal?: boolean): Promise<Run>;
  /** The file's content as JSON; `undefined`: there is none. */
  // deno-lint-ignore no-explicit-any -- a test reads whatever the file holds
  json(name: string): Promise<any>;
  /** All log files in one text. */
  log(): Promise<string>;
}

/** A PC's clock that goes on from a moment, for a clinic whose clock is set: clocks that differ are told. */
export function clockFrom(moment: string): Pick<World, "now" | "uptime"> {
  const ahead = Date.parse(moment) - Date.now();
  const now = () => Date.now() + ahead;
  return { now, uptime: now };
}

export async function makeWorkplace(): Promise<Workplace> {
  const folder = await Deno.makeTempDir({ prefix: "ident-sync-" });
  const path = (name: string) => join(folder, name);
  return {
    folder,
    path,
    configure: (text) => Deno.writeTextFile(path("config.ini"), text, { mode: 0o600 }),
    async run(args, changes = {}, terminal = false) {
      let out = "";
      let err = "";
      const world: World = {
        args,
        home: folder,
        out: onScreen({ isTerminal: terminal, write: (text) => void (out += text) }),
        err: onScreen({ isTerminal: terminal, write: (text) => void (err += text) }),
        now: Date.now,
        sleep,
        timeZone: "Europe/Moscow",
        pid: Deno.pid,
        decrypt,
        encrypt,
        canEncrypt: false,
        ask: undefined,
        uptime: changes.now ?? Date.now,
        stop: new AbortController().signal,
        ...changes,
      };
      const code = await run(world);
      if (!args.includes("--show-personal")) assert.deepEqual(privateTextsIn(out + err), [], out + err);
      return { code, out, err };
    },
    async json(name) {
      try {
        return JSON.parse(await Deno.readTextFile(path(name)));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    async log() {
      const texts: string[] = [];
      for await (const entry of Deno.readDir(path("logs"))) {
        texts.push(await Deno.readTextFile(path(`logs/${entry.name}`)));
      }
      return texts.join("");
    },
    async [Symbol.asyncDispose]() {
      await assertNothingPrivateIn(folder);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Looks through all that the program wrote; what a test calls `*.ini` is its configuration. */
async function assertNothingPrivateIn(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await assertNothingPrivateIn(path);
    else if (!name.endsWith(".ini")) assert.deepEqual(privateTextsIn(await Deno.readTextFile(path)), [], path);
  }
}
