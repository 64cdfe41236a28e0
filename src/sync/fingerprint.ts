/**
 * A short mark of a reception's whole content: equal marks, nothing has changed.
 */
import { createHash } from "node:crypto";
import type { Reception } from "../reception/reception.ts";

/** 96 bits of SHA-256 over the reception, in base64url; tells nothing of the content. */
export function fingerprintOf(reception: Reception): string {
  return createHash("sha256").update(JSON.stringify(reception)).digest("base64url").slice(0, 16);
}
