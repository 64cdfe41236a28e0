/**
 * The clinic and the portal of a configuration, opened for whatever command needs them.
 */
import { join } from "node:path";
import program from "../../deno.json" with { type: "json" };
import { Pace } from "../bitrix24/pace.ts";
import { BitrixPortal } from "../bitrix24/portal.ts";
import { createPost } from "../bitrix24/transport.ts";
import { Webhook } from "../bitrix24/webhook.ts";
import type { Config } from "../config/config.ts";
import { IdentClinic } from "../ident/clinic.ts";
import { clockWarnings } from "../ident/clocks.ts";
import type { Log } from "../logging/log.ts";
import { dayOf } from "../reception/clinic_time.ts";
import { filialRuleOf } from "../reception/filial.ts";
import { ClinicMemory } from "../store/clinic_memory.ts";
import type { World } from "../world.ts";

/** To the screen and to the log. */
export const noticeOf = ({ err }: World, log: Log) => (text: string): void => {
  err.write(`${text}\n`);
  log.warning(text);
};

/**
 * Logs in to the clinic's database. Throws IdentSyncError database.
 *
 * @param rehearsal nothing is written, not even what is learned of the database
 */
export async function connectClinic(
  world: World,
  config: Config,
  log: Log,
  rehearsal: boolean,
): Promise<IdentClinic> {
  const { now, sleep, stop } = world;
  const { host, instance, port, database, username } = config.database;
  if (instance !== undefined && port !== undefined) {
    log.info(`Подключение к ${host} по порту ${port}: когда он указан, имя экземпляра ${instance} не используется.`);
  }
  const path = join(config.folder, "clinic_facts.json");
  const memory = new ClinicMemory(path, JSON.stringify([host, instance, port, database, username]), rehearsal);
  const notice = noticeOf(world, log);
  return await IdentClinic.connect({
    config: config.database,
    filials: filialRuleOf(config),
    now,
    sleep,
    stop,
    log,
    remembered: () => memory.columns(),
    remember: (columns) => memory.rememberColumns(columns),
    clocks: async (clock, here) => {
      for (const { id, text } of clockWarnings(clock, here, config.sync.timeZone)) {
        if (await memory.isFirst(id, dayOf(now(), config.sync.timeZone))) notice(text);
      }
    },
  });
}

/** The portal of a configuration; nothing is sent yet. Dispose of it when it is needed no more. */
export function portalOf(world: World, config: Config, log: Log): { readonly portal: BitrixPortal } & Disposable {
  const { now, sleep, stop } = world;
  const http = createPost(config.portal.requestTimeoutSeconds * 1000, `ident-sync/${program.version}`);
  const pace = new Pace(config.portal.requestsPerSecond, now);
  const webhook = new Webhook({
    address: config.portal.webhook,
    host: config.portal.host,
    post: http.post,
    pace,
    now,
    sleep,
    stop,
    log,
    notice: noticeOf(world, log),
  });
  return {
    portal: new BitrixPortal({ webhook, pace, config, now }),
    [Symbol.dispose]: () => http[Symbol.dispose](),
  };
}
