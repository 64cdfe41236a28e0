/**
 * The clinic and the portal of a configuration, opened for whatever command needs them.
 */
import program from "../../deno.json" with { type: "json" };
import { Pace } from "../bitrix24/pace.ts";
import { BitrixPortal } from "../bitrix24/portal.ts";
import { createPost } from "../bitrix24/transport.ts";
import { Webhook } from "../bitrix24/webhook.ts";
import type { Config } from "../config/config.ts";
import { IdentClinic } from "../ident/clinic.ts";
import type { Log } from "../logging/log.ts";
import { filialRuleOf } from "../reception/filial.ts";
import type { World } from "../world.ts";

/** To the screen and to the log. */
export const noticeOf = ({ err }: World, log: Log) => (text: string): void => {
  err.write(`${text}\n`);
  log.warning(text);
};

/** Logs in to the clinic's database. Throws IdentSyncError database. */
export async function connectClinic({ sleep, stop }: World, config: Config, log: Log): Promise<IdentClinic> {
  return await IdentClinic.connect({ config: config.database, filials: filialRuleOf(config), sleep, stop, log });
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
