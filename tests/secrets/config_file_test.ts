import assert from "node:assert/strict";
import { restrictRights } from "../../src/config/config_file.ts";
import { makeWorkplace, type Workplace } from "../stand/workplace.ts";
import { dpapiOf, opened, payloadsIn } from "./made_up_dpapi.ts";

const ADMIN = dpapiOf("CLINIC\\admin");
const TEXT = "; файл клиники\n[Database]\npassword = plain-password\n";
/** Mode bits and links as POSIX has them. */
const ignore = Deno.build.os === "windows";

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const modeOf = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o7777;

async function workplace(mode = 0o600): Promise<Workplace> {
  const pc = await makeWorkplace();
  await pc.configure(TEXT);
  if (!ignore) await Deno.chmod(pc.path("config.ini"), mode);
  return pc;
}

for (const mode of [0o600, 0o640, 0o664, 0o444]) {
  Deno.test({
    name: `a file with mode ${mode.toString(8)} keeps it when it is encrypted, and nothing is left beside it`,
    ignore,
    async fn() {
      await using pc = await workplace(mode);
      assert.equal((await pc.run(["encrypt"], ADMIN)).code, 0);
      assert.equal(await modeOf(pc.path("config.ini")), mode);
      assert.deepEqual(namesIn(pc.folder), ["config.ini"]);
      const text = await Deno.readTextFile(pc.path("config.ini"));
      assert.equal(payloadsIn(text).length, 1);
      assert.equal(opened(text, ADMIN), TEXT);
    },
  });
}

Deno.test({
  name: "another user's file stays that user's",
  ignore: ignore || Deno.uid() !== 0,
  async fn() {
    await using pc = await workplace();
    await Deno.chown(pc.path("config.ini"), 12345, 12346);
    assert.equal((await pc.run(["encrypt"], ADMIN)).code, 0);
    const { uid, gid } = await Deno.stat(pc.path("config.ini"));
    assert.deepEqual([uid, gid], [12345, 12346]);
  },
});

Deno.test({
  name: "where config.ini is a link, what it leads to is encrypted, and no plain text is left there",
  ignore,
  async fn() {
    await using pc = await workplace();
    await Deno.mkdir(pc.path("настройки"));
    await Deno.rename(pc.path("config.ini"), pc.path("настройки/clinic.ini"));
    await Deno.symlink("настройки/clinic.ini", pc.path("config.ini"));
    assert.equal((await pc.run(["encrypt"], ADMIN)).code, 0);
    assert.ok(!(await Deno.readTextFile(pc.path("настройки/clinic.ini"))).includes("plain-password"));
    assert.ok((await Deno.lstat(pc.path("config.ini"))).isSymlink);
    assert.deepEqual(namesIn(pc.path("настройки")), ["clinic.ini"]);
  },
});

/** The file as every moment of the writing left it: nothing that a killed program leaves may hold the password. */
Deno.test("no file ever holds the password but the old one, until the new one is in its place", async () => {
  await using pc = await workplace();
  const { rename } = Deno;
  let beside = "";
  Deno.rename = async (from, to) => {
    beside = await Deno.readTextFile(from);
    assert.deepEqual(await Deno.readTextFile(to), TEXT);
    return await rename(from, to);
  };
  try {
    assert.equal((await pc.run(["encrypt"], ADMIN)).code, 0);
  } finally {
    Deno.rename = rename;
  }
  assert.ok(ignore || beside !== "");
  assert.ok(!beside.includes("plain-password"));
});

const NO_SPACE = () => Promise.reject(new Error("No space left on device (os error 28)"));

for (const step of ["open", "write", "sync", "chmod", "rename"] as const) {
  Deno.test({
    name: `when ${step} fails, the file is as it was, nothing is left beside it, and the person is told`,
    ignore: ignore && (step === "chmod" || step === "rename"),
    async fn() {
      await using pc = await workplace();
      // deno-lint-ignore no-explicit-any -- one function of the platform is put out of order
      const place: any = step === "write" || step === "sync" ? Deno.FsFile.prototype : Deno;
      const original = place[step];
      place[step] = NO_SPACE;
      try {
        const { code, out, err } = await pc.run(["encrypt"], ADMIN);
        assert.equal(code, 2);
        assert.match(err, /Не удалось записать .*config\.ini: файл остался прежним\./);
        assert.equal(out, "");
      } finally {
        place[step] = original;
      }
      assert.equal(await Deno.readTextFile(pc.path("config.ini")), TEXT);
      assert.deepEqual(namesIn(pc.folder), ["config.ini"]);
    },
  });
}

Deno.test({
  name: "who else may read the file is told with the command that mends it, and --restrict mends it",
  ignore,
  async fn() {
    for (const mode of [0o644, 0o640, 0o604, 0o666]) {
      await using pc = await workplace(mode);
      const path = pc.path("config.ini");
      for (const flags of [["--check"], []]) {
        const { err } = await pc.run(["encrypt", ...flags], ADMIN);
        assert.match(err, /могут читать посторонние/);
        assert.ok(err.includes(`chmod 600 "${path}"`), err);
        assert.match(err, /ident-sync encrypt --restrict/);
      }
      const restricted = await pc.run(["encrypt", "--restrict"], ADMIN);
      assert.equal(restricted.code, 0);
      assert.match(restricted.out, /Права на .*config\.ini ограничены\./);
      assert.equal(restricted.err, "");
      assert.equal(await modeOf(path), 0o600);
    }
  },
});

Deno.test({
  name: "a file that only its owner may read is nothing to warn of",
  ignore,
  async fn() {
    for (const mode of [0o600, 0o400, 0o700, 0o611]) {
      await using pc = await workplace(mode);
      assert.equal((await pc.run(["encrypt", "--check"], ADMIN)).err, "", mode.toString(8));
    }
  },
});

Deno.test("rights that cannot be changed are told", async () => {
  await using pc = await workplace();
  await assert.rejects(() => restrictRights(pc.path("нет такого.ini")), {
    code: "config",
    message: /Не удалось ограничить права на .*нет такого\.ini/,
  });
});
