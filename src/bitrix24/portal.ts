/**
 * The portal as the sync sees it, over the webhook.
 */
import type { Config } from "../config/config.ts";
import { withOffset } from "../reception/clinic_time.ts";
import type { WallClock } from "../reception/reception.ts";
import type {
  FieldNames,
  OpenDeals,
  Outcome,
  Portal,
  PortalContact,
  PortalDeal,
  PortalFacts,
  PortalView,
  Question,
  Write,
} from "../sync/ports.ts";
import type { Command } from "./batch.ts";
import { factCommands, factsFrom } from "./facts.ts";
import { closedError, interceptedReason } from "./foreign.ts";
import { type Read } from "./lists.ts";
import { contactsById, dealsByKey, keyedDeals, lookUp, type LookUpConfig, openDealsBetween } from "./lookup.ts";
import type { Pace } from "./pace.ts";
import { idOf } from "./records.ts";
import { failureOf, reasonOf } from "./refusal.ts";
import { fatalError, missingRight, unreachableError } from "./trouble.ts";
import type { Settled, Webhook } from "./webhook.ts";

/** A limit of the rate that does not end: worth another try after a minute. */
const RATE_REST_MS = 60_000;

export interface PortalDeps {
  readonly webhook: Webhook;
  readonly pace: Pace;
  readonly config: Pick<Config, "pipeline" | "dealFields" | "contactFields" | "sync"> & {
    readonly portal: { readonly host: string };
  };
  readonly now: () => number;
}

export class BitrixPortal implements Portal {
  readonly #deps: PortalDeps;

  constructor(deps: PortalDeps) {
    this.#deps = deps;
  }

  /** One request that changes nothing. Throws IdentSyncError portal when the portal or the webhook does not work. */
  async check(): Promise<void> {
    await this.#deps.webhook.read([{ method: "server.time", params: {} }]);
  }

  async learn(): Promise<PortalFacts> {
    const { webhook, config } = this.#deps;
    return factsFrom(await webhook.read(factCommands(config.pipeline)), config);
  }

  async lookUp(question: Question): Promise<PortalView> {
    return await lookUp(question, this.#lookUpConfig, this.#read);
  }

  async dealsByKey(keys: readonly string[], fields: FieldNames): Promise<PortalDeal[]> {
    return await dealsByKey(keys, fields, this.#lookUpConfig, this.#read);
  }

  async contactsById(ids: readonly number[], fields: FieldNames): Promise<PortalContact[]> {
    return await contactsById(ids, fields, this.#read);
  }

  async openDealsBetween(
    from: WallClock,
    to: WallClock,
    fields: FieldNames,
    expected = 0,
  ): Promise<OpenDeals | undefined> {
    const { config } = this.#deps;
    const field = config.dealFields.startTime;
    if (field === undefined || !fields.deal.includes(field)) return undefined;
    const [begin, end] = [from, to].map((time) => withOffset(time, config.sync.timeZone));
    return await openDealsBetween(field, begin, end, expected, fields, this.#lookUpConfig, this.#read);
  }

  async keyedDeals(fields: FieldNames): Promise<PortalDeal[]> {
    return await keyedDeals(fields, this.#lookUpConfig, this.#read);
  }

  get #lookUpConfig(): LookUpConfig {
    const { pipeline, dealFields } = this.#deps.config;
    return { pipeline, keyField: dealFields.identId };
  }

  readonly #read: Read = (commands) => this.#deps.webhook.read(commands);

  async write(
    writes: readonly Write[],
    leaving: (indexes: readonly number[]) => Promise<void> = () => Promise.resolve(),
  ): Promise<Outcome[]> {
    const { webhook, pace } = this.#deps;
    const commands = writes.map(commandOf);
    const blockedUntil = commands.map(({ method }) => pace.blockedUntil(method));
    const open = writes.map((_, index) => index).filter((index) => blockedUntil[index] === undefined);
    const leavingOpen = (places: readonly number[]) => leaving(places.map((place) => open[place]));
    const replies = open.length === 0 ? [] : await webhook.write(open.map((index) => commands[index]), leavingOpen);
    return writes.map((write, index): Outcome => {
      const until = blockedUntil[index];
      if (until !== undefined) return { kind: "limited", until, reason: METHOD_LIMIT };
      return this.#outcome(write, commands[index], replies[open.indexOf(index)]);
    });
  }

  #outcome(write: Write, { method }: Command, reply: Settled): Outcome {
    const { pace, now, config } = this.#deps;
    const fields = "fields" in write ? write.fields : {};
    switch (reply.kind) {
      case "accepted":
        return confirmed(write, reply.result);
      case "refused":
        return { kind: "refused", reason: reasonOf(reply.error, fields, config) + missingRight(method, reply.error) };
      case "intercepted":
        return { kind: "refused", reason: interceptedReason(reply.answer), onTheWay: true };
      case "limited": {
        const until = reply.by === "method" ? pace.blockedUntil(method) : undefined;
        const reason = reply.by === "method" ? METHOD_LIMIT : RATE_LIMIT;
        return { kind: "limited", until: until ?? now() + RATE_REST_MS, reason };
      }
      case "unsent":
        return { kind: "limited", until: now(), reason: reply.reason };
      case "unknown":
        if (reply.error === undefined) return { kind: "unknown", reason: reply.reason };
        return { kind: "unknown", reason: failureOf(reply.error, fields, config), failedByPortal: true };
      case "unreachable":
        return { kind: "unusable", error: unreachableError(config.portal.host, reply) };
      case "closed":
        return { kind: "unusable", error: closedError(config.portal.host, reply.answer) };
      case "fatal":
        return { kind: "unusable", error: fatalError(reply.error, reply.status) };
    }
  }
}

const METHOD_LIMIT = "портал просит подождать: исчерпан лимит времени для этого действия";
const RATE_LIMIT = "портал просит подождать: исчерпан лимит запросов";

/** Without the feed's message about every deal: managers would drown in them. */
const QUIET = { REGISTER_SONET_EVENT: "N" };

/** Numbers of the record kinds in `crm.item.*`. */
const ENTITY_TYPES = { deal: 2, contact: 3 } as const;

function commandOf(write: Write): Command {
  switch (write.kind) {
    case "add-contact":
      return { method: "crm.contact.add", params: { fields: write.fields, params: QUIET } };
    case "update-contact":
      return { method: "crm.contact.update", params: { id: write.id, fields: write.fields, params: QUIET } };
    case "add-deal":
      return { method: "crm.deal.add", params: { fields: write.fields, params: QUIET } };
    case "update-deal":
      return { method: "crm.deal.update", params: { id: write.id, fields: write.fields, params: QUIET } };
    case "link-lead": {
      // The classic methods drop LEAD_ID without a word.
      const params = { entityTypeId: ENTITY_TYPES[write.record], id: write.id, fields: { leadId: write.leadId } };
      return { method: "crm.item.update", params };
    }
    case "close-lead":
      return { method: "crm.lead.update", params: { id: write.id, fields: { STATUS_ID: "CONVERTED" }, params: QUIET } };
  }
}

/** A write is confirmed by its own result only: an id of what was added, `true`, or the record as it now is. */
function confirmed(write: Write, result: unknown): Outcome {
  switch (write.kind) {
    case "add-contact":
    case "add-deal": {
      const id = idOf(result);
      if (id === undefined) return { kind: "unknown", reason: "портал не назвал номер новой записи" };
      return { kind: "accepted", id };
    }
    case "update-contact":
    case "update-deal":
    case "close-lead":
      if (result !== true) return { kind: "unknown", reason: "портал не подтвердил изменение" };
      return { kind: "accepted", id: undefined };
    case "link-lead": {
      const item = (result as { item?: { leadId?: unknown } } | null)?.item;
      if (idOf(item?.leadId) === write.leadId) return { kind: "accepted", id: undefined };
      return { kind: "refused", reason: "портал не сохранил связь с лидом" };
    }
  }
}
