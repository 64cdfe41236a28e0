/**
 * Adding and updating a record: what the portal makes of the values, what it works out itself, and what that starts.
 */
import { isDeepStrictEqual } from "node:util";
import { formatMoment } from "./moment.ts";
import { applyEdits, type MultiEdit, type MultiType } from "./multi_values.ts";
import { dealSemantics, firstLeadStatus, leadSemantics, stageForPipeline, stagesOf } from "./stages.ts";
import type { PortalState } from "./state.ts";
import type { Kind, Settings } from "./settings.ts";
import type { StandRecord } from "./store.ts";

/** New values under upper-case names, and steps for phones and e-mails. */
export interface Change {
  readonly values: Record<string, unknown>;
  readonly multi: ReadonlyMap<MultiType, readonly MultiEdit[]>;
}

export interface Author {
  /** Through REST: robots run. By hand: they do not. */
  readonly rest: boolean;
  readonly mistake: (text: string) => void;
}

const STAMPS = new Set(["DATE_MODIFY", "MODIFY_BY_ID", "MOVED_TIME", "MOVED_BY_ID"]);

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function differs(before: unknown, after: unknown): boolean {
  return isNothing(before) ? !isNothing(after) : !isDeepStrictEqual(before, after);
}

type Differences = Record<string, { from: unknown; to: unknown }>;

function differences(before: StandRecord | undefined, after: StandRecord): Differences {
  const found: Differences = {};
  for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
    if (STAMPS.has(name) || !differs(before?.[name], after[name])) continue;
    found[name] = { from: before?.[name] ?? null, to: after[name] ?? null };
  }
  return found;
}

/** What a new record holds before anything is written to it. */
function fresh(kind: Kind, settings: Settings, now: string): StandRecord {
  const owner = Number(settings.profile.ID);
  const first = (directory: string) => settings.directories[directory]?.[0]?.id ?? null;
  const common = {
    ID: 0,
    ASSIGNED_BY_ID: owner,
    CREATED_BY_ID: owner,
    DATE_CREATE: now,
    OPENED: "Y",
    SOURCE_ID: first("SOURCE"),
  };
  const money = { OPPORTUNITY: 0, CURRENCY_ID: "RUB", IS_MANUAL_OPPORTUNITY: "N" };
  if (kind === "contact") return { ...common, TYPE_ID: first("CONTACT_TYPE"), EXPORT: "Y" };
  if (kind === "lead") return { ...common, ...money, STATUS_ID: firstLeadStatus(settings) };
  const today = now.slice(0, 10);
  const inAWeek = new Date(Date.parse(`${today}T00:00:00Z`) + 7 * 86_400_000).toISOString().slice(0, 10);
  return {
    ...common,
    ...money,
    TYPE_ID: first("DEAL_TYPE"),
    CATEGORY_ID: 0,
    BEGINDATE: today,
    CLOSEDATE: inAWeek,
  };
}

function placeStage(settings: Settings, before: StandRecord | undefined, after: StandRecord, author: Author): void {
  const category = after.CATEGORY_ID as number;
  const wished = after.STAGE_ID as string | undefined;
  const belongs = stagesOf(settings, category).some(({ id }) => id === wished);
  if (!belongs && !isNothing(wished) && wished !== before?.STAGE_ID) {
    author.mistake(`STAGE_ID: ${wished} is not a stage of pipeline ${category}`);
  }
  if (before === undefined || before.CATEGORY_ID !== category) {
    after.STAGE_ID = stageForPipeline(settings, category, wished || undefined);
  } else if (!belongs) {
    after.STAGE_ID = before.STAGE_ID;
  }
}

/** One primary contact and the list of all: whichever was written sets the other. */
function linkContacts(before: StandRecord | undefined, after: StandRecord, change: Change): void {
  const { CONTACT_IDS: list, CONTACT_ID: primary } = change.values;
  if (list !== undefined) {
    const ids = [...new Set(list as number[])];
    after.CONTACT_IDS = ids;
    after.CONTACT_ID = ids.includes(primary as number) ? primary : ids[0] ?? null;
  } else if (primary !== undefined && primary !== before?.CONTACT_ID) {
    after.CONTACT_IDS = isNothing(primary) || primary === 0 ? [] : [primary as number];
    after.CONTACT_ID = after.CONTACT_IDS[0] ?? null;
  }
}

function workOut(
  portal: PortalState,
  kind: Kind,
  before: StandRecord | undefined,
  after: StandRecord,
  now: string,
): void {
  const { settings } = portal;
  const owner = Number(settings.profile.ID);
  if (kind === "deal") {
    const semantics = dealSemantics(settings, after.CATEGORY_ID as number, after.STAGE_ID as string);
    after.STAGE_SEMANTIC_ID = semantics;
    after.CLOSED = semantics === "P" ? "N" : "Y";
    after.IS_NEW = stagesOf(settings, after.CATEGORY_ID as number)[0]?.id === after.STAGE_ID ? "Y" : "N";
  } else {
    after.HAS_PHONE = isNothing(after.PHONE) ? "N" : "Y";
    after.HAS_EMAIL = isNothing(after.EMAIL) ? "N" : "Y";
  }
  if (kind === "lead") {
    const semantics = leadSemantics(settings, after.STATUS_ID as string);
    after.STATUS_SEMANTIC_ID = semantics;
    after.DATE_CLOSED = semantics === "P" ? null : before?.DATE_CLOSED ?? now;
    after.IS_RETURN_CUSTOMER = after.CONTACT_ID || after.COMPANY_ID ? "Y" : "N";
  }
  const stage = kind === "deal" ? "STAGE_ID" : "STATUS_ID";
  if (kind !== "contact" && before?.[stage] !== after[stage]) {
    after.MOVED_TIME = now;
    after.MOVED_BY_ID = owner;
  }
}

/**
 * Saves the change to the record `id`, or to a new one. An update that changes nothing saves nothing and starts nothing.
 * Throws `RestError` for an e-mail that is none.
 */
export function save(
  portal: PortalState,
  kind: Kind,
  before: StandRecord | undefined,
  change: Change,
  author: Author,
): StandRecord {
  const { settings, store } = portal;
  const now = formatMoment(portal.now(), settings.offset);
  const after: StandRecord = before === undefined ? fresh(kind, settings, now) : { ...before };
  Object.assign(after, change.values);
  for (const [type, edits] of change.multi) {
    after[type] = applyEdits(type, before?.[type] ?? [], edits, store, author.mistake);
  }
  if (kind === "deal") {
    placeStage(settings, before, after, author);
    linkContacts(before, after, change);
  } else if (kind === "lead" && !settings.leadStatuses.some(({ id }) => id === after.STATUS_ID)) {
    author.mistake(`STATUS_ID: there is no status ${after.STATUS_ID}`);
    after.STATUS_ID = before?.STATUS_ID ?? firstLeadStatus(settings);
  }
  workOut(portal, kind, before, after, now);
  if (before === undefined) {
    after.ID = store.takeId(kind);
    if (kind !== "contact" && isNothing(change.values.TITLE)) {
      after.TITLE = `${kind === "deal" ? "Сделка" : "Лид"} #${after.ID}`;
    }
  }
  const changes = differences(before, after);
  if (before !== undefined && Object.keys(changes).length === 0) {
    author.mistake(`an update of ${kind} ${before.ID} that changes nothing`);
    return before;
  }
  after.DATE_MODIFY = change.values.DATE_MODIFY ?? now;
  after.MODIFY_BY_ID = Number(settings.profile.ID);
  store.tables[kind].set(after.ID, after);
  if (author.rest && kind !== "contact") {
    portal.robots.push({ entity: kind, id: after.ID, event: before === undefined ? "add" : "update", changes });
  }
  return after;
}
