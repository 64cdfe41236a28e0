/**
 * The program's own files when the disk or somebody else is against it: what was there stays, nothing is sent, and the
 * user is told with exit code 2.
 */
import assert from "node:assert/strict";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { startClinicStand } from "../stand/clinic/clinic_stand.ts";
import { assertOneEach } from "./holdings.ts";
import { openSite, type Site } from "./site.ts";

const clinic = await startClinicStand();
globalThis.addEventListener("unload", () => void clinic[Symbol.asyncDispose]());

/** Only root may mount, and only Linux mounts so. */
const canMount = Deno.build.os === "linux" && Deno.uid() === 0;

async function mount(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("mount", { args: [...args] }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** A folder of the site with its config.ini, to be mounted over. */
async function folderOf({ pc }: Site): Promise<string> {
  await Deno.mkdir(pc.path("disk"));
  return pc.path("disk");
}

/** Unmounts at the end of a block. */
const mounted = (folder: string): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    await new Deno.Command("umount", { args: [folder] }).output();
  },
});

async function receptions(...ids: readonly number[]): Promise<void> {
  const day = new ClinicDay();
  day.nextId(ids[0] * 100);
  for (const ID of ids) {
    day.reception(day.patient(`Дискова Анна${ID}`, `8900000${1000 + ID}`), "2026-03-02T09:59:00", { ID });
  }
  await clinic.insert(day.take());
}

async function twoReceptions(): Promise<void> {
  await clinic.clear();
  await receptions(501, 502);
  clinic.setClock("2026-03-02T10:00:00");
}

const WRITES = /\.(add|update)$/;
const writesOf = ({ portal }: Site): number =>
  portal.requests.flatMap(({ commands }) => commands).filter(({ method }) => WRITES.test(method)).length;

const textsIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    ["sync_state.json", "queue.json"].map((name) => [name, Deno.readTextFileSync(`${folder}/${name}`)]),
  );

Deno.test({
  name: "a disk that is full, or becomes full at whatever point: the old files stay, exit code 2, nothing twice",
  // Elsewhere tests/store/atomic_file_test.ts alone shows that a write that fails leaves the old file.
  ignore: !canMount,
  async fn() {
    await twoReceptions();
    await using site = await openSite(clinic, { Logging: { log_dir: "../logs" } });
    const folder = await folderOf(site);
    await mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", folder);
    await using _mounted = mounted(folder);
    await Deno.copyFile(site.pc.path("config.ini"), `${folder}/config.ini`);
    const args = ["once", "--config", `${folder}/config.ini`];
    assert.equal((await site.run(args)).code, 0);
    await receptions(...Array.from({ length: 60 }, (_, index) => 600 + index));
    const before = textsIn(folder);
    const filler = `${folder}/filler`;
    let refused = 0;
    for (const free of [0, 4, 8, 12, 16, 24]) {
      fill(filler, free);
      const writes = writesOf(site);
      const { code, err } = await site.run(args);
      await Deno.remove(filler);
      for (const [name, text] of Object.entries(textsIn(folder))) assert.doesNotThrow(() => JSON.parse(text), name);
      if (code === 2) {
        refused++;
        assert.match(err, /Не удалось записать файл .*(queue|sync_state)\.json: прежнее содержимое цело\./);
        assert.match(err, /Проверьте свободное место/);
      }
      if (free === 0) {
        assert.deepEqual([code, writesOf(site), textsIn(folder)], [2, writes, before]);
      }
      site.clock.pass(3_600_000);
    }
    assert.ok(refused >= 2, `${refused} runs had no room`);
    for (let hours = 0; hours < 4; hours++) {
      await site.run(args);
      site.clock.pass(3_600_000);
    }
    assertOneEach(site.portal, ["F1_501", "F1_502", ...Array.from({ length: 60 }, (_, index) => `F1_${600 + index}`)]);
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".tmp"));
    assert.deepEqual(left, []);
  },
});

/** Fills the disk but for so many kilobytes. */
function fill(path: string, free: number): void {
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  const piece = new Uint8Array(4096);
  try {
    while (true) file.writeSync(piece);
  } catch {
    // It is full now.
  }
  const { size } = file.statSync();
  file.truncateSync(Math.max(0, size - free * 1024));
}

Deno.test({
  name: "a folder that is read-only: exit code 2, what is there stays, nothing is sent",
  ignore: !canMount,
  async fn() {
    await twoReceptions();
    await using site = await openSite(clinic);
    const folder = await folderOf(site);
    await Deno.copyFile(site.pc.path("config.ini"), `${folder}/config.ini`);
    const args = ["once", "--config", `${folder}/config.ini`];
    await site.run(args);
    const before = textsIn(folder);
    await receptions(503);
    await mount("--bind", folder, folder);
    await using _mounted = mounted(folder);
    await mount("-o", "remount,ro,bind", folder);
    const writes = writesOf(site);
    const { code, err } = await site.run(args);
    assert.equal(code, 2, err);
    assert.match(err, /Проверьте права на папку/);
    assert.deepEqual([writesOf(site), textsIn(folder)], [writes, before]);
    // The log stands in the same folder: it is told once, and is no reason to stop.
    assert.equal(err.match(/Журнал не пишется/g)?.length, 1, err);
  },
});

Deno.test("a state or queue file that is cut at whatever place: exit code 2, the file as it is, not one request", async () => {
  await twoReceptions();
  await using site = await openSite(clinic);
  site.portal.faults.request({ carrying: "crm.deal.add", kind: "close" });
  await site.run(["once"]);
  site.portal.faults.clear();
  const requests = site.portal.requests.length;
  const advice = {
    "sync_state.json":
      /переименуйте его копию sync_state\.json\.bak в sync_state\.json: изменения[^]*ещё раз, без дублей\. Если копии нет, переименуйте его[^]*initial_days[^]*не попадут/,
    "queue.json":
      /переименуйте его копию queue\.json\.bak в queue\.json: записи[^]*сверка\. Если копии нет, переименуйте его и sync_state\.json/,
  };
  for (const name of ["sync_state.json", "queue.json"] as const) {
    const path = site.pc.path(name);
    const whole = await Deno.readFile(path);
    // Without its last line break it is whole.
    const lengths = Array.from({ length: whole.length - 1 }, (_, length) => length);
    for (const length of lengths) {
      const cut = whole.slice(0, length);
      await Deno.writeFile(path, cut);
      const { code, err } = await site.run(["once"]);
      assert.equal(code, 2, `${name} cut to ${length} bytes`);
      assert.match(err, new RegExp(`${name} повреждён`));
      assert.match(err, advice[name]);
      assert.deepEqual(await Deno.readFile(path), cut);
    }
    await Deno.writeFile(path, whole);
  }
  assert.equal(site.portal.requests.length, requests);
  site.clock.pass(3_600_000);
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(site.portal, ["F1_501", "F1_502"]);
});

Deno.test("a damaged queue: doing what the message says carries every reception over, once", async () => {
  await twoReceptions();
  await using site = await openSite(clinic);
  site.portal.faults.command({ method: "crm.deal.add", kind: "error", code: "", description: "нельзя" });
  assert.equal((await site.run(["once"])).code, 1);
  assert.equal(site.portal.deals.size, 1, "one is done, the other one stands in the queue alone");
  clinic.setClock("2026-03-03T10:00:00");
  site.clock.pass(86_400_000);
  await Deno.writeTextFile(site.pc.path("queue.json"), '{"version": 2, "items": [');
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 2);
  const told = "переименуйте его и sync_state.json: перенос начнётся с последних initial_days дней, дублей не будет.";
  assert.ok(err.includes(told), err);
  for (const name of ["queue.json", "sync_state.json"]) {
    await Deno.rename(site.pc.path(name), site.pc.path(`old ${name}`));
  }
  assert.equal((await site.run(["once"])).code, 0);
  assertOneEach(site.portal, ["F1_501", "F1_502"]);
});

Deno.test("a queue file in a folder that is not there: the folder is named, nothing is sent", async () => {
  await twoReceptions();
  await using site = await openSite(clinic, { Queue: { persistence_file: "нет/queue.json" } });
  const { code, err } = await site.run(["once"]);
  assert.equal(code, 2);
  assert.match(err, /^Не удалось записать файл .*queue\.json: папки .*нет нет\.\n/);
  assert.match(err, /\nСоздайте эту папку или исправьте путь в config\.ini/);
  assert.equal(writesOf(site), 0);
});

/** A file that is whole, but not for this program. */
const FOREIGN: readonly (readonly [what: string, name: string, change: (text: string) => string, says: RegExp])[] = [
  [
    "a state of a newer version",
    "sync_state.json",
    (text) => text.replace('"version": 2', '"version": 3'),
    /более новой версией программы.*\n.*Запустите ту версию/,
  ],
  [
    "a queue of a newer version",
    "queue.json",
    (text) => text.replace('"version": 2', '"version": 3'),
    /более новой версией программы.*\n.*Запустите ту версию/,
  ],
  [
    "a state of another clinic",
    "sync_state.json",
    (text) => text.replace('"filial_id": 1', '"filial_id": 2'),
    /относится к клинике 2, а в config\.ini указан filial_id = 1/,
  ],
  [
    "a state with a time that does not exist",
    "sync_state.json",
    (text) => text.replace('"time": "2026-03', '"time": "2026-93'),
    /повреждён/,
  ],
];

for (const [what, name, change, says] of FOREIGN) {
  Deno.test(`${what}: exit code 2, the file as it is, nothing sent`, async () => {
    await twoReceptions();
    await using site = await openSite(clinic);
    await site.run(["once"]);
    const path = site.pc.path(name);
    const text = change(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, text);
    const requests = site.portal.requests.length;
    const { code, err } = await site.run(["once"]);
    assert.equal(code, 2);
    assert.match(err, says);
    assert.equal(await Deno.readTextFile(path), text);
    assert.equal(site.portal.requests.length, requests);
  });
}

Deno.test("the queue of another clinic (its numbers begin otherwise) is not thrown away", async () => {
  await twoReceptions();
  await using site = await openSite(clinic);
  const item = { unique_id: "F2_9", status: "pending", retry_count: 1, created_at: null, updated_at: null };
  await Deno.writeTextFile(site.pc.path("queue.json"), JSON.stringify({ version: 2, items: [item] }));
  await site.run(["once"]);
  const { items } = await site.pc.json("queue.json");
  assert.deepEqual(items.map((each: { unique_id: string }) => each.unique_id), ["F2_9"]);
});

Deno.test("a log folder that cannot be written: one warning, and the work is done", async () => {
  await twoReceptions();
  await using site = await openSite(clinic, { Logging: { log_dir: "config.ini" } });
  const { code, out, err } = await site.run(["once"]);
  assert.equal(code, 0, err);
  assert.match(out, /Синхронизировано: {5}2\n/);
  assert.match(err, /^Журнал не пишется: папка .* недоступна для записи.*\n$/);
  assertOneEach(site.portal, ["F1_501", "F1_502"]);
});
