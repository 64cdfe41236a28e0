/**
 * What is known of the portal, checked against the configuration: asked once a day, remembered between runs.
 */
import type { Config } from "../config/config.ts";
import { IdentSyncError } from "../error.ts";
import { CONTACT_FIELDS, DEAL_FIELDS, type Field } from "../reception/fields.ts";
import { statusesMissingIn } from "./fields/fit.ts";
import { faultOf, meantFor } from "./fields/kinds.ts";
import { statusFieldsOf } from "./fields/wanted.ts";
import type { Portal, PortalFacts, PortalStage } from "./ports.ts";
import { isStageId, resolveStages, type Stages } from "./stages.ts";

type Fields = PortalFacts["dealFields"];
/** What the configured fields are meant for, by the portal's name. */
type Meant = ReturnType<typeof meantFor>;

export interface KnowledgeDeps {
  readonly config: Pick<Config, "pipeline" | "dealFields" | "contactFields" | "stages">;
  readonly portal: Pick<Portal, "learn">;
  /** The facts of an earlier run, where they are fresh and of this configuration. */
  readonly remembered: () => Promise<PortalFacts | undefined>;
  readonly remember: (facts: PortalFacts) => Promise<void>;
  /** Told what is to be mended, when the portal has just been asked. */
  readonly found: (findings: readonly Finding[]) => void;
}

export type FieldSection = "deal_fields" | "contact_fields";

/** What is to be mended in the configuration or on the portal. */
export type Finding =
  /** No field remembers the status: what managers do with stages cannot be told from the program's own doing. */
  | { readonly kind: "no-status" }
  /** A field that is not written; `meant`: what for. */
  | {
    readonly kind: "field";
    readonly section: FieldSection;
    readonly code: string;
    readonly meant: readonly Pick<Field, "key" | "word">[];
    readonly fault: string;
  }
  /** A list that lacks statuses. */
  | { readonly kind: "status-list"; readonly code: string; readonly missing: readonly string[] }
  /** Codes of `[deal_stages]` that the pipeline lacks. */
  | { readonly kind: "stages"; readonly list: string; readonly words: readonly string[] };

export interface Known {
  readonly facts: PortalFacts;
  readonly stages: Stages;
  readonly findings: readonly Finding[];
}

/**
 * What is known of the portal, with the stages as they are now. What was protected or final stays so while the program
 * works: a stage that is renamed meanwhile is found by its old name no more.
 */
export function withStages(
  { facts, stages, findings }: Known,
  present: readonly PortalStage[],
  config: Pick<Config, "pipeline" | "stages">,
): Known {
  const now = resolveStages(config.stages, config.pipeline, present).stages;
  return {
    findings,
    facts: { ...facts, stages: present },
    stages: { ...now, protected: now.protected.union(stages.protected), final: now.final.union(stages.final) },
  };
}

/** Asks for the facts at most once. */
export class Knowledge {
  readonly #deps: KnowledgeDeps;
  #known: Promise<Known> | undefined;
  #asked = false;

  constructor(deps: KnowledgeDeps) {
    this.#deps = deps;
  }

  /** Whether the portal was asked, so that it is known to answer. */
  get asked(): boolean {
    return this.#asked;
  }

  /**
   * The facts and stages.
   *
   * @throws IdentSyncError portal, when the portal does not answer; config, when it has no field for the key, no such
   *   pipeline, or none or two stages of a name
   */
  get(): Promise<Known> {
    return this.#known ??= this.#find();
  }

  async #find(): Promise<Known> {
    const { config, portal, remembered, remember, found } = this.#deps;
    const old = await remembered();
    const before = old && checkRemembered(old, config);
    if (before !== undefined) return before;
    this.#asked = true;
    const facts = await portal.learn();
    const known = check(facts, config);
    await remember(facts);
    found(known.findings);
    return known;
  }
}

/** `undefined`: what is remembered does not go with the configuration; one of them was changed, so the portal is asked. */
function checkRemembered(facts: PortalFacts, config: KnowledgeDeps["config"]): Known | undefined {
  try {
    return check(facts, config);
  } catch (error) {
    if (error instanceof IdentSyncError) return undefined;
    throw error;
  }
}

function check(facts: PortalFacts, config: KnowledgeDeps["config"]): Known {
  checkKeyField(facts, config);
  if (facts.stages.length === 0) {
    throw new IdentSyncError("config", {
      what: `На портале нет воронки сделок ${config.pipeline}.`,
      fix: "Исправьте [pipelines] deal_category_id: номер виден в адресе страницы воронки; 0 — общая воронка.",
    });
  }
  return {
    facts: {
      ...facts,
      dealFields: suitable(facts.dealFields, meantFor(DEAL_FIELDS, config.dealFields)),
      contactFields: suitable(facts.contactFields, meantFor(CONTACT_FIELDS, config.contactFields)),
    },
    stages: checkStages(facts, config),
    findings: findingsIn(facts, config),
  };
}

function checkKeyField({ dealFields }: PortalFacts, { dealFields: { identId } }: KnowledgeDeps["config"]): void {
  const fault = faultOf(dealFields[identId], [DEAL_FIELDS.identId]);
  if (fault === undefined) return;
  throw new IdentSyncError("config", {
    what: `Поле сделки ${identId}, в котором хранится номер записи IDENT, не подходит: ${fault}.`,
    why: "Без него программа не отличит новые записи от перенесённых.",
    fix: "Создайте в сделках поле типа «Строка» (не множественное) и впишите его код в [deal_fields] ident_id.",
  });
}

/** The stages; a name that tells none or two of them would leave deals without protection, so nothing goes on then. */
function checkStages({ stages: present }: PortalFacts, config: KnowledgeDeps["config"]): Stages {
  const { stages, ambiguous, unknown } = resolveStages(config.stages, config.pipeline, present);
  if (ambiguous.length > 0) {
    const list = ambiguous.map(({ name, ids }) => `«${name}» (${ids.join(", ")})`).join("; ");
    throw new IdentSyncError("config", {
      what: `В воронке сделок есть стадии с одинаковым названием: ${list}.`,
      fix: "Укажите в [deal_stages] вместо названия код стадии.",
    });
  }
  const [lost] = unknown.filter(({ word }) => !isStageId(word));
  if (lost !== undefined) {
    throw new IdentSyncError("config", {
      what: `В воронке сделок нет стадии «${lost.word}» из [deal_stages] ${lost.list}.`,
      why: /\s[;#]/.test(lost.word)
        ? "После значения комментарий писать нельзя: он считается его частью."
        : "Возможно, стадию переименовали на портале.",
      fix: `Исправьте название; есть стадии: ${present.map(({ name }) => `«${name}»`).join(", ")}.`,
    });
  }
  return stages;
}

/** The fields that can hold what they are configured for. */
const suitable = (fields: Fields, meant: Meant): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([name, field]) => faultOf(field, meant.get(name) ?? []) === undefined),
  );

/** What the administrator should mend, though the work goes on; the gravest first. */
function findingsIn(facts: PortalFacts, config: KnowledgeDeps["config"]): Finding[] {
  const statusFields = statusFieldsOf(config.dealFields);
  const remembers = statusFields.some((name) => faultOf(facts.dealFields[name], [DEAL_FIELDS.status]) === undefined);
  const places: readonly [section: FieldSection, Meant, Fields][] = [
    ["deal_fields", meantFor(DEAL_FIELDS, config.dealFields), facts.dealFields],
    ["contact_fields", meantFor(CONTACT_FIELDS, config.contactFields), facts.contactFields],
  ];
  const unfilled = places.flatMap(([section, byName, fields]) =>
    [...byName].flatMap(([code, meant]): Finding[] => {
      const fault = faultOf(fields[code], meant);
      return fault === undefined ? [] : [{ kind: "field", section, code, meant, fault }];
    })
  );
  const lists = [...new Set(statusFields)].flatMap((code): Finding[] => {
    const missing = statusesMissingIn(facts.dealFields[code]);
    return missing.length === 0 ? [] : [{ kind: "status-list", code, missing }];
  });
  const { unknown } = resolveStages(config.stages, config.pipeline, facts.stages);
  const stages = [...Map.groupBy(unknown, ({ list }) => list)].map(([list, words]): Finding => ({
    kind: "stages",
    list,
    words: words.map(({ word }) => word),
  }));
  return [...(remembers ? [] : [{ kind: "no-status" } as const]), ...unfilled, ...lists, ...stages];
}
