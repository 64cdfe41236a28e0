/**
 * Parameters in the form that PHP reads: `fields[PHONE][0][VALUE]=…`.
 */
import type { PortalValue } from "../sync/ports.ts";

/** Parameters of a method by name. */
export type Params = { readonly [name: string]: PortalValue };

function* pairs(prefix: string, value: PortalValue): Iterable<string> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* pairs(`${prefix}[${index}]`, item);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* pairs(`${prefix}[${key}]`, item);
  } else {
    const text = value === null ? "" : typeof value === "boolean" ? (value ? "Y" : "N") : String(value);
    yield `${encodeURIComponent(prefix)}=${encodeURIComponent(text)}`;
  }
}

/**
 * A command of a batch: `crm.deal.add?fields%5BTITLE%5D=…`. All values become text there; an empty list cannot be
 * expressed and leaves nothing.
 */
export function command(method: string, params: Params): string {
  const query = Object.entries(params).flatMap(([name, value]) => [...pairs(name, value)]).join("&");
  return query === "" ? method : `${method}?${query}`;
}

/**
 * Whether a text would not survive a batch: the portal replaces `$result[…]`, `$next[…]`, `$total[…]`, `$time[…]` and
 * `$error[…]` in every value there, with no way to escape them.
 */
export function holdsReference(value: PortalValue): boolean {
  if (typeof value === "string") return /\$(result|next|total|time|error)/i.test(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsReference);
}
