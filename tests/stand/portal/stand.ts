/**
 * A made-up Bitrix24 portal: REST by incoming webhook over HTTP on 127.0.0.1, as forgiving and as treacherous as the
 * real one, with a strict observer beside it.
 */
import type { Session } from "./command.ts";
import { Faults } from "./faults.ts";
import { Hold } from "./hold.ts";
import { serveHttp } from "./http_server.ts";
import type { RecordedCommand, RecordedRequest } from "./journal.ts";
import { Limits } from "./limits.ts";
import { RecordsView } from "./records_view.ts";
import { json, SECRET, serve } from "./serving.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import type { PortalState, RobotRun } from "./state.ts";
import { Store } from "./store.ts";

export type { MultiValue, StandRecord } from "./store.ts";
export type { RecordedCommand, RecordedRequest } from "./journal.ts";
export type { CommandFault, RequestFault } from "./faults.ts";
export type { Ordered } from "./orders.ts";
export type { RobotRun } from "./state.ts";
export type { Kind, Pipeline, Settings, Stage, UserField } from "./settings.ts";
export { canReset } from "./sockets.ts";

export interface StandOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Clock in milliseconds since 1970; default: the real one. It drives the limits and all times of records. */
  readonly now?: () => number;
  /** What differs from `defaultSettings()`. */
  readonly settings?: Partial<Settings>;
}

export interface PortalStand extends AsyncDisposable {
  /** The webhook's address: `http://127.0.0.1:PORT/rest/1/SECRET/`. */
  readonly url: string;
  readonly port: number;
  readonly secret: string;
  readonly deals: RecordsView;
  readonly contacts: RecordsView;
  readonly leads: RecordsView;
  /** Every HTTP request, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Automation that REST writes have started. */
  readonly robots: readonly RobotRun[];
  /** What a careful program would not have sent, a line each. A test asserts that it is empty. */
  readonly mistakes: string[];
  /** May be changed at any time. */
  readonly settings: Settings;
  readonly faults: Faults;
  /** All calls of a method, plain ones and commands of batches, in order. */
  calls(method: string): RecordedCommand[];
  /** Back to the freshly started portal: records, settings, requests, faults, mistakes. */
  clear(): void;
}

/** Starts a portal. Its `clear()` is cheap, so that tests may share one. */
export async function startPortalStand(options: StandOptions = {}): Promise<PortalStand> {
  const freshSettings = () => ({ ...defaultSettings(), ...structuredClone(options.settings ?? {}) });
  const portal: PortalState = {
    settings: freshSettings(),
    store: new Store(),
    robots: [],
    mistakes: [],
    now: options.now ?? Date.now,
  };
  const session: Session = { portal, faults: new Faults(), limits: new Limits() };
  const requests: RecordedRequest[] = [];
  const hold = new Hold();

  const listener = await serveHttp(options.port ?? 0, (request, wire) => {
    if (request.target === "/_stand/dump") return wire.send(json(200, dump(portal, requests)));
    return serve({ session, requests, hold }, request, wire);
  });

  return {
    url: `http://127.0.0.1:${listener.port}/rest/${portal.settings.profile.ID}/${SECRET}/`,
    port: listener.port,
    secret: SECRET,
    deals: new RecordsView(portal, "deal"),
    contacts: new RecordsView(portal, "contact"),
    leads: new RecordsView(portal, "lead"),
    requests,
    robots: portal.robots,
    mistakes: portal.mistakes,
    settings: portal.settings,
    faults: session.faults,
    calls: (method) =>
      requests.flatMap(({ commands }) => commands).filter((command) => command.method === method.toLowerCase()),
    clear() {
      portal.store = new Store();
      session.limits = new Limits();
      session.faults.clear();
      Object.assign(portal.settings, freshSettings());
      for (const list of [requests, portal.robots, portal.mistakes]) list.length = 0;
    },
    async [Symbol.asyncDispose]() {
      hold.close();
      await listener.close();
    },
  };
}

function dump(portal: PortalState, requests: readonly RecordedRequest[]): Record<string, unknown> {
  const { deal, contact, lead } = portal.store.tables;
  return {
    deals: [...deal.values()],
    contacts: [...contact.values()],
    leads: [...lead.values()],
    requests: requests.length,
    robots: portal.robots.length,
    mistakes: portal.mistakes,
  };
}
