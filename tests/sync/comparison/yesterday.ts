/** A scene in which receptions were carried over yesterday, for the daily comparison to look at today. */
import type { PortalDeal } from "../../../src/sync/ports.ts";
import { reception } from "../made_up.ts";
import { HOUR, Scene } from "../scene.ts";

export const DAY = 24 * HOUR;

/** A scene in which receptions 1 to 3 were carried over yesterday. */
export async function carried(): Promise<Scene> {
  const scene = new Scene();
  for (const id of [1, 2, 3]) scene.clinic.carry(reception(id));
  await scene.cycle();
  scene.now += DAY;
  return scene;
}

/** The deal with that key on the portal; the test knows that there is one. */
export const dealOf = (scene: Scene, key: string): PortalDeal => scene.portal.deals.find((deal) => deal.key === key)!;
