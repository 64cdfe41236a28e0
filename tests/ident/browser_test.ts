import assert from "node:assert/strict";
import { answerAbout, type BrowserAnswer } from "../../src/ident/browser.ts";

const entry = (name: string, rest: string) =>
  `ServerName;CLINIC;InstanceName;${name};IsClustered;No;Version;10.50.1600.1${rest};;`;
const BOTH = entry("IDENT", ";tcp;50123") + entry("SQLEXPRESS", ";np;\\\\CLINIC\\pipe\\sql\\query");

const ANSWERS: [instance: string, text: string, answer: BrowserAnswer][] = [
  ["IDENT", BOTH, { kind: "port" }],
  ["ident", BOTH, { kind: "port" }],
  ["SQLEXPRESS", BOTH, { kind: "no-tcp" }],
  ["SQLEXPRESS", entry("SQLEXPRESS", ""), { kind: "no-tcp" }],
  ["OTHER", BOTH, { kind: "unknown", others: ["IDENT", "SQLEXPRESS"] }],
  ["OTHER", "", { kind: "unknown", others: [] }],
  ["OTHER", "nonsense;InstanceName", { kind: "unknown", others: [] }],
];

for (const [instance, text, answer] of ANSWERS) {
  Deno.test(`of ${instance} the Browser's answer «${text}» says ${answer.kind}`, () =>
    assert.deepEqual(answerAbout(instance, text), answer));
}
