/**
 * Phones as the portal compares them.
 */
import type { MultiValue } from "./store.ts";

/**
 * The digits the portal looks a phone up by: an extension after `;` or `#` is cut, `8…` of ten digits and more becomes
 * `7…` (not 80, 81, 82), leading 00, 011 and 0 go. Ten bare digits (`916…`) stay ten and match nothing longer.
 */
export function normalPhone(text: string): string {
  const digits = text.replace(/[;#][^]*$/, "").replace(/\D/g, "");
  if (digits.length >= 10 && /^8[^012]/.test(digits)) return `7${digits.slice(1)}`;
  return digits.replace(/^(00|011|0)/, "");
}

const seen = new WeakMap<MultiValue, string>();

/** The comparable form of a stored phone or e-mail; worked out once for each value. */
export function comparable(value: MultiValue, type: "PHONE" | "EMAIL"): string {
  const known = seen.get(value);
  if (known !== undefined) return known;
  const form = type === "PHONE" ? normalPhone(value.VALUE) : value.VALUE.trim().toLowerCase();
  seen.set(value, form);
  return form;
}
