/**
 * `$result[…]` and its relatives in the values of batch commands, with the traps of the real thing: whatever text looks
 * like a reference is replaced, wherever it came from.
 */
import type { Param, Params } from "./php_query.ts";

/** What earlier commands of the batch left, by `result`, `next`, `total`, `time`, `error`. */
export type BatchMemory = Readonly<Record<"result" | "next" | "total" | "time" | "error", Map<string, unknown>>>;

/** The step `isset($value[$key])`; `undefined` where there is nothing. */
function step(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key) ?? undefined;
  if (typeof value === "string") return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  if (typeof value === "object" && value !== null && Object.hasOwn(value, key)) {
    return (value as Record<string, unknown>)[key] ?? undefined;
  }
  return undefined;
}

/** A path that breaks off gives the deepest level that exists, up to the whole map of results. */
function follow(memory: BatchMemory, name: string, path: readonly string[]): unknown {
  let value: unknown = memory[name as keyof BatchMemory];
  for (const key of path) {
    const next = step(value, key);
    if (next === undefined) break;
    value = next;
  }
  return value instanceof Map ? Object.fromEntries(value) : value ?? null;
}

function inText(text: string, memory: BatchMemory): Param {
  let value: string = text;
  for (const [whole, name, rest] of text.matchAll(/\$(result|next|total|time|error)(\S*)/gi)) {
    const path = [...rest!.matchAll(/\[([^\]]+)\]/g)].map((match) => match[1]!);
    if (path.length === 0) continue;
    const found = follow(memory, name!, path);
    if (whole === value) return found as Param;
    if (typeof found === "string" || typeof found === "number") value = value.replaceAll(whole, () => String(found));
  }
  return value;
}

/** Replaces references in all values, nested ones too; keys stay. */
export function resolveReferences(params: Params, memory: BatchMemory): Params {
  const resolve = (value: Param): Param => {
    if (typeof value === "string") return inText(value, memory);
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value === "object" && value !== null) return resolveReferences(value, memory);
    return value;
  };
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, resolve(value)]));
}
