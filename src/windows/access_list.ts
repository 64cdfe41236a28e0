/**
 * What an access list says, read from its text (SDDL). Pure.
 */

/** Those who may always read: the system itself and the administrators. */
const TRUSTED: ReadonlySet<string> = new Set(["SY", "S-1-5-18", "BA", "S-1-5-32-544"]);
/** Stand for the owner, whoever that is. */
const OWNER_NAMES: ReadonlySet<string> = new Set(["OW", "S-1-3-4", "CO", "S-1-3-0"]);

/** Rights in letters that hold the right to read. */
const READING_LETTERS = /GA|GR|FA|FR/;
/** FILE_READ_DATA, GENERIC_READ, GENERIC_ALL. */
const READING_BITS = 0x1 | 0x80000000 | 0x10000000;

/** SID or two-letter name of a file's owner; `""` where the text does not tell. */
export function ownerIn(sddl: string): string {
  return /O:(S-[\d-]+|[A-Z]{2})/.exec(sddl)?.[1] ?? "";
}

function grantsReading(rights: string): boolean {
  if (/^0x[0-9a-f]+$/i.test(rights)) return (Number(rights) & READING_BITS) !== 0;
  // Letters come in pairs: file rights KA, FA, FR…, generic GA, GR…, and `CC`, which is the bit of reading data.
  return (rights.match(/../g) ?? []).some((pair) => READING_LETTERS.test(pair) || pair === "CC");
}

/**
 * Who besides the owner, this user, the system and the administrators may read, as SIDs or their two-letter names.
 * A file without any access list is everybody's (`WD`).
 *
 * @param user SID of the user that the program runs as
 */
export function othersWhoRead(sddl: string, user: string): string[] {
  const list = /D:[A-Z]*((?:\([^)]*\))*)/.exec(sddl);
  if (list === null || /D:NO_ACCESS_CONTROL/.test(sddl)) return ["WD"];
  const owner = ownerIn(sddl);
  const others = new Set<string>();
  for (const [, entry] of list[1].matchAll(/\(([^)]*)\)/g)) {
    const [type, flags, rights, , , who = ""] = entry.split(";");
    // `A` allows; inherit-only entries say nothing of the file itself.
    if (!["A", "XA"].includes(type) || flags.includes("IO") || !grantsReading(rights)) continue;
    if (TRUSTED.has(who) || OWNER_NAMES.has(who) || who === owner || who === user) continue;
    others.add(who);
  }
  return [...others];
}

/** The access list that leaves a file to the system, the administrators and one user. */
export const restrictedDacl = (user: string): string => `D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${user})`;
