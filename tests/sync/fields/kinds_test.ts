import assert from "node:assert/strict";
import type { FieldKind } from "../../../src/reception/fields.ts";
import { faultOf } from "../../../src/sync/fields/kinds.ts";
import { field } from "../made_up.ts";

const FIT: Readonly<Record<FieldKind, string>> = {
  key: "string",
  text: "string text enumeration integer double boolean",
  number: "string text integer double",
  status: "string text enumeration",
  moment: "string text datetime date",
};
const TYPES = ["string", "text", "enumeration", "integer", "double", "boolean", "datetime", "date", "money", "file"];

for (const [kind, fit] of Object.entries(FIT) as [FieldKind, string][]) {
  Deno.test(`what a field of the kind ${kind} holds goes into these types, and no other: ${fit}`, () => {
    assert.deepEqual(
      TYPES.filter((type) => faultOf(field(type), [{ kind }]) === undefined).sort(),
      fit.split(" ").sort(),
    );
  });
}

Deno.test("a field that is meant for two things must be fit for both", () => {
  const meant = [{ kind: "text" }, { kind: "moment" }] as const;
  assert.equal(faultOf(field("string"), meant), undefined);
  for (const type of ["datetime", "double"]) {
    assert.equal(faultOf(field(type), meant), `тип поля «${type}» для этого не подходит`);
  }
});

Deno.test("a field that is not there, takes several values or cannot be changed is not fit for anything", () => {
  const meant = [{ kind: "text" }] as const;
  assert.equal(faultOf(undefined, meant), "на портале такого поля нет");
  assert.equal(faultOf({ ...field("string"), multiple: true }, meant), "поле множественное");
  assert.equal(faultOf({ ...field("string"), readOnly: true }, meant), "поле нельзя менять");
});
