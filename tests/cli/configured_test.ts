import assert from "node:assert/strict";
import { makeWorkplace } from "../stand/workplace.ts";

const CONFIG = `[Database]
server = CLINIC-PC
database = IdentDB
username = ident_reader
password = s3cret-password

[Bitrix24]
webhook_url = https://portal.bitrix24.ru/rest/1/webhookc0de/
`;

/** What a person at the terminal is shown, and the log, of a command that ends before it asks anybody. */
async function toldOf(config: string, isTerminal = true): Promise<{ shown: string; log: string }> {
  await using pc = await makeWorkplace();
  await pc.configure(config);
  let shown = "";
  await pc.run(["once", "--show-personal"], { err: { isTerminal, write: (text) => void (shown += text) } });
  return { shown, log: await pc.log() };
}

const WARNED: [what: string, added: string, words: RegExp][] = [
  [
    "names that look like known ones",
    "rate_limt = 1\n[Sync]\nintervl_minutes = 5\nserver = X\n[Databse]\nport = 1\n",
    /незнакомые названия[^]*\[Databse\] \(возможно, \[Database\]\), \[Bitrix24\] rate_limt \(возможно, rate_limit\), \[Sync\] intervl_minutes \(возможно, interval_minutes\), \[Sync\] server \(возможно, \[Database\] server\)/,
  ],
  ["a token that decides nothing", "token = another0code\n", /\[Bitrix24\] token не совпадает с кодом/],
];
for (const [what, added, words] of WARNED) {
  Deno.test(`${what} are told on the screen and in the log, and on the screen only where somebody looks`, async () => {
    const { shown, log } = await toldOf(CONFIG + added);
    assert.match(shown, words);
    assert.match(log, words);
    const unseen = await toldOf(CONFIG + added, false);
    assert.doesNotMatch(unseen.shown, words);
    assert.match(unseen.log, words);
  });
}

Deno.test("of names that nobody knows, and of a token that repeats the code, nothing is said", async () => {
  const { shown, log } = await toldOf(`${CONFIG}token = webhookc0de\n[Monitoring]\nserver = X\n[Sync]\nown = 1\n`);
  assert.doesNotMatch(shown + log, /незнаком|token не/);
});
