import assert from "node:assert/strict";
import fc from "fast-check";
import { servicesText } from "../../src/reception/cut.ts";

Deno.test("services that fit stand whole, up to the last of three thousand characters", () => {
  const exact = ["а".repeat(1499), "б".repeat(1499)];
  assert.equal(servicesText(exact), exact.join(", "));
  assert.equal(servicesText(exact).length, 3000);
  assert.equal(servicesText([]), "");
});

Deno.test("services that do not fit are cut at a comma", () => {
  const text = servicesText(["а".repeat(1500), "б".repeat(1490), "в".repeat(20)]);
  assert.equal(text, `${"а".repeat(1500)}, ${"б".repeat(1490)}...`);
});

Deno.test("services are cut exactly at the limit where a comma stands there", () => {
  const first = "а".repeat(2997);
  assert.equal(servicesText([first, "Снимок"]), `${first}...`);
  assert.equal(servicesText([`${first}а`, "Снимок"]).length, 3000);
});

Deno.test("a single service that is too long is cut where it must be", () => {
  assert.equal(servicesText(["а".repeat(3001)]), `${"а".repeat(2997)}...`);
});

Deno.test("a pair of surrogates is never cut in two", () => {
  for (const shift of [0, 1]) {
    const text = servicesText(["а".repeat(shift) + "🦷".repeat(1600)]);
    assert.equal(text.isWellFormed(), true);
    assert.ok(text.length <= 3000 && text.length >= 2998);
  }
});

Deno.test("services are never longer than the field, and what stands there begins the whole list", () => {
  const names = fc.string({ minLength: 1, maxLength: 700, unit: fc.constantFrom("а", "б", " ", ",", "🦷") });
  fc.assert(fc.property(fc.array(names, { maxLength: 12 }), (services) => {
    const whole = services.join(", ");
    const text = servicesText(services);
    assert.ok(text.length <= 3000);
    assert.equal(text.isWellFormed(), true);
    if (whole.length <= 3000) return assert.equal(text, whole);
    assert.ok(text.endsWith("..."));
    const kept = text.slice(0, -3);
    assert.ok(whole.startsWith(kept));
    if (whole.slice(0, 2997).includes(", ")) assert.ok(whole.slice(kept.length).startsWith(", "));
  }));
});
