/** What init makes of the file when it asks nothing: no clinic and no portal is needed for that. */
import assert from "node:assert/strict";
import { EOL } from "node:os";
import { renderConfig } from "../../src/config/example.ts";
import { makeWorkplace, type Workplace } from "../stand/workplace.ts";

const EXAMPLE = renderConfig().replaceAll("\n", EOL);
const at_once = () => Promise.resolve();

const textOf = (pc: Workplace) => Deno.readTextFile(pc.path("config.ini"));
const namesIn = (pc: Workplace) => [...Deno.readDirSync(pc.folder)].map(({ name }) => name).sort();

Deno.test("--yes asks nothing and writes the example, with the line ends of the system; so does nobody at the terminal", async () => {
  for (const [args, ask] of [[["init", "--yes"], () => assert.fail("asked")], [["init"], undefined]] as const) {
    await using pc = await makeWorkplace();
    const { code, out } = await pc.run(args, { ask, sleep: at_once });
    assert.equal(code, 0);
    assert.equal(await textOf(pc), EXAMPLE);
    assert.match(out, /Обязательно/);
    assert.deepEqual(namesIn(pc), ["config.ini"]);
    assert.equal((await pc.run(["once"])).code, 2, "the example alone is not accepted");
  }
});

Deno.test("a file that is there is never touched, also where it is empty, broken or a link that leads nowhere", async () => {
  for (const flags of [[], ["--yes"]]) {
    for (const text of ["", "[Database]\npassword = kept\n", "not an ini file"]) {
      await using pc = await makeWorkplace();
      await pc.configure(text);
      const { code, err } = await pc.run(["init", ...flags], { ask: () => assert.fail("asked") });
      assert.equal(code, 2);
      assert.match(err, /config\.ini уже есть, он не изменён/);
      assert.equal(await textOf(pc), text);
    }
    if (Deno.build.os === "windows") continue;
    await using pc = await makeWorkplace();
    await Deno.symlink("nowhere.ini", pc.path("config.ini"));
    assert.equal((await pc.run(["init", ...flags])).code, 2);
    assert.deepEqual(namesIn(pc), ["config.ini"]);
  }
});

Deno.test("--config says where the file goes; a folder that is not there is told", async () => {
  await using pc = await makeWorkplace();
  await Deno.mkdir(pc.path("папка"));
  assert.equal((await pc.run(["init", "--yes", "--config", pc.path("папка/c.ini")])).code, 0);
  assert.equal(await Deno.readTextFile(pc.path("папка/c.ini")), EXAMPLE);
  const { code, err } = await pc.run(["init", "--yes", "--config", pc.path("нет/c.ini")]);
  assert.equal(code, 2);
  assert.match(err, /Не удалось создать файл .*c\.ini/);
});

Deno.test("the file says nothing of being copied: it is in its place already", async () => {
  await using pc = await makeWorkplace();
  await pc.run(["init", "--yes"]);
  assert.doesNotMatch(await textOf(pc), /Скопируйте|config\.example/);
});

Deno.test("a file that cannot be written leaves nothing, neither an empty one nor a half", async () => {
  await using pc = await makeWorkplace();
  await Deno.mkdir(pc.path("config.ini.tmp/in the way"), { recursive: true });
  const { code, err } = await pc.run(["init", "--yes"]);
  assert.equal(code, 2);
  assert.match(err, /Не удалось создать файл .*config\.ini\.\n.*место/);
  assert.deepEqual(namesIn(pc), ["config.ini.tmp"]);
});

Deno.test({
  name: "a disk that is full leaves no file, and as soon as there is room init works",
  // Only root may mount, and only Linux mounts so.
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  async fn() {
    await using pc = await makeWorkplace();
    const disk = pc.path("disk");
    await Deno.mkdir(disk);
    const mount = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk] }).output();
    assert.equal(mount.code, 0);
    try {
      const args = ["init", "--yes", "--config", `${disk}/config.ini`];
      for (const free of [0, 4096]) {
        await Deno.writeFile(`${disk}/filler`, new Uint8Array(64 * 1024 - free));
        const { code, err } = await pc.run(args);
        assert.equal(code, 2);
        assert.match(err, /Не удалось создать файл/);
        assert.deepEqual([...Deno.readDirSync(disk)].map(({ name }) => name), ["filler"]);
        await Deno.remove(`${disk}/filler`);
      }
      assert.equal((await pc.run(args)).code, 0);
      assert.deepEqual([...Deno.readDirSync(disk)].map(({ name }) => name), ["config.ini"]);
    } finally {
      await new Deno.Command("umount", { args: [disk] }).output();
    }
  },
});
