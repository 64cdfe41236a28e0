import assert from "node:assert/strict";
import fc from "fast-check";
import {
  contradicts,
  foldName,
  fullName,
  isNamed,
  isSamePerson,
  nameIn,
  namesAlready,
  patronymicIn,
  patronymicsAgree,
  patronymicsMatch,
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
  ["Ива\u00ADнов\u200B\uFEFF", "иванов"],
  ["Анна\u202FМария", "анна мария"],
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
  ["a word for none in a patronymic", person("Иванов", "Иван", "б/о"), person("Иванов", "Иван", "Ильич")],
  ["dashes behind the name", person("Иванов", "Иван -"), person("Иванов", "Иван", "Ильич")],
  ["a particle spelled otherwise", person("Алиев", "Вагиф", "Самед-оглы"), person("Алиев", "Вагиф", "Самед Угли")],
  ["a particle on one side only", person("Алиев", "Вагиф", "Самедоглы"), person("Алиев", "Вагиф", "Самед")],
  ["a particle behind the name", person("Алиев", "Вагиф Самед оглы"), person("Алиев", "Вагиф", "Самед-оглы")],
  ["no particle behind the name", person("Алиев", "Вагиф Самед"), person("Алиев", "Вагиф", "Самед-оглы")],
  ["a blank for a dash in the surname", person("Петрова Водкина", "Анна"), person("Петрова-Водкина", "Анна")],
  ["a blank for a long dash", person("Петрова Водкина", "Анна"), person("Петрова — Водкина", "Анна")],
  ["a blank for a dash in the name", person("Иванова", "Анна Мария"), person("Иванова", "Анна-Мария", "Ильинична")],
  ["a double name and a patronymic", person("Иванова", "Анна Мария Ильинична"), person("Иванова", "Анна-Мария")],
  ["a soft hyphen", person("Ива\u00ADнов", "Иван"), person("Иванов", "Иван")],
  ["marks behind it", person("Иванов*", "Иван !"), person("Иванов", "Иван", "Ильич")],
  ["a number behind it", person("Иванов 1", "Иван"), person("Иванов", "Иван", "Ильич")],
  ["a note in brackets", person("Иванов (ДМС)", "Иван"), person("Иванов", "Иван", "Ильич")],
  ["a bracket that was not closed", person("Иванов", "Иван [ДМС"), person("Иванов", "Иван", "Ильич")],
  ["another apostrophe", person("О'Нил", "Иван"), person("О’Нил", "Иван")],
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
  ["a further name where no patronymic is known", person("Иванова", "Анна Мария"), person("Иванова", "Анна")],
  ["half of a double surname", person("Петрова", "Анна"), person("Петрова-Водкина", "Анна")],
  ["half of a double surname with a blank", person("Петрова", "Анна"), person("Петрова Водкина", "Анна")],
  ["half of a double name", person("Иванова", "Мария"), person("Иванова", "Анна-Мария")],
  ["another father", person("Алиев", "Вагиф", "Рашид оглы"), person("Алиев", "Вагиф", "Самед оглы")],
  ["another initial before the particle", person("Алиев", "Вагиф", "Р."), person("Алиев", "Вагиф", "Самед оглы")],
  ["a daughter", person("Алиева", "Нур", "Самед оглы"), person("Алиева", "Нур", "Самед кызы")],
  ["a father of the patronymic's name", person("Алиев", "Самед"), person("Алиев", "Вагиф", "Самед оглы")],
  ["a note that tells namesakes apart", person("Иванов (сын)", "Иван"), person("Иванов", "Иван")],
  ["a surname that begins as a word for none", person("Нетребко", "Анна"), person("", "Анна")],
  ["no name but a word for none", person("Иванов", "нет"), person("Иванов", "нет")],
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

const NOTHING = ["", " ", "-", "—", "---", "- -", ".", "...", "?", "*", "нет", "Нет.", "НЕТ", "-нет-", "(нет)", "нету"]
  .concat([
    "б/о",
    "Б/О.",
    "б\\о",
    "б/отч",
    "н/д",
    "н\\д",
    "н/у",
    "б/и",
    "б/ф",
    "n/a",
    "none",
    "прочерк",
    "пусто",
    "отсутствует",
    "Без отчества",
    "нет отчества",
    "не указано",
    "NULL",
    "\u200B",
  ]);

for (const text of NOTHING) {
  Deno.test(`${JSON.stringify(text)} in a field of the name says nothing`, () => {
    assert.deepEqual([nameIn(text), patronymicIn(text)], ["", ""]);
    assert.equal(isNamed(person(text, text, text)), false);
    assert.equal(patronymicsAgree(text, "Ильич"), true);
    assert.equal(patronymicsMatch(text, text), false);
    assert.equal(isSamePerson(person("Громов Илья", text, text), person("Громов", "Илья", "Ильич")), true);
  });
}

for (
  const text of [
    "Нетребко",
    "Безотчества",
    "Нетто",
    "Неизвестный",
    "Бо",
    "Иванов*",
    "Иванов (ДМС)",
    "О",
    "(Иванов)",
    "№3",
  ]
) {
  Deno.test(`"${text}" says something, and is sent as it was typed`, () => {
    assert.deepEqual([nameIn(text), patronymicIn(text)], [text, text]);
  });
}

for (const text of ["-", " — ", "нет", "(нет)", "б/о", "без отчества"]) {
  Deno.test(`${JSON.stringify(text)} behind a whole name says nothing either`, () => {
    const lead = person(`Громов Илья ${text}`, "");
    assert.equal(isSamePerson(lead, person("Громов", "Илья", "Ильич")), true);
    assert.equal(contradicts(lead, person("Громов", "Илья", text)), false);
  });
}

Deno.test("letters with dots are initials in a name, and nothing in a patronymic", () => {
  assert.deepEqual([nameIn("Б. О."), patronymicIn("Б. О."), patronymicIn("б.о.")], ["Б. О.", "", ""]);
});

const CONTRADICTING: [what: string, record: PersonName, is: boolean][] = [
  ["the name in part", person("", "Вагиф"), false],
  ["the patronymic without its particle in one field", person("Алиев Вагиф Самед", ""), false],
  ["the particle spelled otherwise in one field", person("", "Самед-углы Вагиф Алиев"), false],
  ["a note behind the name", person("Алиев Вагиф (ДМС)", ""), false],
  ["the father", person("Алиев", "Самед"), true],
  ["the surname in brackets", person("", "Вагиф (Керимов)"), true],
  ["half of another double surname", person("Алиев-Керимов", "Вагиф"), true],
  ["a further surname", person("Алиев Керимов", "Вагиф"), true],
];

for (const [what, record, is] of CONTRADICTING) {
  Deno.test(`a record ${is ? "contradicts" : "does not contradict"} that says ${what}`, () => {
    assert.equal(contradicts(record, person("Алиев", "Вагиф", "Самед оглы")), is);
  });
}

Deno.test("a second surname contradicts also where the patronymic is not known, a patronymic does not", () => {
  assert.equal(contradicts(person("Петрова Водкина Анна", ""), person("Петрова", "Анна")), true);
  assert.equal(contradicts(person("Петрова Анна Ильинична", ""), person("Петрова", "Анна")), false);
  assert.equal(contradicts(person("", "Анна Петрова Водкина"), person("Петрова-Водкина", "Анна")), false);
});

Deno.test("patronymics match only where both are known as more than an initial", () => {
  assert.equal(patronymicsMatch("Самед", "САМЕД-ОГЛЫ"), true);
  assert.equal(patronymicsMatch("Ильич", "ильич"), true);
  assert.equal(patronymicsMatch("И.", "Ильич"), false);
  assert.equal(patronymicsMatch("", "Ильич"), false);
  assert.equal(patronymicsMatch("Петрович", "Ильич"), false);
});

Deno.test("a double name is there already, however it is joined; a half of it is not", () => {
  assert.equal(namesAlready(person("Анна Мария", "Петрова"), "Анна-Мария"), true);
  assert.equal(namesAlready(person("Анна-Мария", "Петрова"), "Анна Мария"), true);
  assert.equal(namesAlready(person("Анна", "Петрова"), "Анна-Мария"), false);
});

const words = fc.stringMatching(/^[А-Яа-яЁёA-Za-z]{2,8}$/).filter((word) => nameIn(word) !== "");
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

Deno.test("marks, notes and what nobody sees change nobody, and hide no other name, surname or father", () => {
  const mark = fc.constantFrom("*", " !", " (ДМС)", " [VIP", " 1", "\u200B", "\u00AD", "\u00A0", " -", " (2)");
  const marks = fc.tuple(mark, mark, mark);
  const patronymics = fc.constantFrom("Ильич", "Петрович", "Самед оглы", "Рашид-оглы", "Самед кызы", "Иван");
  const father = (patronymic: string) => patronymic.replace("-", " ");
  fc.assert(fc.property(people, people, patronymics, patronymics, marks, (one, two, his, hers, [a, b, c]) => {
    const typed = (of: PersonName, patronymic: string) => person(of.surname + a, of.name + b, patronymic + c);
    assert.equal(isSamePerson(typed(one, his), { ...one, patronymic: his }), true);
    assert.equal(contradicts(typed(one, his), { ...one, patronymic: his }), false);
    assert.equal(isSamePerson(typed(one, his), { ...one, patronymic: hers }), father(his) === father(hers));
    const isOther = foldName(one.name) !== foldName(two.name);
    fc.pre(![one.surname, two.surname].some((name) => foldName(name) === foldName(one.name)));
    if (isOther) assert.equal(isSamePerson(typed(one, his), { ...one, name: two.name, patronymic: his }), false);
  }));
});

Deno.test("patronymics agree either way round or not at all", () => {
  const patronymics = fc.constantFrom(
    ...["", "Ильич", "ИЛЬИЧ", "И.", "и", "Петрович", "П", "Иванович", "нет", "Иль оглы", "Иль", "Илькызы", "и. оглы"],
  );
  fc.assert(fc.property(patronymics, patronymics, (one, other) => {
    assert.equal(patronymicsAgree(one, other), patronymicsAgree(other, one));
  }));
});

Deno.test("a full name leaves out what is missing", () => {
  assert.equal(fullName(person("Иванов", "Иван", "Ильич")), "Иванов Иван Ильич");
  assert.equal(fullName(person("", "Иван")), "Иван");
  assert.equal(fullName(person("", "")), "");
});

Deno.test("another patronymic contradicts, whatever else agrees", () => {
  assert.equal(contradicts(person("Громов", "Илья", "Сергеевич"), person("Громов", "Илья", "Ильич")), true);
  assert.equal(contradicts(person("", "", "Сергеевич"), person("Громов", "Илья", "Ильич")), true);
});
