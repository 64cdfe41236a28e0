/**
 * The program as a process of its own: from source as the executables are made, or an executable, or one under a wrapper
 * (Wine). Every run has an end.
 */
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PERMISSIONS } from "../../scripts/permissions.ts";

/** How long after the end of a process its output is still read, milliseconds; mostly the streams end with it. */
const REST_MS = 1_000;

/** Which program; nothing: from source. */
export interface ProgramOptions {
  readonly program?: string;
  /** A wrapper: WRAPPER FOLDER PROGRAM ARGUMENT... */
  readonly with?: string;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Milliseconds from the start. */
  readonly took: number;
}

/** A run of the program that has begun. */
export interface Started {
  readonly process: Deno.ChildProcess;
  /** Rejects when the run does not end in time; it is killed then. */
  readonly ended: Promise<Ended>;
  /** What it has written to its error stream so far. */
  readonly err: () => string;
  kill(signal?: Deno.Signal): void;
}

export interface Program {
  /**
   * Starts a command with the config.ini of a folder below the program's own. `unheard`: what it writes to is closed, as a
   * terminal that is gone.
   */
  start(command: string, folder: string, options?: { readonly unheard?: boolean }): Started;
  run(command: string, folder: string): Promise<Ended>;
}

/** Makes a program ready in a folder; the folders of its runs lie there. `limitMs`: the longest that a run may take. */
export async function programIn(home: string, options: ProgramOptions = {}, limitMs = 60_000): Promise<Program> {
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const [program, ...before] = options.program === undefined
    ? [Deno.execPath(), "run", "--no-check", ...PERMISSIONS, main]
    : await executable(options.program, options.with, home);
  const start: Program["start"] = (command, folder, { unheard = false } = {}) => {
    const args = [...before, command, "--config", join(folder, "config.ini")];
    const process = new Deno.Command(program, { args, cwd: home, stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn();
    let said = "";
    const ended = endOf(process, limitMs, unheard, (part) => void (said += part));
    return { process, ended, err: () => said, kill: (signal) => kill(process, signal) };
  };
  return { start, run: (command, folder) => start(command, folder).ended };
}

async function executable(program: string, wrapper: string | undefined, home: string): Promise<[string, ...string[]]> {
  const copy = join(home, basename(program));
  await Deno.copyFile(program, copy);
  await Deno.chmod(copy, 0o755);
  return wrapper === undefined ? [copy] : [resolve(wrapper), home, basename(copy)];
}

/**
 * The end of a process that was just started, with all that it wrote; it is killed after `limitMs`. It has ended when the
 * process has: background services that the first program under Wine starts keep its error stream open for as long as
 * any program runs there. `onError` hears what it writes to its error stream as it comes.
 */
export async function endOf(
  process: Deno.ChildProcess,
  limitMs: number,
  unheard = false,
  onError: (part: string) => void = () => {},
): Promise<Ended> {
  const begun = performance.now();
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    kill(process);
  }, limitMs);
  const enough = new AbortController();
  const { stdout, stderr } = process;
  if (unheard) await Promise.all([stdout.cancel(), stderr.cancel()]);
  const texts = unheard
    ? ["", ""]
    : Promise.all([textOf(stdout, enough.signal), textOf(stderr, enough.signal, onError)]);
  const { code } = await process.status;
  const took = performance.now() - begun;
  clearTimeout(limit);
  const rest = setTimeout(() => enough.abort(), REST_MS);
  const [out, err] = await texts;
  clearTimeout(rest);
  if (late) throw new Error(`the program did not end within ${limitMs} ms:\n${out}${err}`);
  return { code, out, err, took };
}

function kill(process: Deno.ChildProcess, signal: Deno.Signal = "SIGKILL"): void {
  try {
    process.kill(signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** What comes out of a stream until it ends or it is enough. */
async function textOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  enough: AbortSignal,
  onPart: (part: string) => void = () => {},
): Promise<string> {
  let text = "";
  const into = new WritableStream<string>({
    write(part) {
      text += part;
      onPart(part);
    },
  });
  try {
    await stream.pipeThrough(new TextDecoderStream()).pipeTo(into, { signal: enough });
  } catch (error) {
    if (!enough.aborted) throw error;
  }
  return text;
}
