/**
 * Builds the executable, for this system or for Windows:
 *
 *     deno task compile            build/ident-sync (on Windows build/ident-sync.exe)
 *     deno task compile:windows    build/ident-sync.exe
 *
 * First everything is bundled into one script, then the script is compiled: against embedding node_modules the program
 * becomes smaller by 40 MB and starts in half the time and memory. Both steps are done by the deno that runs this file.
 */

import { PERMISSIONS, WINDOWS_PERMISSIONS } from "./permissions.ts";

const SCRIPT = "build/ident-sync.js";
const WINDOWS = "x86_64-pc-windows-msvc";

function compileOptions(target: string): string[] {
  return [
    ...PERMISSIONS,
    ...(target === WINDOWS ? WINDOWS_PERMISSIONS : []),
    // V8's cache of compiled code would lie in the folder for temporary files under a name that can be foretold; for a
    // task that runs as SYSTEM, that folder is open to every user of the computer. The cache would save 0.03 s.
    "--no-code-cache",
    // The bundle is JavaScript; types are the matter of `deno task check`.
    "--no-check",
    "--target",
    target,
  ];
}

/** Runs one deno command in the project's folder; a failure, already explained by deno itself, ends the build. */
async function deno(...words: string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args: words, cwd: new URL("../", import.meta.url) });
  const { code } = await command.spawn().status;
  if (code !== 0) Deno.exit(code);
}

const [wanted, ...rest] = Deno.args;
if (rest.length > 0 || (wanted !== undefined && wanted !== "windows")) {
  console.error("Запуск: deno task compile  или  deno task compile:windows");
  Deno.exit(2);
}

const target = wanted === "windows" ? WINDOWS : Deno.build.target;
const program = target === WINDOWS ? "build/ident-sync.exe" : "build/ident-sync";

await deno("bundle", "--quiet", "--platform", "deno", "--output", SCRIPT, "src/main.ts");
await deno("compile", "--quiet", ...compileOptions(target), "--output", program, SCRIPT);

const { size } = await Deno.stat(new URL(`../${program}`, import.meta.url));
console.log(`Готово: ${program}, ${Math.round(size / 1e6)} МБ`);
