import assert from "node:assert/strict";
import { onScreen } from "../../src/cli/screen.ts";
import { columns } from "../../src/cli/wrap.ts";
import { makeWorkplace } from "../stand/workplace.ts";

function shownOn(isTerminal: boolean, text: string): string {
  let shown = "";
  onScreen({ isTerminal, write: (part) => void (shown += part) }).write(text);
  return shown;
}

const LONG = `${"Слово за словом ".repeat(9)}и конец.\n`;

Deno.test("a terminal gets lines of 80 columns, a file or a pipe each line as one", () => {
  assert.equal(shownOn(false, LONG), LONG);
  const lines = shownOn(true, LONG).split("\n");
  assert.ok(lines.length > 2 && lines.every((line) => columns(line) <= 80));
});

Deno.test("neither of them gets anything that it would obey", () => {
  for (const isTerminal of [false, true]) assert.equal(shownOn(isTerminal, "а\u001b[2Jб\r\n"), "а\\u001b[2Jб\n");
});

Deno.test("an error, a warning and a wrong command line are wrapped on a terminal, and say the same", async () => {
  await using pc = await makeWorkplace();
  await pc.configure(`[Database]\nserver = a\nport = ${"много ".repeat(20)}\n`);
  for (const args of [["once"], ["encrypt", "--check"], [`${"нет такой ".repeat(12)}`]]) {
    const [plain, wrapped] = [await pc.run(args), await pc.run(args, {}, true)];
    const words = ({ out, err }: typeof plain) => (out + err).split(/\s+/);
    assert.deepEqual(words(wrapped), words(plain));
    for (const line of (wrapped.out + wrapped.err).split("\n")) {
      assert.ok(columns(line) <= 80 || /^\S+$/.test(line.trim()), line);
    }
  }
});
