/** The rooms of the program and the arrows between them, read from the sources. */
import assert from "node:assert/strict";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { PERMISSIONS, WINDOWS_PERMISSIONS } from "../scripts/permissions.ts";

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), "..", "src");

interface Import {
  /** Path from `src`, or the package as it is named. */
  readonly from: string;
  /** Only types, which are gone when the program runs. */
  readonly typeOnly: boolean;
}

interface Source {
  /** Path from `src`: `sync/plan.ts`. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const roomOf = (path: string): string => path.includes("/") ? path.slice(0, path.indexOf("/")) : path;

function* filesIn(folder: string): Iterable<string> {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory) yield* filesIn(join(folder, entry.name));
    else if (entry.name.endsWith(".ts")) yield join(folder, entry.name);
  }
}

function* importsOf(text: string, file: string): Iterable<Import> {
  const statements = /^(?:import|export)\s+(?:(type)\s+)?(?:([^;"']*?)\s+from\s+)?["']([^"']+)["']/gm;
  for (const [, type, names, specifier] of text.matchAll(statements)) {
    const braces = /^\{([^}]*)\}$/.exec(names?.trim() ?? "");
    const named = braces?.[1].split(",").map((name) => name.trim()).filter(Boolean) ?? [];
    const typeOnly = type !== undefined || (named.length > 0 && named.every((name) => name.startsWith("type ")));
    yield { from: specifier.startsWith(".") ? pathOf(resolve(dirname(file), specifier)) : specifier, typeOnly };
  }
  for (const [, specifier] of text.matchAll(/\bimport\(\s*["']([^"']+)["']/g)) {
    yield { from: specifier.startsWith(".") ? pathOf(resolve(dirname(file), specifier)) : specifier, typeOnly: false };
  }
}

const pathOf = (file: string): string => relative(SRC, file).replaceAll(sep, "/");

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");

const SOURCES: readonly Source[] = [...filesIn(SRC)].sort().map((file) => {
  const path = pathOf(file);
  const text = Deno.readTextFileSync(file);
  return { path, room: roomOf(path), text, imports: [...importsOf(withoutComments(text), file)] };
});

/** What a room may import, beside itself: rooms and packages for use, and others for their types only. */
interface Allowed {
  readonly use: readonly string[];
  readonly types: readonly string[];
}

const ROOMS: Readonly<Record<string, Allowed>> = {
  reception: { use: [], types: ["ident/rows.ts", "config"] },
  sync: { use: ["reception", "error.ts", "node:crypto"], types: ["config", "logging"] },
  ident: {
    use: ["reception", "error.ts", "mssql", "node:dgram"],
    types: ["config", "logging", "sync"],
  },
  bitrix24: {
    use: [
      "reception",
      "error.ts",
      "secret.ts",
      "sync/ports.ts",
      "logging/mask.ts",
      "node:buffer",
      "node:http",
      "node:https",
    ],
    types: ["config", "logging"],
  },
  store: { use: ["reception", "error.ts", "held_open.ts", "sync/state.ts", "node:path", "valibot"], types: ["sync"] },
  logging: {
    use: ["held_open.ts", "printable.ts", "@logtape/logtape", "node:fs", "node:os", "node:path"],
    types: ["config"],
  },
  config: {
    use: ["reception", "error.ts", "held_open.ts", "secret.ts", "windows", "node:path"],
    types: [],
  },
  windows: { use: ["error.ts"], types: [] },
};

/** Rooms that must not know each other, whatever else they know. */
const STRANGERS: readonly (readonly [room: string, other: string])[] = [
  ["ident", "bitrix24"],
  ["bitrix24", "ident"],
  ["bitrix24", "store"],
  ["store", "ident"],
  ["store", "bitrix24"],
  ["config", "sync"],
  ["config", "ident"],
  ["config", "bitrix24"],
  ["config", "store"],
];

Deno.test("there are sources to look at, and their imports are seen", () => {
  assert.ok(SOURCES.length > 40);
  const seen = new Map(
    SOURCES.flatMap(({ path, imports }) => imports.map(({ from, typeOnly }) => [`${path} ${from}`, typeOnly])),
  );
  assert.equal(seen.get("sync/rules/contact.ts reception/person_name.ts"), false);
  assert.equal(seen.get("sync/rules/decision.ts config/config.ts"), true);
  assert.equal(seen.get("ident/clinic.ts mssql"), false);
});

for (const [room, { use, types }] of Object.entries(ROOMS)) {
  Deno.test(`${room}/ imports itself, ${[...use, ...types.map((each) => `types of ${each}`)].join(", ")}, and nothing else`, () => {
    const isAmong = (from: string, list: readonly string[]) => list.includes(from) || list.includes(roomOf(from));
    for (const { path, imports } of SOURCES.filter((source) => source.room === room)) {
      for (const { from, typeOnly } of imports) {
        const allowed = roomOf(from) === room || isAmong(from, use) || (typeOnly && isAmong(from, types));
        assert.ok(allowed, `${path} imports ${from}`);
      }
    }
  });
}

for (const [room, other] of STRANGERS) {
  Deno.test(`${room}/ knows nothing of ${other}/`, () => {
    for (const { path, imports } of SOURCES.filter((source) => source.room === room)) {
      for (const { from } of imports) assert.notEqual(roomOf(from), other, `${path} imports ${from}`);
    }
  });
}

Deno.test("nobody but main.ts and cli/ imports cli/", () => {
  for (const { path, room, imports } of SOURCES) {
    if (room === "main.ts" || room === "cli") continue;
    for (const { from } of imports) assert.notEqual(roomOf(from), "cli", `${path} imports ${from}`);
  }
});

Deno.test("nobody but main.ts, cli/ and config/ imports windows/", () => {
  for (const { path, room, imports } of SOURCES) {
    if (["main.ts", "cli", "config", "windows"].includes(room)) continue;
    for (const { from } of imports) assert.notEqual(roomOf(from), "windows", `${path} imports ${from}`);
  }
});

Deno.test("every relative import names a file that is there", () => {
  const paths = new Set(SOURCES.map(({ path }) => path));
  for (const { path, imports } of SOURCES) {
    for (const { from } of imports) {
      if (!from.endsWith(".ts")) continue;
      assert.ok(paths.has(from), `${path} imports ${from}`);
    }
  }
});

/** The one file of the pure rooms and of the portal's that touches the outside. */
const TOUCHES_THE_OUTSIDE: readonly string[] = ["bitrix24/transport.ts"];

const OUTSIDE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["the clock", /\bDate\.now\b|\bnew Date\(\)|\bTemporal\.Now\b|\bperformance\.now\b/],
  ["the runtime", /\bDeno\./],
  ["the console", /\bconsole\b/],
  ["the network", /\bfetch\(/],
  ["timers", /\bset(?:Timeout|Interval)\(/],
  ["chance", /\bMath\.random\b|\bcrypto\.random|\bgetRandomValues\b/],
];

for (const [what, pattern] of OUTSIDE) {
  Deno.test(`${what} is not touched inside reception/, sync/ and bitrix24/`, () => {
    for (const { path, room, text } of SOURCES) {
      if (!["reception", "sync", "bitrix24"].includes(room) || TOUCHES_THE_OUTSIDE.includes(path)) continue;
      assert.doesNotMatch(withoutComments(text), pattern, path);
    }
  });
}

Deno.test("the exceptions are still needed", () => {
  for (const path of TOUCHES_THE_OUTSIDE) {
    const source = SOURCES.find((each) => each.path === path);
    assert.match(source?.text ?? "", /\bfetch\(/);
  }
});

Deno.test("a secret is revealed in four files only", () => {
  const revealing = SOURCES.filter(({ text }) => /\.reveal\(\)/.test(withoutComments(text))).map(({ path }) => path);
  assert.deepEqual(revealing.sort(), [
    "bitrix24/transport.ts",
    "bitrix24/webhook.ts",
    "config/secret_values.ts",
    "ident/clinic.ts",
  ]);
});

Deno.test("the program starts no other programs, and the executables may not", () => {
  for (const { path, text } of SOURCES) {
    assert.doesNotMatch(withoutComments(text), /\bDeno\.Command\b|child_process/, path);
  }
  assert.deepEqual([...PERMISSIONS, ...WINDOWS_PERMISSIONS].filter((flag) => /run/.test(flag)), []);
});

const MOST_LINES = 300;

Deno.test(`no file is longer than ${MOST_LINES} lines`, () => {
  const long = SOURCES.map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > MOST_LINES);
  assert.deepEqual(long, []);
});

Deno.test("no file is a heap of this and that", () => {
  const heaps = SOURCES.filter(({ path }) => /^(?:utils?|helpers?|misc|common|shared)\.ts$/.test(basename(path)));
  assert.deepEqual(heaps.map(({ path }) => path), []);
});
