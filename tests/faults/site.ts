/**
 * What a fault test works on: a portal and a clinic's PC whose clock the test moves, and a TCP proxy between them. The
 * clinic is shared by the sites of a test file: the program only reads it.
 */
import type { World } from "../../src/world.ts";
import type { ClinicStand } from "../stand/clinic/clinic_stand.ts";
import { configText, type Settings } from "../stand/config_text.ts";
import { type FaultProxy, startFaultProxy } from "../stand/fault_proxy.ts";
import { until } from "../stand/portal/plain_client.ts";
import { type Ordered, type PortalStand, startPortalStand } from "../stand/portal/stand.ts";
import { makeWorkplace, type Run, type Workplace } from "../stand/workplace.ts";
import { type MovedClock, movedClock } from "./moved_clock.ts";

export interface Site extends AsyncDisposable {
  readonly portal: PortalStand;
  readonly proxy: FaultProxy;
  readonly pc: Workplace;
  readonly clock: MovedClock;
  /** Runs a command line on this site's clock. */
  run(args: readonly string[], changes?: Partial<World>): Promise<Run>;
  /** Runs a command line, and cuts all connections of the portal as soon as the fault has struck. */
  runUntilCut(fault: Ordered, args: readonly string[]): Promise<Run>;
}

/** Opens a site for the clinic; `settings`: what differs in config.ini. */
export async function openSite(clinic: ClinicStand, settings: Settings = {}): Promise<Site> {
  const clock = movedClock();
  const portal = await startPortalStand({ now: clock.now });
  const proxy = await startFaultProxy({ targetPort: portal.port });
  const pc = await makeWorkplace();
  await pc.configure(configText(clinic, throughProxy(portal, proxy), settings));
  const run = (args: readonly string[], changes: Partial<World> = {}) =>
    pc.run(args, { now: clock.now, uptime: clock.uptime, sleep: clock.sleep, ...changes });
  return {
    portal,
    proxy,
    pc,
    clock,
    run,
    async runUntilCut(fault, args) {
      const running = run(args);
      await until(() => fault.fired > 0);
      await proxy.down();
      await proxy.up();
      return await running;
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await portal[Symbol.asyncDispose]();
      await pc[Symbol.asyncDispose]();
    },
  };
}

/** The portal's address through the proxy. */
export const throughProxy = (portal: Pick<PortalStand, "url" | "port">, { port }: Pick<FaultProxy, "port">): string =>
  portal.url.replace(`:${portal.port}/`, `:${port}/`);
