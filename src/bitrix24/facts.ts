/**
 * What the program must know of the portal itself: mode, stages, fields. One request.
 */
import type { Config } from "../config/config.ts";
import type { PortalFacts, PortalField, PortalStage } from "../sync/ports.ts";
import type { Command } from "./batch.ts";
import { type Row, rowsOf } from "./records.ts";

const SIMPLE_MODE = 2;

/** Asks for the stages of a pipeline; `stagesFrom` reads the result. */
export function stagesCommand(pipeline: number): Command {
  const filter = { ENTITY_ID: pipeline === 0 ? "DEAL_STAGE" : `DEAL_STAGE_${pipeline}` };
  return { method: "crm.status.list", params: { order: { SORT: "ASC" }, filter } };
}

/** The stages of a pipeline in their order. */
export const stagesFrom = (result: unknown): PortalStage[] =>
  rowsOf(result).map(stageOf).sort((a, b) => a.sort - b.sort);

/** The commands whose results `factsFrom` reads, in its order. */
export function factCommands(pipeline: number): Command[] {
  return [
    { method: "crm.settings.mode.get", params: {} },
    stagesCommand(pipeline),
    { method: "crm.deal.fields", params: {} },
    { method: "crm.contact.fields", params: {} },
  ];
}

function stageOf(row: Row): PortalStage {
  const semantics = String(row.SEMANTICS ?? "");
  return {
    id: String(row.STATUS_ID ?? ""),
    name: String(row.NAME ?? ""),
    sort: Number(row.SORT) || 0,
    semantics: semantics === "S" ? "success" : semantics === "F" ? "failure" : "process",
  };
}

function fieldOf(description: Row): PortalField {
  return {
    type: String(description.type ?? "string"),
    multiple: description.isMultiple === true,
    readOnly: description.isReadOnly === true,
    items: Object.fromEntries(rowsOf(description.items).map((item) => [String(item.VALUE), String(item.ID)])),
  };
}

function fieldsOf(descriptions: unknown, names: readonly (string | undefined)[]): Record<string, PortalField> {
  const known = (descriptions ?? {}) as Readonly<Record<string, Row | undefined>>;
  return Object.fromEntries(
    names.flatMap((name) => name === undefined || known[name] === undefined ? [] : [[name, fieldOf(known[name])]]),
  );
}

/** The facts from the results of `factCommands`; of the fields those that the configuration names and the portal has. */
export function factsFrom(
  [mode, stages, dealFields, contactFields]: readonly unknown[],
  config: Pick<Config, "dealFields" | "contactFields">,
): PortalFacts {
  return {
    mode: Number(mode) === SIMPLE_MODE ? "simple" : "classic",
    stages: stagesFrom(stages),
    dealFields: fieldsOf(dealFields, Object.values(config.dealFields)),
    contactFields: fieldsOf(contactFields, Object.values(config.contactFields)),
  };
}
