/**
 * portal_facts.json: what was learned of the portal, so that not every run asks again. A memory only: when it is missing,
 * old, of another configuration or unreadable, the portal is asked.
 */
import * as v from "valibot";
import type { PortalFacts } from "../sync/ports.ts";
import { writeTextFile } from "./atomic_file.ts";

/** Stages and fields change rarely; a day is soon enough for those who change them. */
const LIFETIME_MS = 86_400_000;

const Field = v.object({
  type: v.string(),
  multiple: v.boolean(),
  readOnly: v.boolean(),
  items: v.record(v.string(), v.string()),
});

const Facts = v.object({
  mode: v.picklist(["classic", "simple"]),
  stages: v.array(v.object({
    id: v.string(),
    name: v.string(),
    sort: v.number(),
    semantics: v.picklist(["process", "success", "failure"]),
  })),
  dealFields: v.record(v.string(), Field),
  contactFields: v.record(v.string(), Field),
});

/** @param subject what the facts are about: portal, pipeline, names of fields */
export async function readFacts(path: string, subject: string, now: number): Promise<PortalFacts | undefined> {
  try {
    const { learned_at, about, facts } = JSON.parse(await Deno.readTextFile(path));
    const age = now - Date.parse(learned_at);
    return about === subject && age >= 0 && age < LIFETIME_MS ? v.parse(Facts, facts) : undefined;
  } catch {
    return undefined;
  }
}

export async function writeFacts(path: string, subject: string, facts: PortalFacts, now: number): Promise<void> {
  const content = { learned_at: new Date(now).toISOString(), about: subject, facts };
  await writeTextFile(path, `${JSON.stringify(content, null, 1)}\n`);
}
