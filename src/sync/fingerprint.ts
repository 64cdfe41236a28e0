/**
 * A short mark of a reception's whole content: equal marks, nothing has changed.
 */
import { createHash } from "node:crypto";
import type { Reception } from "../reception/reception.ts";

/** 96 bits of SHA-256 over a text, in base64url; tells nothing of the text. */
export const shortDigest = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 16);

export const fingerprintOf = (reception: Reception): string => shortDigest(JSON.stringify(reception));
