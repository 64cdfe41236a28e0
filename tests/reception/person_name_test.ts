import assert from "node:assert/strict";
import fc from "fast-check";
import {
  foldName,
  fullName,
  isSamePerson,
  patronymicsAgree,
  type PersonName,
} from "../../src/reception/person_name.ts";

const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

const person = (surname: string, name: string, patronymic = ""): PersonName => ({ surname, name, patronymic });

const FOLDED: [text: string, folded: string][] = [
  ["Фёдоров", "федоров"],
  ["ФЕДОРОВ", "федоров"],
  ["Фе\u0308доров", "федоров"],
  ["  Иванов\u00A0 ", "иванов"],
  ["Петрова - Водкина", "петрова-водкина"],
  ["Петрова–Водкина", "петрова-водкина"],
  ["И. И.", "и и"],
  ["Макаpова", "макарова"],
  ["Cтепан", "степан"],
];

for (const [text, folded] of FOLDED) {
  Deno.test(`a name is folded for comparison: ${JSON.stringify(text)}`, () => assert.equal(foldName(text), folded));
}

Deno.test("folding twice is folding once, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => assert.equal(foldName(foldName(text)), foldName(text))),
  );
});

const SAME: [what: string, one: PersonName, other: PersonName][] = [
  ["another case", person("ИВАНОВ", "иван"), person("Иванов", "Иван")],
  ["е for ё", person("Фёдоров", "Пётр"), person("Федоров", "Петр")],
  ["Latin letters that look alike", person("Cоколова", "Oльга"), person("Соколова", "Ольга")],
  ["another dash", person("Петрова — Водкина", "Анна"), person("Петрова-Водкина", "Анна")],
  ["a patronymic on one side only", person("Иванов", "Иван", "Ильич"), person("Иванов", "Иван")],
  ["a patronymic typed behind the name", person("Соколова", "Ирина Павловна"), person("Соколова", "Ирина", "Павловна")],
  ["a whole name in one field", person("Соколова Ирина Павловна", ""), person("Соколова", "Ирина", "Павловна")],
  ["a dash for a patronymic", person("Иванов", "Иван", "-"), person("Иванов", "Иван", "Ильич")],
  ["an initial of the patronymic", person("Иванов", "Иван", "И."), person("Иванов", "Иван", "Ильич")],
];

const OTHER: [what: string, one: PersonName, other: PersonName][] = [
  ["another name", person("Иванов", "Иван"), person("Иванов", "Пётр")],
  ["another surname", person("Иванов", "Иван"), person("Иванова", "Иван")],
  ["another patronymic", person("Иванов", "Иван", "Ильич"), person("Иванов", "Иван", "Петрович")],
  ["another initial", person("Иванов", "Иван", "П."), person("Иванов", "Иван", "Ильич")],
  ["patronymics that only begin alike", person("Иванов", "Иван", "Иль"), person("Иванов", "Иван", "Ильич")],
  ["й for и", person("Иванов", "Андреи"), person("Иванов", "Андрей")],
  ["another patronymic behind the name", person("Иванов", "Иван Петрович"), person("Иванов", "Иван", "Ильич")],
  ["a further name that is no patronymic", person("Иванова", "Анна Мария"), person("Иванова", "Анна", "Павловна")],
  ["a further surname", person("Иванова Петрова", "Анна", "Ильинична"), person("Иванова", "Анна", "Ильинична")],
  ["no surname beside the patronymic", person("", "Иван Ильич"), person("", "Иван", "Ильич")],
  ["no name", person("Иванов", ""), person("Иванов", "")],
  ["no surname", person("", "Иван"), person("", "Иван")],
  ["nothing at all", person("", ""), person("", "")],
];

for (const [what, one, other] of SAME) {
  Deno.test(`the same person in spite of ${what}, either way round`, () => {
    assert.equal(isSamePerson(one, other), true);
    assert.equal(isSamePerson(other, one), true);
  });
}

for (const [what, one, other] of OTHER) {
  Deno.test(`not the same person: ${what}, either way round`, () => {
    assert.equal(isSamePerson(one, other), false);
    assert.equal(isSamePerson(other, one), false);
  });
}

const words = fc.stringMatching(/^[А-Яа-яЁёA-Za-z]{2,8}$/);
const people = fc.record({
  surname: words,
  name: words,
  patronymic: fc.oneof(fc.constant(""), words, fc.stringMatching(/^[А-Я]\.$/)),
});

Deno.test("a person with a full name is the same as itself, retyped in capitals, with blanks and е for ё", () => {
  fc.assert(fc.property(people, (one) => {
    assert.equal(isSamePerson(one, one), true);
    const retype = (text: string) => ` ${text.replaceAll("ё", "е").replaceAll("Ё", "Е").toUpperCase()}  `;
    const again = person(retype(one.surname), retype(one.name), retype(one.patronymic));
    assert.equal(isSamePerson(again, one), true);
    assert.equal(isSamePerson(one, again), true);
  }));
});

Deno.test("patronymics agree either way round or not at all", () => {
  const patronymics = fc.constantFrom("", "Ильич", "ИЛЬИЧ", "И.", "и", "Петрович", "П", "Иванович");
  fc.assert(fc.property(patronymics, patronymics, (one, other) => {
    assert.equal(patronymicsAgree(one, other), patronymicsAgree(other, one));
  }));
});

Deno.test("a full name leaves out what is missing", () => {
  assert.equal(fullName(person("Иванов", "Иван", "Ильич")), "Иванов Иван Ильич");
  assert.equal(fullName(person("", "Иван")), "Иван");
  assert.equal(fullName(person("", "")), "");
});
