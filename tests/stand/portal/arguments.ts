/**
 * The parameters of a call, as the classic methods take them: names in any case, maps and lists alike.
 */
import type { Param, Params } from "./php_query.ts";
import { classicError } from "./rest_error.ts";
import type { Call } from "./state.ts";

/** A parameter by its lower-case name, whatever its case in the call. */
export function argument(call: Call, name: string): Param | undefined {
  const key = Object.keys(call.params).find((each) => each.toLowerCase() === name);
  return key === undefined ? undefined : call.params[key];
}

/** A parameter that is a map; a list is a map too, and nothing is an empty one. Anything else: `undefined`. */
export function mapArgument(call: Call, name: string): Params | undefined {
  const value = argument(call, name);
  if (value === undefined || value === null || value === "") return {};
  return typeof value === "object" ? { ...value as Params } : undefined;
}

/** A parameter that is a list of strings; `undefined` where it was not given. */
export function listArgument(call: Call, name: string): string[] | undefined {
  const value = argument(call, name);
  if (value === undefined || value === null) return undefined;
  return (typeof value === "object" ? Object.values(value) : [value]).map(String);
}

/** The number of a record. Throws the classic error where there is none. */
export function idArgument(call: Call): number {
  const id = Number(argument(call, "id"));
  if (!Number.isInteger(id) || id <= 0) throw classicError("ID is not defined or invalid.");
  return id;
}

/** Notes parameters that the method does not have. */
export function checkArguments(call: Call, known: readonly string[]): void {
  for (const name of Object.keys(call.params)) {
    const fits = known.some((each) => each === (each === "start" ? name : name.toLowerCase()));
    if (!fits) call.mistake(`there is no parameter ${name}`);
  }
}
