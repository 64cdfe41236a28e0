import assert from "node:assert/strict";
import { problemLines } from "../../src/cli/problems_text.ts";
import { countProblem, emptyReport } from "../../src/sync/report.ts";
import type { ReceptionKey, WallClock } from "../../src/reception/reception.ts";

const visit = (id: number) => ({ key: `F1_${id}` as ReceptionKey, start: "2026-11-26T12:45:00" as WallClock });

Deno.test("nothing is told where all was carried over", () => assert.deepEqual(problemLines([]), []));

Deno.test("reasons are grouped and counted, each with what to do and at most five receptions by number and time of the visit", () => {
  const report = emptyReport();
  for (let id = 1; id <= 7; id++) countProblem(report, "refused", "портал отказал: поле занято", visit(id));
  countProblem(report, "rule", "сделка 70 перенесена в другую воронку, стадии NEW там нет", visit(8));
  countProblem(report, "rule", "сделка 71 перенесена в другую воронку, стадии NEW там нет", visit(9));
  countProblem(report, "unreadable", "в строке записи есть значение, которое не читается", { key: "F1_10" });
  assert.equal(report.errors, 10);
  assert.deepEqual(problemLines(report.problems), [
    "Не перенесено, по причинам:",
    "  7 — портал отказал: поле занято",
    "    Записи: F1_1 (приём 26.11.2026 12:45), F1_2 (приём 26.11.2026 12:45), F1_3 (приём 26.11.2026 12:45), " +
    "F1_4 (приём 26.11.2026 12:45), F1_5 (приём 26.11.2026 12:45) и ещё 2",
    "    Что делать: исправьте на портале или в IDENT то, на что указано; программа повторит сама.",
    "  2 — сделка 70 перенесена в другую воронку, стадии NEW там нет",
    "    Записи: F1_8 (приём 26.11.2026 12:45), F1_9 (приём 26.11.2026 12:45)",
    "    Что делать: исправьте воронку на портале или [deal_stages] в config.ini; программа повторит сама.",
    "  1 — в строке записи есть значение, которое не читается",
    "    Записи: F1_10",
    "    Что делать: проверьте эти записи в IDENT; программа повторит сама.",
  ]);
});

Deno.test("what was given up in this cycle stands by itself: the program does not try it again by itself", () => {
  const report = emptyReport();
  countProblem(report, "refused", "портал отказал: поле занято", visit(1));
  countProblem(report, "refused", "портал отказал: поле занято", visit(2), true);
  countProblem(report, "rule", "стадии NEWW нет", visit(3), true);
  countProblem(report, "unconfirmed", "соединение прервалось", visit(4));
  assert.deepEqual(problemLines(report.problems).filter((line) => line.includes("Что делать")), [
    "    Что делать: исправьте на портале или в IDENT то, на что указано; программа повторит сама.",
    "    Что делать: исправьте на портале или в IDENT то, на что указано, затем запустите: ident-sync once --full",
    "    Что делать: исправьте воронку на портале или [deal_stages] в config.ini, затем запустите: ident-sync once --full",
    "    Что делать: ничего, программа сама проверит, что записалось, и повторит.",
  ]);
});

Deno.test("what something on the way turned away has advice of its own, unlike what the portal refused", () => {
  const report = emptyReport();
  countProblem(report, "on-the-way", "вместо портала ответил прокси", visit(1));
  countProblem(report, "on-the-way", "вместо портала ответил прокси", visit(2), true);
  assert.deepEqual(problemLines(report.problems).filter((line) => line.includes("Что делать")), [
    "    Что делать: добавьте программу в исключения защиты или прокси либо уберите из комментария в IDENT знаки вроде " +
    "<script>; программа повторит сама.",
    "    Что делать: добавьте программу в исключения защиты или прокси либо уберите из комментария в IDENT знаки вроде " +
    "<script>, затем запустите: ident-sync once --full",
  ]);
});
