/**
 * Long texts, as far as a field of the portal takes them.
 */

/** The portal's field for services takes no longer text. */
const SERVICES_LIMIT = 3000;
const CUT = "...";

/** Services in one line, cut at a comma where the whole is too long. */
export function servicesText(services: readonly string[]): string {
  const whole = services.join(", ");
  if (whole.length <= SERVICES_LIMIT) return whole;
  const head = whole.slice(0, SERVICES_LIMIT - CUT.length);
  const comma = whole.lastIndexOf(", ", SERVICES_LIMIT - CUT.length);
  return (comma > 0 ? whole.slice(0, comma) : head.replace(/[\uD800-\uDBFF]$/, "")) + CUT;
}

/** A text field of the portal takes no more; bytes of UTF-8. */
const COMMENT_LIMIT = 65_000;

/** A comment as far as it fits. */
export function commentText(comment: string): string {
  const bytes = new TextEncoder().encode(comment);
  if (bytes.length <= COMMENT_LIMIT) return comment;
  // A letter that the cut goes through leaves a mark of its own, which goes too.
  const head = new TextDecoder().decode(bytes.subarray(0, COMMENT_LIMIT - CUT.length), { stream: true });
  return `${head.trimEnd()}${CUT}`;
}
