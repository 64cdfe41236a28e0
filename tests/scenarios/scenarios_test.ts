import { join } from "node:path";
import { openOffice } from "../stand/office.ts";
import { play } from "./play.ts";

const office = await openOffice();
globalThis.addEventListener("unload", () => void office[Symbol.asyncDispose]());

/** Another folder of scenarios may be named, to try some that do not belong here yet. */
const folder = Deno.env.get("SCENARIOS") ?? import.meta.dirname!;

for (const { name, isDirectory } of [...Deno.readDirSync(folder)].sort((a, b) => a.name.localeCompare(b.name))) {
  if (!isDirectory) continue;
  Deno.test({
    name: name.replaceAll("-", " "),
    // The office outlives the scenarios, which Deno before 2.9 takes for a leak.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await play(await Deno.readTextFile(join(folder, name, "scenario.txt")), `${name}/scenario.txt`, office);
    },
  });
}
