/**
 * All methods by name, and calling one: does it exist, was its scope granted.
 */
import { checkArguments } from "./arguments.ts";
import { classicMethods } from "./classic.ts";
import { DEAL_CONTACT_METHODS } from "./deal_contacts.ts";
import { categoryList, statusList } from "./directories.ts";
import { findByComm } from "./find_by_comm.ts";
import { formatMoment } from "./moment.ts";
import { RestError } from "./rest_error.ts";
import type { Answer, Call, Method } from "./state.ts";
import { UNIVERSAL_METHODS } from "./universal.ts";

const SERVICE_METHODS: Readonly<Record<string, Method>> = {
  "profile": (call) => {
    checkArguments(call, []);
    return { result: { ...call.portal.settings.profile, PERSONAL_GENDER: "" } };
  },
  "scope": (call) => {
    checkArguments(call, []);
    return { result: [...call.portal.settings.scope] };
  },
  "server.time": (call) => {
    checkArguments(call, []);
    return { result: formatMoment(call.portal.now(), call.portal.settings.offset) };
  },
  "method.get": (call) => {
    checkArguments(call, ["name"]);
    const name = String(call.params.name ?? "");
    const isExisting = isMethod(name);
    return { result: { isExisting, isAvailable: isExisting && isGranted(name, call.portal.settings.scope) } };
  },
};

/** All of these need the scope `crm`. */
const CRM_METHODS: Readonly<Record<string, Method>> = {
  ...classicMethods("deal"),
  ...classicMethods("contact"),
  ...classicMethods("lead"),
  ...DEAL_CONTACT_METHODS,
  ...UNIVERSAL_METHODS,
  "crm.duplicate.findbycomm": findByComm,
  "crm.category.list": categoryList,
  "crm.status.list": statusList,
  "crm.settings.mode.get": (call) => {
    checkArguments(call, []);
    return { result: call.portal.settings.mode };
  },
};

const METHODS: ReadonlyMap<string, Method> = new Map(Object.entries({ ...SERVICE_METHODS, ...CRM_METHODS }));

/** Whether there is such a method (names in lower case), `batch` included. */
export function isMethod(name: string): boolean {
  return name === "batch" || METHODS.has(name);
}

function isGranted(name: string, scope: readonly string[]): boolean {
  return !Object.hasOwn(CRM_METHODS, name) || scope.includes("crm");
}

/** What the portal answers to a method that it does not have. */
export function methodNotFound(): RestError {
  return new RestError(404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
}

/** Runs one method. Throws `RestError` where the portal would answer one. */
export function runMethod(call: Call): Answer {
  const method = METHODS.get(call.method);
  if (method === undefined) {
    call.mistake("there is no such method");
    throw methodNotFound();
  }
  if (!isGranted(call.method, call.portal.settings.scope)) throw new RestError(403, "insufficient_scope", "");
  return method(call);
}
