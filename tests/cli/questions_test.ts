import assert from "node:assert/strict";
import { BrokenOff, Questions, yesOrNo } from "../../src/cli/questions.ts";

for (
  const [meaning, answers] of [
    [true, ["", " ", "д", "Д", "да", "ДА", "Да.", "y", "Y", "yes", " yes! "]],
    [false, ["н", "Н", "нет", "Нет.", "n", "NO", " no "]],
    [undefined, ["lf", "ok", "ага", "не знаю", "нн", "дн", "0", ".", "да нет", "nope", "https://a.ru/rest/1/abc/"]],
  ] as const
) {
  Deno.test(`${answers.map((answer) => `«${answer}»`).join(", ")}: ${meaning ?? "neither yes nor no"}`, () => {
    for (const answer of answers) assert.equal(yesOrNo(answer), meaning, answer);
  });
}

/** Questions to someone who answers in this order and then is gone. */
function asked(answers: readonly string[], stop = new AbortController()) {
  let out = "";
  const put: string[] = [];
  const world = { out: { isTerminal: true, write: (text: string) => void (out += text) }, stop: stop.signal };
  const questions = new Questions(world, (question) => {
    put.push(question);
    return Promise.resolve(answers[put.length - 1]);
  });
  return { questions, put, told: () => out };
}

Deno.test("an unclear answer is asked again, as often as it takes, and says how to answer", async () => {
  for (const [last, meaning] of [["да", true], ["", true], ["нет", false]] as const) {
    const { questions, put, told } = asked(["ага", "lf", last]);
    assert.equal(await questions.confirmed("Продолжить?"), meaning);
    assert.deepEqual(put, Array(3).fill("Продолжить? [Д/н]"));
    assert.equal(told(), "Ответьте «да» или «нет».\n".repeat(2));
  }
});

Deno.test("an answer that belongs to another question is given back as it is, a clear one first", async () => {
  const isOther = (answer: string) => answer.includes("/") || answer === "да";
  assert.equal(await asked(["ага", " a/b "]).questions.confirmedOr(isOther, "?"), "a/b");
  assert.equal(await asked(["да"]).questions.confirmedOr(isOther, "?"), true);
});

Deno.test("the end of the input and Ctrl+C break the questions off", async () => {
  await assert.rejects(() => asked([]).questions.answer("?"), BrokenOff);
  await assert.rejects(() => asked(["ага"]).questions.confirmed("?"), BrokenOff);
  const stop = new AbortController();
  stop.abort();
  const { questions, put } = asked(["да"], stop);
  await assert.rejects(() => questions.confirmed("?"), BrokenOff);
  assert.deepEqual(put, []);
});
