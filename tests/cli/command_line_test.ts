import assert from "node:assert/strict";
import { makeWorkplace, type Run } from "../stand/workplace.ts";

async function say(...args: readonly string[]): Promise<Run> {
  await using pc = await makeWorkplace();
  return await pc.run(args);
}

for (
  const [args, told] of [
    [["once", "--dry-run=maybe"], "Ключ «--dry-run» пишется без значения."],
    [["once", "--dryrun"], "Неизвестный ключ «--dryrun». Возможно, вы имели в виду «--dry-run»."],
    [["once", "--something"], "Неизвестный ключ «--something»."],
    [["once", "-x"], "Неизвестный ключ «-x»."],
    [["once", "--config"], "После ключа «--config» нужно значение."],
    [["once", "--full", "--full"], "Ключ «--full» указан дважды."],
    [["once", "now"], "Лишнее слово в командной строке: «now»."],
    [["runn"], "Неизвестная команда «runn». Возможно, вы имели в виду «run»."],
    [["frobnicate"], "Неизвестная команда «frobnicate»."],
    [["xyz"], "Неизвестная команда «xyz»."],
    [["--dry-run"], "Перед ключом «--dry-run» нужна команда."],
  ] as const
) {
  Deno.test(`«${args.join(" ")}» is answered in Russian, with exit code 2, and nothing far off is suggested`, async () => {
    const { code, out, err } = await say(...args);
    assert.equal(code, 2);
    assert.equal(err.split("\n")[0], told);
    assert.match(err, /\n(Справка|Список команд): ident-sync --help\n$/);
    assert.equal(out, "");
  });
}

Deno.test("«/?», «-?» and «help» show the help, of a command too", async () => {
  const [whole, ofOnce] = [(await say("--help")).out, (await say("once", "--help")).out];
  assert.match(whole, /^КОМАНДЫ$/m);
  for (const args of [["/?"], ["-?"], ["help"]]) assert.equal((await say(...args)).out, whole);
  for (const args of [["once", "/?"], ["help", "once"]]) assert.equal((await say(...args)).out, ofOnce);
});

Deno.test("the help tells of no defaults that go without saying", async () => {
  for (const command of ["init", "encrypt", "once", "run"]) {
    assert.doesNotMatch((await say(command, "--help")).out, /по умолчанию: false/);
  }
});
