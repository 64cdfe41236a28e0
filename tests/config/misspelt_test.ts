import assert from "node:assert/strict";
import fc from "fast-check";
import { slipsBetween } from "../../src/config/misspelt.ts";
import { allKeys, sectionsOfRegistry } from "../../src/config/registry.ts";
import { configOf, failureOf, MINIMAL } from "./minimal.ts";

/** Each hint for what is added to a file that is complete: `[Sync] intervl_minutes → interval_minutes`. */
const hintsFor = (added: string): string[] =>
  configOf(MINIMAL + added).misspelt.map(({ name, meant }) => `${name} → ${meant}`);

const HINTED: [added: string, hint: string][] = [
  ["[Sync]\nintervl_minutes = 5\n", "[Sync] intervl_minutes → interval_minutes"],
  ["[Sync]\nINTERVAL_MINUTS = 5\n", "[Sync] interval_minuts → interval_minutes"],
  ["[Sync]\ninterval_mintues = 5\n", "[Sync] interval_mintues → interval_minutes"],
  ["[sync]\nintervall_minutes = 5\n", "[sync] intervall_minutes → interval_minutes"],
  ["[DataBase]\nservr = X\n", "[DataBase] servr → server"],
  ["[DataBase]\nprt = 1\n", "[DataBase] prt → port"],
  ["[bitrix]\nrate_limits = 1\n", "[bitrix] rate_limits → rate_limit"],
  ["[Databse]\nserver = X\n", "[Databse] → [Database]"],
  ["[Bitrx]\ntoken = x\n", "[Bitrx] → [Bitrix24]"],
  ["[Sync]\ninitial_sync_day = 3\n", "[Sync] initial_sync_day → initial_sync_days"],
  ["[Notification]\nadmin_email = a@b.ru\n", "[Notification] → [Notifications]"],
  ["[deal_stage]\nfinal = WON\n", "[deal_stage] → [deal_stages]"],
  ["[Sync]\nserver = X\n", "[Sync] server → [Database] server"],
  [
    "[Sync]\ncard_number = UF_CRM_1\n",
    "[Sync] card_number → [deal_fields] card_number или [contact_fields] card_number",
  ],
];
for (const [added, hint] of HINTED) {
  Deno.test(`«${added.trim().replace("\n", " ")}» is hinted: ${hint}`, () => {
    assert.deepEqual(hintsFor(added), [hint]);
  });
}

const QUIET = [
  "[Monitoring]\nport = 9090\nserver = X\n",
  "[Sync]\nown_idea = 1\nport_range = 5\n",
  "[Notifications]\nenabled = True\n",
  "[Sync]\ninitial_days = 3\ninitial_sync_days = 3\n",
  "[deal_fields]\nregistrar_id = UF_CRM_1\n",
  "[database]\nserver = OTHER\n",
  "[DEFAULT]\nservr = X\n",
  "[Sync]\nabcd = 1\n",
];
for (const added of QUIET) {
  Deno.test(`«${added.trim().replaceAll("\n", " ")}» is nothing to speak of`, () => {
    assert.deepEqual(hintsFor(added), []);
  });
}

Deno.test("a name that stands in the way of a required one is told together with what is missing", () => {
  const { text } = failureOf(MINIMAL.replace("server =", "servr ="));
  assert.match(text.what, /\[Database\] server: значение не заполнено/);
  assert.match(text.what, /\n {2}\[Database\] servr \(строка 2\): незнакомое название; возможно, server$/);
  const section = failureOf(MINIMAL.replace("[Database]", "[Databse]"));
  assert.match(section.text.what, /\n {2}\[Databse\]: незнакомое название; возможно, \[Database\]$/);
});

Deno.test("every key with one letter left out, doubled, or two changed is hinted, unless it is a known name then", () => {
  const known = new Set(allKeys().flatMap(({ key, entry }) => [key, ...entry.aliases]));
  const keys = allKeys().filter(({ key }) => key.length > 3);
  fc.assert(fc.property(fc.constantFrom(...keys), fc.nat(), fc.nat(2), ({ section, key }, place, how) => {
    const at = place % (key.length - 1);
    const rest = key.slice(at + 1);
    const wrong = key.slice(0, at) + [rest, key[at] + key[at] + rest, rest[0] + key[at] + rest.slice(1)][how];
    fc.pre(!known.has(wrong));
    const hints = hintsFor(`[${section.toUpperCase()}]\n${wrong} = 1\n`);
    assert.match(hints.join(), /^\[\w+\] \w+ → \w+$/);
  }));
});

Deno.test("no known name is a slip away from an unused or older one of its section, so old files are not hinted at", () => {
  for (const [section, { unused, keys }] of sectionsOfRegistry()) {
    const older = Object.values(keys).flatMap(({ aliases }) => aliases);
    for (const key of [...unused, ...older]) {
      assert.deepEqual(hintsFor(`[${section.toUpperCase()}]\n${key} = 1\n`), [], `${section} ${key}`);
    }
  }
});

Deno.test("slips are counted one a letter, an exchange of neighbours as one, whichever is compared with which", () => {
  const counts = [["", ""], ["a", ""], ["server", "servr"], ["server", "sevrer"], ["port", "prot"], ["abc", "xyz"]]
    .map(([one, other]) => slipsBetween(one, other));
  assert.deepEqual(counts, [0, 1, 1, 1, 1, 3]);
  fc.assert(fc.property(fc.string(), fc.string(), (one, other) => {
    const count = slipsBetween(one, other);
    assert.equal(count, slipsBetween(other, one));
    assert.ok(count >= Math.abs(one.length - other.length) && count <= Math.max(one.length, other.length));
    assert.equal(count === 0, one === other);
  }));
});
