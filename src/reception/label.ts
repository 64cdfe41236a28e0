/**
 * Names of statuses, stages and list items, as a portal or a person may write them.
 */

/** A name folded for comparison: case, ё/е and the number of blanks do not count. */
export const foldLabel = (name: string): string => name.trim().toLowerCase().replaceAll("ё", "е").replace(/\s+/g, " ");
