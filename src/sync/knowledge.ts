/**
 * What is known of the portal, checked against the configuration: asked once a day, remembered between runs.
 */
import type { Config } from "../config/config.ts";
import { IdentSyncError } from "../error.ts";
import type { Log } from "../logging/log.ts";
import { statusFieldsOf } from "./fields.ts";
import type { Portal, PortalFacts, PortalStage } from "./ports.ts";
import { isStageId, resolveStages, type Stages } from "./stages.ts";
import { faultOf, type FieldNames, keysByField } from "./suitable.ts";
import { statusesMissingIn } from "./values.ts";

type Fields = PortalFacts["dealFields"];

export interface KnowledgeDeps {
  readonly config: Pick<Config, "pipeline" | "dealFields" | "contactFields" | "stages">;
  readonly portal: Pick<Portal, "learn">;
  /** The facts of an earlier run, where they are fresh and of this configuration. */
  readonly remembered: () => Promise<PortalFacts | undefined>;
  readonly remember: (facts: PortalFacts) => Promise<void>;
  readonly log: Log;
}

export interface Known {
  readonly facts: PortalFacts;
  readonly stages: Stages;
}

/**
 * What is known of the portal, with the stages as they are now. What was protected or final stays so while the program
 * works: a stage that is renamed meanwhile is found by its old name no more.
 */
export function withStages(
  { facts, stages }: Known,
  present: readonly PortalStage[],
  config: Pick<Config, "pipeline" | "stages">,
): Known {
  const now = resolveStages(config.stages, config.pipeline, present).stages;
  return {
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
    const { config, portal, remembered, remember, log } = this.#deps;
    const old = await remembered();
    const before = old && checkRemembered(old, config);
    if (before !== undefined) return before;
    this.#asked = true;
    const facts = await portal.learn();
    const known = check(facts, config);
    await remember(facts);
    for (const warning of warnings(facts, config)) log.warning(warning);
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
      dealFields: suitable(facts.dealFields, config.dealFields),
      contactFields: suitable(facts.contactFields, config.contactFields),
    },
    stages: checkStages(facts, config),
  };
}

function checkKeyField({ dealFields }: PortalFacts, { dealFields: { identId } }: KnowledgeDeps["config"]): void {
  const fault = faultOf(dealFields[identId], ["identId"]);
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
function suitable(fields: Fields, names: FieldNames): Fields {
  const keys = keysByField(names);
  return Object.fromEntries(
    Object.entries(fields).filter(([name, field]) => faultOf(field, keys.get(name) ?? []) === undefined),
  );
}

/** What the administrator should mend, though the work goes on: the fields named so are not written, the others are. */
function* warnings(facts: PortalFacts, config: KnowledgeDeps["config"]): Iterable<string> {
  const places: readonly [section: string, FieldNames, Fields][] = [
    ["deal_fields", config.dealFields, facts.dealFields],
    ["contact_fields", config.contactFields, facts.contactFields],
  ];
  for (const [section, names, fields] of places) {
    for (const [name, keys] of keysByField(names)) {
      const fault = faultOf(fields[name], keys);
      if (fault === undefined) continue;
      yield `Поле ${name} не заполняется: ${fault}. Исправьте поле на портале или уберите его из [${section}] в config.ini.`;
    }
  }
  for (const name of new Set(statusFieldsOf(config.dealFields))) {
    const missing = statusesMissingIn(facts.dealFields[name]);
    if (missing.length === 0) continue;
    yield `В списке поля ${name} нет значений ${
      missing.map((status) => `«${status}»`).join(", ")
    }. Добавьте их на портале.`;
  }
  if (!statusFieldsOf(config.dealFields).some((name) => faultOf(facts.dealFields[name], ["status"]) === undefined)) {
    yield "На портале нет поля статуса ([deal_fields] status или status_text): стадии, которые поставил менеджер, и закрытые " +
      "им сделки программа будет менять по IDENT. Создайте поле типа «Строка» и впишите его код.";
  }
  const { unknown } = resolveStages(config.stages, config.pipeline, facts.stages);
  for (const [list, words] of Map.groupBy(unknown, ({ list }) => list)) {
    yield `В воронке нет стадий ${words.map(({ word }) => word).join(", ")} из [deal_stages] ${list}. ` +
      "Проверьте, нет ли в кодах опечатки.";
  }
}
