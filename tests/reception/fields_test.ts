/** A row of the table of fields is all that a field needs: the whole chain, for every row. */
import assert from "node:assert/strict";
import { FieldWords } from "../../src/cli/field_words.ts";
import { findingLines } from "../../src/cli/findings_text.ts";
import { planText } from "../../src/cli/plan_text.ts";
import type { Config } from "../../src/config/config.ts";
import { REGISTRY } from "../../src/config/registry.ts";
import { IdentSyncError } from "../../src/error.ts";
import { CONTACT_FIELDS, DEAL_FIELDS, type Field } from "../../src/reception/fields.ts";
import type { Reception } from "../../src/reception/reception.ts";
import { fit } from "../../src/sync/fields/fit.ts";
import { type Finding, Knowledge } from "../../src/sync/knowledge.ts";
import type { PortalFacts } from "../../src/sync/ports.ts";
import { stepsOf } from "../../src/sync/rules/decision.ts";
import { plan } from "../../src/sync/rules/plan.ts";
import { configWith } from "../config/minimal.ts";
import { context, FACTS, field, fieldsOf, patient, reception, STAGE_CONFIG, ZONE } from "../sync/made_up.ts";

const OWN = "UF_CRM_OF_THIS_PORTAL";

/** The field that a portal would have for what a row holds. */
const TYPES: Readonly<Record<Field["kind"], string>> = {
  key: "string",
  text: "string",
  number: "double",
  status: "string",
  moment: "datetime",
};

const FULL = reception(1, { patient: patient(1, { parent: "Ромашкин Илья Ильич" }) });

type Names = Pick<Config, "dealFields" | "contactFields">;

/** A portal that has all fields of both tables. */
function factsOf({ dealFields, contactFields }: Names): PortalFacts {
  const fieldsIn = (table: Readonly<Record<string, Field>>, names: Readonly<Record<string, string | undefined>>) =>
    Object.fromEntries(Object.entries(table).map(([name, { kind }]) => [names[name], field(TYPES[kind])]));
  return {
    ...FACTS,
    dealFields: fieldsIn(DEAL_FIELDS, dealFields),
    contactFields: fieldsIn(CONTACT_FIELDS, contactFields),
  };
}

const ROWS = [
  ...rowsOf("deal_fields", "dealFields", "add-deal", DEAL_FIELDS, FULL),
  ...rowsOf("contact_fields", "contactFields", "add-contact", CONTACT_FIELDS, FULL.patient),
];

function rowsOf<S>(
  section: "deal_fields" | "contact_fields",
  part: keyof Names,
  step: "add-deal" | "add-contact",
  table: Readonly<Record<string, Field<S>>>,
  source: S,
) {
  return Object.entries(table).map(([name, row]) => {
    const { dealFields, contactFields } = configWith({ [`${section}.${row.key}`]: OWN });
    const value = row.of === undefined ? { text: FULL.key } : row.of(source);
    return { section, part, step, name, row: row as Field, names: { dealFields, contactFields }, value };
  });
}

for (const { section, part, step, name, row, names, value } of ROWS) {
  Deno.test(`[${section}] ${row.key}: config.ini has the key with its default, and names another field`, () => {
    const keys: Readonly<Record<string, { fallback: string | undefined; about: readonly string[] }>> =
      REGISTRY[section].keys;
    assert.equal(keys[row.key].fallback, row.code);
    assert.deepEqual(keys[row.key].about, [row.about]);
    const defaults: Names = configWith({});
    assert.equal(Object.entries(defaults[part]).find(([each]) => each === name)?.[1], row.code);
    assert.equal(Object.entries(names[part]).find(([each]) => each === name)?.[1], OWN);
  });

  Deno.test(`[${section}] ${row.key}: a new record carries the value, and the dry run calls it by its word`, () => {
    const under = context({ facts: factsOf(names) });
    const decisions = plan([FULL], { contacts: [], deals: [], leads: [] }, {
      ...under,
      config: { ...under.config, ...names },
    });
    const fields = decisions.flatMap(stepsOf).filter(({ kind }) => kind === step).map(fieldsOf)[0];
    assert.ok(value !== undefined && fields[OWN]);
    assert.equal(fields[OWN], fit(value, field(TYPES[row.kind]), ZONE));

    const words = new FieldWords({ ...names, sync: { timeZone: ZONE } }, under.facts);
    const text = planText({ decisions, closings: [], renamings: [] }, words, true);
    const shown = words.value(step === "add-deal" ? "deal" : "contact", OWN, fields[OWN]);
    assert.ok(text.includes(`${row.word} ${shown}`), text);
  });

  Deno.test(`[${section}] ${row.key}: a field of a wrong type is found, and told by word and key`, async () => {
    const facts = factsOf(names);
    const found: Finding[] = [];
    const knowledge = new Knowledge({
      config: { pipeline: 0, stages: STAGE_CONFIG, ...names },
      portal: {
        learn: () => Promise.resolve({ ...facts, [part]: { ...facts[part], [OWN]: field("file") } }),
      },
      remembered: () => Promise.resolve(undefined),
      remember: () => Promise.resolve(),
      found: (findings) => void found.push(...findings),
    });
    if (row.kind === "key") {
      await assert.rejects(knowledge.get(), (error) => error instanceof IdentSyncError && error.message.includes(OWN));
      return;
    }
    await knowledge.get();
    const [line, ...more] = findingLines(found.filter(({ kind }) => kind === "field"));
    assert.deepEqual(more, []);
    assert.ok(line.includes(`${row.word} (${row.key} = ${OWN})`) && line.includes(`[${section}]`));
  });
}

for (const [section, table] of [["deal_fields", DEAL_FIELDS], ["contact_fields", CONTACT_FIELDS]] as const) {
  Deno.test(`[${section}] has no other keys, and no two of them share a key, a default or a label`, () => {
    const rows: readonly Field[] = Object.values(table);
    assert.deepEqual(Object.keys(REGISTRY[section].keys), rows.map(({ key }) => key));
    for (const trait of ["key", "code", "label"] as const) {
      assert.equal(new Set(rows.map((row) => row[trait])).size, rows.length, trait);
    }
  });
}

Deno.test("what a deal holds of the patient is marked so, and nothing else is", () => {
  const other = { ...FULL, patient: patient(2, { parent: "Ромашкина Анна Львовна" }) };
  for (const row of Object.values<Field<Reception>>(DEAL_FIELDS)) {
    const isOfPatient = JSON.stringify(row.of?.(FULL)) !== JSON.stringify(row.of?.(other));
    assert.equal(row.ofPatient ?? false, isOfPatient, row.key);
  }
});
