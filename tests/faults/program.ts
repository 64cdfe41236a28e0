/**
 * The program as a process of its own: from source as the executables are made, or an executable, or one under a wrapper
 * (Wine). Every run has an end.
 */
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PERMISSIONS } from "../../scripts/permissions.ts";

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
  kill(signal?: Deno.Signal): void;
}

export interface Program {
  /** Starts a command with the config.ini of a folder below the program's own. */
  start(command: string, folder: string): Started;
  run(command: string, folder: string): Promise<Ended>;
}

/** Makes a program ready in a folder; the folders of its runs lie there. `limitMs`: the longest that a run may take. */
export async function programIn(home: string, options: ProgramOptions = {}, limitMs = 60_000): Promise<Program> {
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const [program, ...before] = options.program === undefined
    ? [Deno.execPath(), "run", "--no-check", ...PERMISSIONS, main]
    : await executable(options.program, options.with, home);
  const start = (command: string, folder: string): Started => {
    const begun = performance.now();
    const args = [...before, command, "--config", join(folder, "config.ini")];
    const process = new Deno.Command(program, { args, cwd: home, stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn();
    const kill = (signal: Deno.Signal = "SIGKILL") => {
      try {
        process.kill(signal);
      } catch {
        // It has ended by itself meanwhile.
      }
    };
    return { process, ended: endOf(process, begun, limitMs, kill), kill };
  };
  return { start, run: (command, folder) => start(command, folder).ended };
}

async function executable(program: string, wrapper: string | undefined, home: string): Promise<[string, ...string[]]> {
  const copy = join(home, basename(program));
  await Deno.copyFile(program, copy);
  await Deno.chmod(copy, 0o755);
  return wrapper === undefined ? [copy] : [resolve(wrapper), home, basename(copy)];
}

async function endOf(process: Deno.ChildProcess, begun: number, limitMs: number, kill: () => void): Promise<Ended> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, limitMs);
  const { code, stdout, stderr } = await process.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  const [out, err] = [decoder.decode(stdout), decoder.decode(stderr)];
  if (late) throw new Error(`the program did not end within ${limitMs} ms:\n${out}${err}`);
  return { code, out, err, took: performance.now() - begun };
}
