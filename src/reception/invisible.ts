/**
 * Characters that come along when text is copied from a page or a messenger and that nobody sees: soft hyphens, marks of
 * zero width or of direction, control characters.
 */

/** A joiner stays before an emoji: a family or a profession is drawn of several. Line breaks and tabs are blanks. */
const INVISIBLE =
  /(?!\s)\p{Cc}|[\u00AD\u061C\u180E\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]|\u200D(?!\p{Extended_Pictographic})/gu;

const NON_BREAKING_BLANK = /[\u00A0\u2007\u202F]/g;

/** The text as it is seen: without what is invisible, a non-breaking blank as a blank. */
export const visible = (text: string): string => text.replace(INVISIBLE, "").replace(NON_BREAKING_BLANK, " ");
