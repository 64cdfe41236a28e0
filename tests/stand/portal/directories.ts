/**
 * Pipelines, stages and the other directories.
 */
import { checkArguments, mapArgument } from "./arguments.ts";
import { RestError } from "./rest_error.ts";
import type { Answer, Call } from "./state.ts";
import type { Settings, Stage } from "./settings.ts";

/** `crm.category.list`: the pipelines of deals. */
export function categoryList(call: Call): Answer {
  checkArguments(call, ["entitytypeid"]);
  if (call.params.entityTypeId === undefined) {
    throw new RestError(400, "100", "Could not find value for parameter {entityTypeId}");
  }
  if (Number(call.params.entityTypeId) !== 2) throw new RestError(400, "ENTITY_TYPE_NOT_SUPPORTED", "Not supported");
  const categories = call.portal.settings.pipelines.map(({ id, name, sort }) => ({
    id,
    name,
    sort,
    entityTypeId: 2,
    isDefault: id === 0 ? "Y" : "N",
    ...(id === 0 ? {} : { originId: "", originatorId: "" }),
  }));
  return { result: { categories }, total: categories.length };
}

interface Row {
  ENTITY_ID: string;
  STATUS_ID: string;
  NAME: string;
  SORT: string;
  CATEGORY_ID: string | null;
  SEMANTICS: string | null;
  EXTRA?: { SEMANTICS: string; COLOR: string };
}

const WORDS = { P: "process", S: "success", F: "failure" } as const;

function stageRow(entity: string, category: string | null, stage: Stage): Row {
  return {
    ENTITY_ID: entity,
    STATUS_ID: stage.id,
    NAME: stage.name,
    SORT: String(stage.sort),
    CATEGORY_ID: category,
    SEMANTICS: stage.semantics === "P" ? null : stage.semantics,
    EXTRA: { SEMANTICS: stage.apology ? "apology" : WORDS[stage.semantics], COLOR: "#39A8EF" },
  };
}

function allRows(settings: Settings): Row[] {
  return [
    ...settings.leadStatuses.map((stage) => stageRow("STATUS", null, stage)),
    ...settings.pipelines.flatMap(({ id, stages }) =>
      stages.map((stage) => stageRow(id === 0 ? "DEAL_STAGE" : `DEAL_STAGE_${id}`, id === 0 ? null : String(id), stage))
    ),
    ...Object.entries(settings.directories).flatMap(([entity, rows]) =>
      rows.map(({ id, name }, index) => ({
        ENTITY_ID: entity,
        STATUS_ID: id,
        NAME: name,
        SORT: String((index + 1) * 10),
        CATEGORY_ID: null,
        SEMANTICS: null,
      }))
    ),
  ];
}

/** `crm.status.list`: stages, sources and types, all that pass the filter at once. */
export function statusList(call: Call): Answer {
  checkArguments(call, ["order", "filter", "start"]);
  const filter = Object.entries(mapArgument(call, "filter") ?? {});
  const rows = allRows(call.portal.settings).map((row, index) => ({
    ID: String(index + 1),
    NAME_INIT: "",
    SYSTEM: "Y",
    COLOR: row.EXTRA?.COLOR ?? "",
    ...row,
  }));
  const known = new Set(["ID", "ENTITY_ID", "STATUS_ID", "NAME", "SORT", "CATEGORY_ID", "SEMANTICS"]);
  for (const [name] of filter) if (!known.has(name)) call.mistake(`filter key ${name} is unknown`);
  const wanted = rows.filter((row) =>
    filter.every(([name, value]) => {
      if (!known.has(name)) return true;
      const list = typeof value === "object" && value !== null ? Object.values(value).map(String) : [String(value)];
      return list.includes(String(row[name as keyof typeof row] ?? ""));
    })
  );
  const [by, direction] = Object.entries(mapArgument(call, "order") ?? {})[0] ?? ["SORT", "ASC"];
  const value = (row: typeof rows[number]) => by === "SORT" || by === "ID" ? Number(row[by]) : 0;
  const sign = String(direction).toUpperCase() === "DESC" ? -1 : 1;
  return { result: wanted.toSorted((a, b) => sign * (value(a) - value(b))), total: wanted.length };
}
