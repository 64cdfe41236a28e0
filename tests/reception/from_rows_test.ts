import assert from "node:assert/strict";
import fc from "fast-check";
import type { BillLineRow, ReceptionRow } from "../../src/ident/rows.ts";
import type { FilialRule } from "../../src/reception/filial.ts";
import { receptionFrom } from "../../src/reception/from_rows.ts";
import type { Reception } from "../../src/reception/reception.ts";

const ROW: ReceptionRow = {
  ID: 12345,
  Changed: "2026-03-01 09:00:00.0000000",
  PlanStart: "2026-03-01 10:30:00.0000000",
  PlanEnd: "2026-03-01 11:00:00.0000000",
  PatientAppeared: null,
  ReceptionStarted: null,
  ReceptionEnded: null,
  ReceptionCanceled: null,
  CheckIssued: null,
  CancelReasonId: null,
  Comment: "Перезвонить",
  PatientId: 77,
  PatientSurname: "Ромашкин",
  PatientName: "Пётр",
  PatientPatronymic: "Ильич",
  PatientPhone: "8 (900) 000-00-01",
  CardNumber: "К-77",
  ParentSNP: "Ромашкина Ольга Петровна",
  DoctorSurname: "Зубова",
  DoctorName: "Анна",
  DoctorPatronymic: "Львовна",
  DoctorProfession: "Терапевт",
  Armchair: "Кресло 2",
  BranchId: 1,
  BranchName: "Центр",
  OrderTime: "2026-03-01 11:05:00.0000000",
};

const BARE: ReceptionRow = {
  ...Object.fromEntries(Object.keys(ROW).map((name) => [name, null])) as unknown as ReceptionRow,
  ID: 12345,
  PatientId: 77,
  PlanStart: ROW.PlanStart,
};

const billLine = (ServiceName: string | null, changes: Partial<BillLineRow> = {}): BillLineRow => ({
  ReceptionId: 12345,
  OrderId: 1,
  ServiceName,
  CountService: "1.0000",
  Price: "100.0000",
  DiscountSum: null,
  ...changes,
});

const ONE_CLINIC: FilialRule = { filialId: 1, enabled: undefined, fallback: undefined };

function read(row: Partial<ReceptionRow> = {}, lines: readonly BillLineRow[] = [], rule = ONE_CLINIC): Reception {
  const reception = receptionFrom({ ...ROW, ...row }, lines, rule);
  assert.ok(reception !== undefined);
  return reception;
}

Deno.test("a row with everything becomes a reception with everything", () => {
  assert.deepEqual(read({}, [billLine("Осмотр"), billLine("Снимок", { DiscountSum: "50.0000" })]), {
    key: "F1_12345",
    formerKeys: [],
    id: 12345,
    filial: 1,
    status: "Запланирован",
    start: "2026-03-01T10:30:00",
    end: "2026-03-01T11:00:00",
    patient: {
      key: "F1_P77",
      surname: "Ромашкин",
      name: "Пётр",
      patronymic: "Ильич",
      phones: ["+79000000001"],
      cardNumber: "К-77",
      parent: "Ромашкина Ольга Петровна",
    },
    doctor: "Зубова Анна Львовна",
    doctorSpeciality: "Терапевт",
    services: ["Осмотр", "Снимок"],
    amount: "150.00",
    branch: "Центр",
    armchair: "Кресло 2",
    comment: "Перезвонить",
    orderDate: "2026-03-01T11:05:00",
  });
});

Deno.test("a row with NULL in every place that may be NULL becomes a reception with nothing", () => {
  assert.deepEqual(receptionFrom(BARE, [], ONE_CLINIC), {
    key: "F1_12345",
    formerKeys: [],
    id: 12345,
    filial: 1,
    status: "Запланирован",
    start: "2026-03-01T10:30:00",
    end: undefined,
    patient: { key: "F1_P77", surname: "", name: "", patronymic: "", phones: [], cardNumber: "", parent: "" },
    doctor: "",
    doctorSpeciality: "",
    services: [],
    amount: undefined,
    branch: "",
    armchair: "",
    comment: "",
    orderDate: undefined,
  });
});

Deno.test("whichever places are NULL, the others are read the same", () => {
  const places = Object.keys(ROW).filter((name) => !["ID", "PatientId", "PlanStart"].includes(name));
  const whole = read();
  fc.assert(fc.property(fc.subarray(places), (empty) => {
    const row = { ...ROW, ...Object.fromEntries(empty.map((name) => [name, null])) };
    const reception = receptionFrom(row, [], ONE_CLINIC)!;
    assert.deepEqual([reception.key, reception.start, reception.patient.key], [whole.key, whole.start, "F1_P77"]);
    assert.equal(reception.patient.surname, empty.includes("PatientSurname") ? "" : "Ромашкин");
    assert.equal(reception.armchair, empty.includes("Armchair") ? "" : "Кресло 2");
    assert.equal(reception.end, empty.includes("PlanEnd") ? undefined : whole.end);
  }));
});

for (const id of [12345, "12345"]) {
  Deno.test(`IDs of type ${typeof id} give the same keys`, () => {
    const reception = read({ ID: id, PatientId: id, BranchId: id });
    assert.deepEqual([reception.key, reception.id, reception.patient.key], ["F1_12345", 12345, "F1_P12345"]);
  });
}

Deno.test("a card number that is a number is read as its digits", () =>
  assert.equal(read({ CardNumber: 77 }).patient.cardNumber, "77"));

Deno.test("blanks of every kind are folded in names, and kept inside a comment", () => {
  const reception = read({
    PatientSurname: " Ромашкин\u00A0",
    PatientName: "Анна \t Мария",
    DoctorName: "  ",
    Comment: " строка\r\nдругая\rтретья  с  пробелами \r\n",
  });
  assert.deepEqual([reception.patient.surname, reception.patient.name], ["Ромашкин", "Анна Мария"]);
  assert.equal(reception.doctor, "Зубова Львовна");
  assert.equal(reception.comment, "строка\nдругая\nтретья  с  пробелами");
});

Deno.test("a dash or a word for none in a name is nothing, also in those of the parent and the doctor", () => {
  const { patient, doctor } = read({
    PatientSurname: "Громов*",
    PatientName: "нет",
    PatientPatronymic: " — ",
    ParentSNP: "нет",
    DoctorPatronymic: "б/о",
  });
  assert.deepEqual(patient, { ...read().patient, surname: "Громов*", name: "", patronymic: "", parent: "" });
  assert.equal(doctor, "Зубова Анна");
});

Deno.test("what nobody sees is sent nowhere; an emoji that is drawn of several stays whole", () => {
  const unseen = (text: string) => `\uFEFF${text.slice(0, 1)}\u00AD\u200B\u200D${text.slice(1)}\u0000\u200E`;
  const texts = (Object.keys(ROW) as (keyof ReceptionRow)[]).filter((name) =>
    typeof ROW[name] === "string" && !/^2026-/.test(String(ROW[name]))
  );
  const row = Object.fromEntries(texts.map((name) => [name, unseen(String(ROW[name]))]));
  assert.deepEqual(read(row, [billLine(unseen("Осмотр"))]), read({}, [billLine("Осмотр")]));
  assert.equal(read({ Comment: "мама👩\u200D👧\u00A0и\tдва  пробела❤️" }).comment, "мама👩\u200D👧 и\tдва  пробела❤️");
});

Deno.test("services stand in the order of the lines, a repeated name once", () => {
  const lines = ["Снимок", "Осмотр", " Снимок ", null, "", "Чистка", "Осмотр"].map((name) => billLine(name));
  assert.deepEqual(read({}, lines).services, ["Снимок", "Осмотр", "Чистка"]);
});

Deno.test("every line counts for the amount, also one without a name and a repeated one", () => {
  assert.equal(read({}, [billLine("Осмотр"), billLine("Осмотр"), billLine(null)]).amount, "300.00");
});

Deno.test("a service's name keeps what SQL or XML would spoil", () => {
  assert.deepEqual(read({}, [billLine("Пломба <свет> & Ко, «люкс»")]).services, ["Пломба <свет> & Ко, «люкс»"]);
});

Deno.test("the times of the visit decide the status", () => {
  assert.equal(read({ ReceptionStarted: ROW.PlanStart }).status, "В процессе");
  assert.equal(read({ PatientAppeared: ROW.PlanStart, CheckIssued: ROW.PlanEnd }).status, "Завершен (счет выдан)");
});

Deno.test("a cancellation is a time, or a reason alone", () => {
  assert.equal(read({ ReceptionCanceled: ROW.PlanStart, CheckIssued: ROW.PlanEnd }).status, "Отменен");
  assert.equal(read({ CancelReasonId: 3, CheckIssued: ROW.PlanEnd }).status, "Отменен");
  // Zero is no reason, as in its dates: a visit that was paid for must not become a lost deal.
  for (const none of [0, "0"]) {
    assert.equal(read({ CancelReasonId: none, CheckIssued: ROW.PlanEnd }).status, "Завершен (счет выдан)");
  }
});

const TIMES = [
  "PlanStart",
  "PlanEnd",
  "PatientAppeared",
  "ReceptionStarted",
  "ReceptionEnded",
  "ReceptionCanceled",
  "CheckIssued",
  "OrderTime",
] as const;

for (
  const zero of ["1900-01-01 00:00:00.000", "1899-12-30 00:00:00", "1753-01-01 00:00:00.0000000", "0001-01-01 00:00:00"]
) {
  Deno.test(`${zero} is no date, wherever it stands`, () => {
    const nothing = (value: string | null) => Object.fromEntries(TIMES.map((name) => [name, value]));
    assert.deepEqual(read(nothing(zero)), read(nothing(null)));
  });
}

Deno.test("a reception without a start is one all the same", () => {
  assert.deepEqual(read({ PlanStart: null }), { ...read(), start: undefined });
});

const UNREADABLE: [what: string, row: Partial<ReceptionRow>, lines: BillLineRow[]][] = [
  ["a start that is no time", { PlanStart: "завтра" }, []],
  ["an end that is no time", { PlanEnd: "2026-02-31 10:00:00" }, []],
  ["a price that is no number", {}, [billLine("Осмотр", { Price: "сто" })]],
];

for (const [what, row, lines] of UNREADABLE) {
  Deno.test(`a row that cannot be understood is told: ${what}`, () => {
    assert.throws(
      () => receptionFrom({ ...ROW, ...row }, lines, ONE_CLINIC),
      (error) => error instanceof TypeError || error instanceof RangeError,
    );
  });
}

// ── branches ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const BRANCHES: [what: string, rule: FilialRule, branch: number | string | null, key: string | undefined][] = [
  ["one clinic, whatever the branch", { filialId: 2, enabled: undefined, fallback: undefined }, 9, "F2_12345"],
  ["a branch that is carried over", { filialId: 1, enabled: [1, 3], fallback: undefined }, 3, "F3_12345"],
  ["a branch whose ID comes as text", { filialId: 1, enabled: [1, 3], fallback: undefined }, "3", "F3_12345"],
  ["a branch that is not", { filialId: 1, enabled: [1, 3], fallback: undefined }, 2, undefined],
  ["no branch, and a fallback", { filialId: 1, enabled: [1, 3], fallback: 3 }, null, "F3_12345"],
  ["no branch and no fallback", { filialId: 1, enabled: [1, 3], fallback: undefined }, null, "F1_12345"],
  ["no branch, and a fallback that is not carried over", { filialId: 1, enabled: [1], fallback: 3 }, null, undefined],
];

for (const [what, rule, BranchId, key] of BRANCHES) {
  Deno.test(`the reception's branch decides its key: ${what}`, () => {
    assert.equal(receptionFrom({ ...ROW, BranchId }, [], rule)?.key, key);
  });
}

Deno.test("a reception that moved between branches is known by its former keys, its patient stays one", () => {
  const rule = { filialId: 1, enabled: [1, 3], fallback: undefined };
  const moved = read({ BranchId: 3 }, [], rule);
  assert.deepEqual([moved.key, moved.formerKeys, moved.patient.key], ["F3_12345", ["F1_12345"], "F1_P77"]);
});

Deno.test("half a surrogate pair in any text becomes a text that can be sent", () => {
  const texts = (Object.keys(ROW) as (keyof ReceptionRow)[]).filter((name) =>
    typeof ROW[name] === "string" && !/^2026-/.test(String(ROW[name]))
  );
  assert.ok(texts.length > 10);
  const broken = Object.fromEntries(texts.map((name) => [name, `${ROW[name]}\ud83d`]));
  const shown = JSON.stringify(read(broken, [billLine("Осмотр\udc00")]));
  assert.equal(/\\ud[89a-f]/.test(shown), false, shown);
  assert.ok(shown.includes("Осмотр\ufffd") && shown.includes("Перезвонить\ufffd"));
});
