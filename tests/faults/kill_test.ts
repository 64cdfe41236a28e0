import assert from "node:assert/strict";
import { killAgainAndAgain } from "./kills.ts";

const KILLS = 100;

Deno.test(`killed ${KILLS} times in the middle of 300 receptions, at any moment: nothing is missing, nothing is there twice`, async () => {
  const { kills, histories, receptions } = await killAgainAndAgain({
    seed: Date.now() % 1_000_000,
    kills: KILLS,
    lanes: 3,
    limitMs: 60_000,
  });
  console.log(`${kills} kills, ${histories} syncs of ${receptions} receptions`);
  assert.equal(kills, KILLS);
});
