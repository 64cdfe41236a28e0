/**
 * What is known of the portal, checked against the configuration: asked once a day, remembered between runs.
 */
import type { Config, ContactFieldNames, DealFieldNames } from "../config/config.ts";
import { IdentSyncError } from "../error.ts";
import type { Log } from "../logging/log.ts";
import type { Portal, PortalFacts, PortalField } from "./ports.ts";
import { resolveStages, type Stages } from "./stages.ts";

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
   * @throws IdentSyncError portal, when the portal does not answer; config, when the key's field is missing on the portal
   *   or a stage's name fits two stages
   */
  get(): Promise<Known> {
    return this.#known ??= this.#find();
  }

  async #find(): Promise<Known> {
    const { config, portal, remembered, remember, log } = this.#deps;
    const old = await remembered();
    // Remembered facts that lack a stage may be older than the stage.
    const before = old && check(old, config);
    if (before !== undefined && stagesComplete(before)) return before;
    this.#asked = true;
    const facts = await portal.learn();
    const known = check(facts, config);
    await remember(facts);
    for (const warning of fieldWarnings(facts, config)) log.warning(warning);
    return known;
  }
}

const stagesComplete = ({ stages }: Known): boolean => Object.values(stages.ofStatus).every((stage) => "id" in stage);

const usable = (field: PortalField | undefined): boolean => field !== undefined && !field.multiple && !field.readOnly;

function check(facts: PortalFacts, config: KnowledgeDeps["config"]): Known {
  const { identId } = config.dealFields;
  if (!usable(facts.dealFields[identId])) {
    throw new IdentSyncError("config", {
      what: `На портале нет поля сделки ${identId}, в котором хранится номер записи IDENT.`,
      why: "Без него программа не отличит новые записи от перенесённых.",
      fix: "Создайте в сделках поле типа «Строка» (не множественное) и впишите его код в [deal_fields] ident_id.",
    });
  }
  const { stages, ambiguous } = resolveStages(config.stages, config.pipeline, facts.stages);
  if (ambiguous.length > 0) {
    const list = ambiguous.map(({ name, ids }) => `«${name}» (${ids.join(", ")})`).join("; ");
    throw new IdentSyncError("config", {
      what: `В воронке сделок есть стадии с одинаковым названием: ${list}.`,
      fix: "Укажите в [deal_stages] вместо названия код стадии.",
    });
  }
  const usableFields = (fields: PortalFacts["dealFields"]) =>
    Object.fromEntries(Object.entries(fields).filter(([, field]) => usable(field)));
  return {
    facts: {
      ...facts,
      dealFields: usableFields(facts.dealFields),
      contactFields: usableFields(facts.contactFields),
    },
    stages,
  };
}

/** What the administrator should mend; the fields named so are not written, the others are. */
function* fieldWarnings(facts: PortalFacts, config: KnowledgeDeps["config"]): Iterable<string> {
  const places: readonly [string, DealFieldNames | ContactFieldNames, PortalFacts["dealFields"]][] = [
    ["deal_fields", config.dealFields, facts.dealFields],
    ["contact_fields", config.contactFields, facts.contactFields],
  ];
  for (const [section, names, fields] of places) {
    for (const name of new Set(Object.values(names) as (string | undefined)[])) {
      const field = name === undefined ? undefined : fields[name];
      if (name === undefined || usable(field)) continue;
      const fault = field === undefined
        ? "его нет на портале"
        : field.multiple
        ? "оно множественное"
        : "его нельзя менять";
      yield `Поле ${name} не заполняется: ${fault}. Исправьте поле на портале или уберите его из [${section}] в config.ini.`;
    }
  }
}
