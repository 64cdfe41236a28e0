/**
 * Fields without which nothing is saved.
 */
import type { Change } from "./saving.ts";
import type { Kind, Settings } from "./settings.ts";
import type { StandRecord } from "./store.ts";

/** Names of fields that must be filled and would not be; an empty list lets the write pass. */
function missingFields(
  kind: Kind,
  settings: Settings,
  before: StandRecord | undefined,
  change: Change,
): string[] {
  const willBe = (name: string) => change.values[name] === undefined ? before?.[name] : change.values[name];
  const isEmpty = (name: string) => [undefined, null, ""].includes(willBe(name) as undefined);
  const touched = (name: string) => before === undefined || change.values[name] !== undefined;
  const missing: string[] = [];
  if (kind === "contact" && (touched("NAME") || touched("LAST_NAME")) && isEmpty("NAME") && isEmpty("LAST_NAME")) {
    missing.push("NAME");
  }
  if (settings.checkMandatoryUserFields) {
    for (const { name, mandatory } of settings.userFields[kind]) {
      if (mandatory === true && touched(name) && isEmpty(name)) missing.push(name);
    }
  }
  return missing;
}

/** What the portal says of a write that leaves such fields empty; `undefined`: nothing to say. */
export function mandatoryError(
  kind: Kind,
  settings: Settings,
  before: StandRecord | undefined,
  change: Change,
): string | undefined {
  const missing = missingFields(kind, settings, before, change);
  if (missing.length === 0) return undefined;
  return missing.map((name) =>
    name === "NAME"
      ? "Необходимо заполнить поле «Имя» или «Фамилия»."
      : `Не заполнено обязательное поле «${settings.userFields[kind].find((field) => field.name === name)?.label}».`
  ).join("<br>");
}
