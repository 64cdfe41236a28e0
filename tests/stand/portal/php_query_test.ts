import assert from "node:assert/strict";
import { parseCommand } from "./batch_command.ts";
import { parsePhpQuery, phpEmpty, phpMap } from "./php_query.ts";
import { type BatchMemory, resolveReferences } from "./references.ts";

Deno.test("parameters are read as PHP reads them", () => {
  for (
    const [text, expected] of [
      ["a=1&b=x", { a: "1", b: "x" }],
      ["a=1&a=2", { a: "2" }],
      ["a", { a: "" }],
      ["f[NAME]=x&f[PHONE][0][VALUE]=%2B7", { f: { NAME: "x", PHONE: [{ VALUE: "+7" }] } }],
      ["f%5BNAME%5D=x", { f: { NAME: "x" } }],
      ["k[]=a&k[]=b", { k: ["a", "b"] }],
      ["k[]=", { k: [""] }],
      ["k[3]=a&k[]=b", { k: { 3: "a", 4: "b" } }],
      ["k[0]=a&k[1]=b", { k: ["a", "b"] }],
      ["t=a+b%20c", { t: "a b c" }],
      ["t=100%&u=%zz", { t: "100%", u: "%zz" }],
      ["t=%D0%AF", { t: "Я" }],
      ["a.b c=1", { a_b_c: "1" }],
      ["a[b=1", { a_b: "1" }],
      ["a[b]tail=1", { a: { b: "1" } }],
      ["&&=1", {}],
      ["f[>=DATE]=1", { "f_>": "DATE]=1" }],
      ["f%5B%3E%3DDATE%5D=1", { f: { ">=DATE": "1" } }],
    ] as const
  ) assert.deepEqual(parsePhpQuery(text), expected, text);
});

Deno.test("a command of a batch is cut by #, and what was not encoded is noticed", () => {
  const command = parseCommand("crm.deal.add?fields[TITLE]=A%26B&fields[X]=1#2&fields[Y]=3");
  assert.deepEqual(command.params, { fields: { TITLE: "A&B", X: "1" } });
  assert.equal(command.method, "crm.deal.add");
  assert.match(command.oddities.join("\n"), /raw #/);
  for (const text of ["m?a=b c", "m?a=я", "m?a=b=c", "m?a=100%", "m?a=b&c", "m?a=$result[x]", "m?a=\n"]) {
    assert.notEqual(parseCommand(text).oddities.length, 0, text);
  }
  const careful = `CRM.Deal.Add?${encodeURIComponent("fields[A]")}=${encodeURIComponent("#&+ %я$result[x]\n")}`;
  assert.deepEqual(parseCommand(careful).oddities, []);
  assert.deepEqual(parseCommand(careful).params, { fields: { A: "#&+ %я$result[x]\n" } });
  assert.deepEqual(parseCommand("m?a=x\ny").params, { a: "x_y" });
  assert.deepEqual(parseCommand("m"), { method: "m", params: {}, oddities: [] });
});

const memory: BatchMemory = {
  result: new Map<string, unknown>([["c", 275], ["l", [{ ID: "7" }]], ["i", { item: { id: 3 } }]]),
  next: new Map([["l", 50]]),
  total: new Map([["l", 120]]),
  time: new Map(),
  error: new Map([["bad", { error: "" }]]),
};

Deno.test("references are replaced whatever text they stand in, and fall through where a path breaks off", () => {
  for (
    const [text, expected] of [
      ["$result[c]", 275],
      ["$result[l][0][ID]", "7"],
      ["$result[i][item][id]", 3],
      ["$next[l]", 50],
      ["$total[l]", 120],
      ["№ $result[c] и $total[l] шт.", "№ 275 и 120 шт."],
      ["$result[l][9][ID]", [{ ID: "7" }]],
      ["$result[missing]", { c: 275, l: [{ ID: "7" }], i: { item: { id: 3 } } }],
      ["$error[bad][error]", ""],
      ["$result[c],x", 275],
      ["x $result[l] y", "x $result[l] y"],
      ["$RESULT[c]", null],
      ["$result", "$result"],
      ["цена $результат[c]", "цена $результат[c]"],
    ] as const
  ) assert.deepEqual(resolveReferences({ v: text }, memory).v, expected, text);
  assert.deepEqual(resolveReferences({ f: { x: ["$result[c]"] } }, memory), { f: { x: [275] } });
  assert.deepEqual(resolveReferences({ "$result[c]": "1" }, memory), { "$result[c]": "1" });
});

Deno.test("PHP's empty maps are lists, and what it takes for empty is empty", () => {
  assert.deepEqual(phpMap(new Map()), []);
  assert.deepEqual(phpMap(new Map([["0", "a"], ["1", "b"]])), ["a", "b"]);
  assert.deepEqual(phpMap(new Map([["0", "a"], ["2", "b"]])), { 0: "a", 2: "b" });
  for (const value of ["", "0", 0, false, null, [], {}, undefined]) assert.equal(phpEmpty(value), true);
  for (const value of ["false", "N", 1, [0]]) assert.equal(phpEmpty(value), false);
});
