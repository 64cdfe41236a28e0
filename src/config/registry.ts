/**
 * The one source for every section and key of config.ini. Checking, `config.example.ini`, the commands that ask for
 * values or encrypt them, and the table in the README follow from it.
 */
import type { Key, Section } from "./key.ts";
import { Bitrix24, Database } from "./registry_connections.ts";
import { contact_fields, deal_defaults, deal_fields, deal_stages, lead_statuses, pipelines } from "./registry_crm.ts";
import { Advanced, FilialFilter, Logging, Notifications, Queue, Sync } from "./registry_program.ts";

/** All sections by name, in the order of `config.example.ini`. */
export const REGISTRY = {
  Database,
  Bitrix24,
  Sync,
  pipelines,
  deal_stages,
  deal_defaults,
  deal_fields,
  contact_fields,
  lead_statuses,
  FilialFilter,
  Queue,
  Logging,
  Notifications,
  Advanced,
};

type Sections = typeof REGISTRY;

/** What reading a file gives: by section, by key. */
export type Values = {
  readonly [S in keyof Sections]: {
    readonly [K in keyof Sections[S]["keys"]]: Sections[S]["keys"][K] extends Key<infer T> ? T : never;
  };
};

/** One key with the names that lead to it. */
export interface RegistryEntry {
  readonly section: string;
  readonly key: string;
  readonly entry: Key<unknown>;
}

/** All keys, in the order of `config.example.ini`. */
export function allKeys(): RegistryEntry[] {
  return sectionsOfRegistry().flatMap(([section, { keys }]) =>
    Object.entries(keys).map(([key, entry]) => ({ section, key, entry }))
  );
}

/** All sections with their names, in the order of `config.example.ini`. */
export function sectionsOfRegistry(): [string, Section<Readonly<Record<string, Key<unknown>>>>][] {
  return Object.entries(REGISTRY);
}
