/**
 * Everything a test of the whole program needs: a clinic, a portal, and a PC between them. Starting the clinic's engine
 * takes a second, so a test file starts one office and clears it between its tests.
 */
import { type ClinicStand, startClinicStand } from "./clinic/clinic_stand.ts";
import { type PortalStand, startPortalStand } from "./portal/stand.ts";
import { configText, type Settings } from "./config_text.ts";
import { makeWorkplace, type Workplace } from "./workplace.ts";

export interface Office extends AsyncDisposable {
  readonly clinic: ClinicStand;
  readonly portal: PortalStand;
  /** An empty clinic, an empty portal, and a PC with config.ini for both. Dispose of the PC after the test. */
  begin(changes?: Settings): Promise<Workplace>;
}

export async function openOffice(): Promise<Office> {
  const clinic = await startClinicStand();
  const portal = await startPortalStand();
  return {
    clinic,
    portal,
    async begin(changes = {}) {
      await clinic.clear();
      portal.clear();
      const pc = await makeWorkplace();
      await pc.configure(configText(clinic, portal.url, changes));
      return pc;
    },
    async [Symbol.asyncDispose]() {
      await portal[Symbol.asyncDispose]();
      await clinic[Symbol.asyncDispose]();
    },
  };
}
