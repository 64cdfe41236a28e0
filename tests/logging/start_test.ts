import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { EOL, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import type { Config } from "../../src/config/config.ts";
import { DayFiles, dayOf, fileName, outdated } from "../../src/logging/day_files.ts";
import { type LoggingOptions, type RunningLog, startLogging } from "../../src/logging/start.ts";

const MORNING = Temporal.Instant.from("2026-01-21T07:30:00Z").epochMilliseconds;

class Bench implements AsyncDisposable {
  readonly warnings: string[] = [];
  now = MORNING;

  private constructor(readonly folder: string) {}

  static async make(): Promise<Bench> {
    return new Bench(join(await mkdtemp(join(tmpdir(), "ident-sync-log-")), "logs"));
  }

  start(config: Partial<Config["logging"]> = {}, options: Partial<LoggingOptions> = {}): RunningLog {
    const defaults = {
      level: "INFO",
      folder: this.folder,
      rotationDays: 30,
      maxSizeMegabytes: 100,
      maskPersonalData: true,
    } as const;
    return startLogging({ ...defaults, ...config }, {
      now: () => this.now,
      timeZone: "Europe/Moscow",
      secrets: [],
      warn: (text) => this.warnings.push(text),
      ...options,
    });
  }

  async files(): Promise<string[]> {
    return (await readdir(this.folder)).sort();
  }

  async lines(name = "integration_log_2026-01-21.txt"): Promise<string[]> {
    return (await readFile(join(this.folder, name), "utf8")).split(EOL).slice(0, -1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(join(this.folder, ".."), { recursive: true });
  }
}

Deno.test("messages stand in the file of the clinic's day, at the clinic's time, from the configured level on", async () => {
  await using bench = await Bench.make();
  using running = bench.start();
  running.log.debug("скрыто");
  running.log.info("готово {50} из {{50}}");
  running.log.warning("медленно");
  running.log.error("ошибка\nподробности");
  assert.deepEqual(await bench.lines(), [
    "2026-01-21 10:30:00 INFO    готово {50} из {{50}}",
    "2026-01-21 10:30:00 WARNING медленно",
    "2026-01-21 10:30:00 ERROR   ошибка",
    "    подробности",
  ]);
  assert.deepEqual(bench.warnings, []);
});

for (const [level, count] of [["DEBUG", 4], ["INFO", 3], ["WARNING", 2], ["ERROR", 1]] as const) {
  Deno.test(`level ${level} lets ${count} of the four levels through`, async () => {
    await using bench = await Bench.make();
    using running = bench.start({ level });
    for (const write of [running.log.debug, running.log.info, running.log.warning, running.log.error]) write("x");
    assert.equal((await bench.lines()).length, count);
  });
}

Deno.test("over the clinic's midnight the log goes on in a new file", async () => {
  await using bench = await Bench.make();
  using running = bench.start({}, { timeZone: "Asia/Vladivostok" });
  bench.now = Temporal.Instant.from("2026-01-21T13:59:59Z").epochMilliseconds;
  running.log.info("до полуночи");
  bench.now += 1000;
  running.log.info("после полуночи");
  assert.deepEqual(await bench.lines(), ["2026-01-21 23:59:59 INFO    до полуночи"]);
  assert.deepEqual(await bench.lines("integration_log_2026-01-22.txt"), ["2026-01-22 00:00:00 INFO    после полуночи"]);
});

Deno.test("a second run on the same day appends", async () => {
  await using bench = await Bench.make();
  for (const text of ["первый", "второй"]) {
    using running = bench.start();
    running.log.info(text);
  }
  assert.equal((await bench.lines()).length, 2);
});

Deno.test("a message after closing is still written", async () => {
  await using bench = await Bench.make();
  using running = bench.start();
  running.log.info("до");
  running.close();
  running.close();
  running.log.info("после");
  assert.equal((await bench.lines()).length, 2);
});

Deno.test("a file never outgrows its limit: the day goes on in the next part, also after a restart", async () => {
  await using bench = await Bench.make();
  const limit = 1000;
  for (let run = 0; run < 3; run++) {
    using running = bench.start({ maxSizeMegabytes: limit / 1024 / 1024 });
    for (let message = 0; message < 10; message++) running.log.info(`${run}-${message} ${"x".repeat(70)}`);
  }
  assert.deepEqual(await bench.files(), [
    "integration_log_2026-01-21.txt",
    "integration_log_2026-01-21_2.txt",
    "integration_log_2026-01-21_3.txt",
    "integration_log_2026-01-21_4.txt",
  ]);
  const parts = await Promise.all((await bench.files()).map((name) => readFile(join(bench.folder, name))));
  for (const part of parts) assert.ok(part.length <= limit, String(part.length));
  assert.equal(parts.join("").split(EOL).length - 1, 30);
});

Deno.test("a message longer than the limit is written whole, in a file of its own", async () => {
  await using bench = await Bench.make();
  using running = bench.start({ maxSizeMegabytes: 100 / 1024 / 1024 });
  for (const text of ["a", "b".repeat(300), "c"]) running.log.info(text);
  assert.equal((await bench.files()).length, 3);
});

Deno.test("only our own files that are too old are removed", async () => {
  await using bench = await Bench.make();
  await mkdir(join(bench.folder, "integration_log_2020-01-01.txt.d"), { recursive: true });
  await mkdir(join(bench.folder, "integration_log_2020-01-02.txt"));
  const kept = [
    "integration_log_2026-01-18.txt",
    "integration_log_2026-01-18_2.txt",
    "integration_log_2026-02-30.txt",
    "integration_log_2020-01-01.txt.bak",
    "integration_log_2020-01-01_copy.txt",
    "integration_log_2020-01-01_1.txt",
    "old_integration_log_2020-01-01.txt",
    "integration_log_2020-1-1.txt",
    "queue.json",
  ];
  const removed = [
    "integration_log_2026-01-17.txt",
    "integration_log_2026-01-17_2.txt",
    "integration_log_2020-01-01.txt",
    "integration_log_2020-01-01_12.txt",
  ];
  for (const name of [...kept, ...removed]) await writeFile(join(bench.folder, name), "");
  using running = bench.start({ rotationDays: 3 });
  running.log.info("начало");
  assert.deepEqual(
    await bench.files(),
    [...kept, "integration_log_2020-01-01.txt.d", "integration_log_2020-01-02.txt", "integration_log_2026-01-21.txt"]
      .sort(),
  );
  bench.now += 86_400_000;
  running.log.info("следующий день");
  assert.ok(!(await bench.files()).includes("integration_log_2026-01-18.txt"));
  assert.deepEqual(bench.warnings, []);
});

Deno.test("a name leads back to its day, and a day is outdated exactly after the days to keep", () => {
  const day = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
    .map((date) => Temporal.PlainDate.from(date.toISOString().slice(0, 10)));
  fc.assert(
    fc.property(
      day,
      fc.integer({ min: 1, max: 9999 }),
      fc.nat(5000),
      fc.integer({ min: 1, max: 3650 }),
      (date, part, age, keep) => {
        const name = fileName(date, part);
        assert.ok(dayOf(name)?.equals(date), name);
        assert.deepEqual(outdated([name], date.add({ days: age }), keep), age > keep ? [name] : []);
      },
    ),
  );
});

Deno.test("secrets and personal data do not reach the file; personal data of another page is forgotten", async () => {
  await using bench = await Bench.make();
  using running = bench.start({}, { secrets: ["s3cret-password"] });
  running.setPersonal(["Тестов"]);
  running.log.warning("Тестов 89991234567 s3cret-password");
  running.setPersonal(["Пробный"]);
  running.log.warning("Пробный");
  assert.deepEqual((await bench.lines()).map((line) => line.slice(28)), ["[скрыто] [телефон] ***", "[скрыто]"]);
});

Deno.test("with mask_personal_data = False names stay and secrets do not", async () => {
  await using bench = await Bench.make();
  using running = bench.start({ maskPersonalData: false }, { secrets: ["s3cret-password"] });
  running.setPersonal(["Тестов"]);
  running.log.info("Тестов 89991234567 s3cret-password");
  assert.deepEqual((await bench.lines()).map((line) => line.slice(28)), ["Тестов 89991234567 ***"]);
});

Deno.test("two runs in one process keep to their own files and rules", async () => {
  await using one = await Bench.make();
  await using other = await Bench.make();
  using first = one.start({}, { secrets: ["secret-one"] });
  using second = other.start({ level: "ERROR" }, { secrets: ["secret-two"] });
  for (const { log } of [first, second]) {
    log.info("лишнее для второго");
    log.error("secret-one secret-two");
  }
  assert.deepEqual((await one.lines()).map((line) => line.slice(28)), ["лишнее для второго", "*** secret-two"]);
  assert.deepEqual((await other.lines()).map((line) => line.slice(28)), ["secret-one ***"]);
});

Deno.test("a folder that cannot be made is told once, and the program goes on", async () => {
  await using bench = await Bench.make();
  await writeFile(bench.folder, "a file stands where the folder should be");
  using running = bench.start();
  running.log.info("раз");
  running.log.error("два");
  running.close();
  assert.equal(bench.warnings.length, 1);
  assert.match(bench.warnings[0], /^Журнал не пишется: папка .*logs недоступна для записи \(E[A-Z]+\)\.$/);
});

Deno.test("a failure without a code is told without one", async () => {
  await using bench = await Bench.make();
  const { write } = DayFiles.prototype;
  DayFiles.prototype.write = () => {
    throw new Error("no code");
  };
  try {
    using running = bench.start();
    running.log.info("раз");
  } finally {
    DayFiles.prototype.write = write;
  }
  assert.match(bench.warnings.join(), /недоступна для записи\.$/);
});

Deno.test("a log that becomes writable again goes on", async () => {
  await using bench = await Bench.make();
  await writeFile(bench.folder, "");
  using running = bench.start();
  running.log.info("потеряно");
  await rm(bench.folder);
  running.log.info("записано");
  assert.equal((await bench.lines()).length, 1);
  assert.equal(bench.warnings.length, 1);
});

if (Deno.build.os === "linux") {
  Deno.test("a full disk is told once, and the program goes on", async () => {
    await using bench = await Bench.make();
    await mkdir(bench.folder);
    await Deno.symlink("/dev/full", join(bench.folder, "integration_log_2026-01-21.txt"));
    using running = bench.start();
    running.log.info("раз");
    running.log.info("два");
    assert.deepEqual(bench.warnings.length, 1);
    assert.match(bench.warnings[0], /ENOSPC/);
  });
}

if (Deno.build.os !== "windows" && Deno.uid() !== 0) {
  Deno.test("a read-only folder is told once, and the program goes on", async () => {
    await using bench = await Bench.make();
    await mkdir(bench.folder);
    await chmod(bench.folder, 0o500);
    using running = bench.start();
    running.log.info("раз");
    assert.equal(bench.warnings.length, 1);
  });
}

Deno.test("what was logged survives a program that is killed", async () => {
  await using bench = await Bench.make();
  const script = `
    import { startLogging } from ${JSON.stringify(new URL("../../src/logging/start.ts", import.meta.url).href)};
    const config = { level: "INFO", folder: Deno.args[0], rotationDays: 30, maxSizeMegabytes: 1, maskPersonalData: true };
    const options = { now: () => ${MORNING}, timeZone: "UTC", secrets: [], warn: console.error };
    const { log } = startLogging(config, options);
    for (let line = 0; line < 20; line++) log.info("строка " + line);
    Deno.kill(Deno.pid, "SIGKILL");
  `;
  const path = join(bench.folder, "..", "killed.ts");
  await writeFile(path, script);
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const { stderr } = spawnSync(Deno.execPath(), ["run", "-A", "--no-check", "--config", config, path, bench.folder], {
    encoding: "utf8",
  });
  assert.equal((await bench.lines()).length, 20, stderr);
});
