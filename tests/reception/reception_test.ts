/** Keys, and what of a reception is personal. */
import assert from "node:assert/strict";
import {
  filialIn,
  isPatientKey,
  isReceptionKey,
  type Patient,
  personalTextsOf,
  type Reception,
  receptionIdOf,
} from "../../src/reception/reception.ts";

const KEYS: [key: string, ofReception: boolean, ofPatient: boolean][] = [
  ["F1_123", true, false],
  ["F12_9", true, false],
  ["F1_P77", false, true],
  ["F1_123_2", false, false],
  ["F_123", false, false],
  ["1_123", false, false],
  ["F1_99999999999999999999", false, false],
  ["", false, false],
];

for (const [key, ofReception, ofPatient] of KEYS) {
  Deno.test(`«${key}» is ${ofReception ? "a reception's" : ofPatient ? "a patient's" : "nobody's"} key`, () =>
    assert.deepEqual([isReceptionKey(key), isPatientKey(key)], [ofReception, ofPatient]));
}

Deno.test("a key tells its branch and the reception", () => {
  assert.deepEqual([filialIn("F12_345"), receptionIdOf("F12_345")], [12, 345]);
});

const PATIENT: Patient = {
  key: "F1_P77",
  surname: "Ромашкин",
  name: "Пётр",
  patronymic: "Ильич",
  phones: ["+79000000001", "+79000000002"],
  cardNumber: "К-1",
  parent: "Ромашкина Ольга",
};

const textsOf = (patient: Patient, comment: string) => personalTextsOf({ patient, comment } as Reception);

Deno.test("all texts that tell who the patient is are personal, and no empty text is: it stands everywhere", () => {
  const { key: _, phones, ...texts } = PATIENT;
  assert.deepEqual(
    textsOf(PATIENT, "Звонить жене").sort(),
    [...Object.values(texts), ...phones, "Звонить жене"].sort(),
  );
  const nobody = { ...PATIENT, surname: "", name: "", patronymic: "", phones: [], cardNumber: "", parent: "" };
  assert.deepEqual(textsOf(nobody, ""), []);
});
