/**
 * What an access list says, read from its text (SDDL). Pure.
 */

/** Those who may always read: the system itself and the administrators. */
const TRUSTED: ReadonlySet<string> = new Set(["SY", "S-1-5-18", "BA", "S-1-5-32-544"]);
/** Stand for the owner, whoever that is. */
const OWNER_NAMES: ReadonlySet<string> = new Set(["OW", "S-1-3-4", "CO", "S-1-3-0"]);

/** Pairs of letters that hold the right to read: of files, generic, of registry keys, and the bit of reading data. */
const READING_LETTERS: ReadonlySet<string> = new Set(["GA", "GR", "FA", "FR", "KA", "KR", "KX", "CC"]);
/** FILE_READ_DATA, GENERIC_READ, GENERIC_ALL. */
const READING_BITS = 0x1 | 0x80000000 | 0x10000000;

/** Type, flags, rights, two ids of objects, and who. */
const ENTRY = /\(([A-Z]+);([A-Z]*);([^;()]*);[^;()]*;[^;()]*;([^;()]*)/g;

/** SID or two-letter name of a file's owner; `""` where the text does not tell. */
export function ownerIn(sddl: string): string {
  return /O:(S-[\d-]+|[A-Z]{2})/.exec(sddl)?.[1] ?? "";
}

function grantsReading(rights: string): boolean {
  if (/^0x[0-9a-f]+$/i.test(rights)) return (Number(rights) & READING_BITS) !== 0;
  return pairsOf(rights).some((pair) => READING_LETTERS.has(pair));
}

const pairsOf = (letters: string): string[] => letters.match(/../g) ?? [];

/**
 * Who besides the owner, this user, the system and the administrators may read, as SIDs or their two-letter names.
 * A file without any access list is everybody's (`WD`).
 *
 * @param user SID of the user that the program runs as
 */
export function othersWhoRead(sddl: string, user: string): string[] {
  // An entry may end with a condition in brackets of its own; all before that has none.
  const list = /D:[A-Z]*(?=\(|S:|$)(.*?)(?:S:[A-Z]*\(.*)?$/.exec(sddl);
  if (list === null || /D:NO_ACCESS_CONTROL/.test(sddl)) return ["WD"];
  const owner = ownerIn(sddl);
  const others = new Set<string>();
  for (const [, type, flags, rights, who] of list[1].matchAll(ENTRY)) {
    // `A` allows; inherit-only entries say nothing of the file itself.
    if (!["A", "XA"].includes(type) || pairsOf(flags).includes("IO") || !grantsReading(rights)) continue;
    if (TRUSTED.has(who) || OWNER_NAMES.has(who) || who === owner || who === user) continue;
    others.add(who);
  }
  return [...others];
}

/** The access list that leaves a file to the system, the administrators, this user and the owner. */
export function restrictedDacl(user: string, owner: string): string {
  const users = [...new Set(["SY", "BA", user, owner])].filter((who) => who !== "");
  return `D:P${users.map((who) => `(A;;FA;;;${who})`).join("")}`;
}

/** Two-letter names for which icacls needs the SID. */
const SIDS: Readonly<Record<string, string>> = {
  WD: "S-1-1-0",
  AU: "S-1-5-11",
  BU: "S-1-5-32-545",
  IU: "S-1-5-4",
  NU: "S-1-5-2",
  BG: "S-1-5-32-546",
  AN: "S-1-5-7",
  PU: "S-1-5-32-547",
};

/**
 * The command of Windows that takes the reading of a file from others. `/inheritance:r` alone leaves the entries that
 * stand on the file itself, so the others are named.
 */
export function icaclsCommand(path: string, user: string, owner: string, others: readonly string[]): string {
  const sids = (who: readonly string[]) =>
    who.map((each) => SIDS[each] ?? each).filter((each) => each.startsWith("S-"));
  const keep = ["S-1-5-18", "S-1-5-32-544", ...new Set(sids([user, owner]))].map((sid) => `*${sid}:F`);
  const gone = sids(others).map((sid) => ` *${sid}`).join("");
  return `icacls "${path}" /inheritance:r /grant:r ${keep.join(" ")}${gone === "" ? "" : ` /remove:g${gone}`}`;
}
