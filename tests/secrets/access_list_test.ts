import assert from "node:assert/strict";
import { icaclsCommand, othersWhoRead, ownerIn, restrictedDacl } from "../../src/windows/access_list.ts";

const USER = "S-1-5-21-1111111111-2222222222-3333333333-1001";
const COLLEAGUE = "S-1-5-21-1111111111-2222222222-3333333333-1002";
const OWNER = "S-1-5-21-1111111111-2222222222-3333333333-1003";

const of = (dacl: string, owner = OWNER) => othersWhoRead(`O:${owner}${dacl}`, USER);

const TABLE: readonly [says: string, dacl: string, others: readonly string[]][] = [
  ["the system and the administrators", "D:(A;;FA;;;SY)(A;;FA;;;BA)", []],
  ["both by their SIDs", "D:(A;;FA;;;S-1-5-18)(A;;FA;;;S-1-5-32-544)", []],
  ["the owner", `D:(A;;FA;;;${OWNER})`, []],
  ["whoever owns it", "D:(A;;FA;;;OW)(A;;FA;;;S-1-3-4)(A;;FA;;;CO)", []],
  ["this user", `D:(A;;FA;;;${USER})`, []],
  ["another user", `D:(A;;FA;;;SY)(A;;FA;;;${COLLEAGUE})`, [COLLEAGUE]],
  ["everybody", "D:AI(A;ID;FA;;;SY)(A;ID;0x1200a9;;;WD)", ["WD"]],
  ["whoever logged in", "D:PAI(A;;0x1301bf;;;AU)", ["AU"]],
  ["the users' group, as Program Files hands it down", "D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)", ["BU"]],
  ["the same group twice", "D:(A;;FR;;;BU)(A;ID;FA;;;BU)", ["BU"]],
  ["several", `D:(A;;FR;;;WD)(A;;FR;;;BU)(A;;FR;;;${COLLEAGUE})`, ["WD", "BU", COLLEAGUE]],
  ["generic reading", "D:(A;;GR;;;WD)(A;;GA;;;BU)", ["WD", "BU"]],
  ["letters of single rights with reading among them", "D:(A;;CCSWLO;;;WD)", ["WD"]],
  ["letters of single rights without reading", "D:(A;;DCLCRPDTLO;;;WD)", []],
  ["writing only", "D:(A;;FW;;;WD)", []],
  ["running only", "D:(A;;FX;;;WD)", []],
  ["reading attributes and rights only", "D:(A;;0x120080;;;WD)(A;;RC;;;BU)", []],
  ["the one bit of reading data", "D:(A;;0x1;;;WD)", ["WD"]],
  ["generic reading as bits", "D:(A;;0x80000000;;;WD)(A;;0x10000000;;;BU)", ["WD", "BU"]],
  ["all bits but reading", "D:(A;;0x1f01fe;;;WD)", []],
  ["hex digits in capitals", "D:(A;;0x1200A9;;;WD)", ["WD"]],
  ["rights of a registry key, which hold the bit of reading", "D:(A;;KA;;;WD)(A;;KR;;;BU)", ["WD", "BU"]],
  ["a denial", "D:(D;;FA;;;WD)(D;;FR;;;BU)", []],
  ["a denial for some, reading for others", "D:(D;;FR;;;BG)(A;;FR;;;AU)", ["AU"]],
  ["an audit entry", "D:(A;;FA;;;SY)S:AI(AU;SAFA;FR;;;WD)", []],
  ["an entry that is only handed down", "D:(A;OICIIO;FA;;;WD)(A;IO;FA;;;BU)", []],
  ["an entry that is handed down and counts here", "D:(A;OICI;FA;;;WD)(A;CIOI;FA;;;BU)", ["WD", "BU"]],
  ["an entry with a condition", 'D:(XA;;FR;;;WD;(@User.Title=="x"))(A;;FR;;;BU)', ["WD", "BU"]],
  [
    "a condition with brackets, and one more behind it",
    "D:(XA;;FR;;;AU;((Member_of {SID(BA)}) || (a == 1)))(A;;FR;;;BU)",
    [
      "AU",
      "BU",
    ],
  ],
  ["nobody at all", "D:", []],
  ["nobody at all, nothing handed down", "D:P", []],
  ["no access list (null)", "D:NO_ACCESS_CONTROL", ["WD"]],
  ["no access list in the text", "", ["WD"]],
];
for (const [says, dacl, others] of TABLE) {
  Deno.test(`an access list with ${says} (${dacl}) lets read: ${others.join(", ") || "nobody else"}`, () => {
    assert.deepEqual(of(dacl), others);
  });
}

Deno.test("the administrators as owner are trusted, and so is this user beside them", () => {
  assert.deepEqual(of(`G:BAD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${USER})`, "BA"), []);
  assert.deepEqual(of(`G:DUD:AI(A;;FR;;;DU)`, "BA"), ["DU"]);
});

Deno.test("the owner is read by SID or by its two letters, and may be missing", () => {
  assert.equal(ownerIn(`O:${OWNER}G:BAD:P`), OWNER);
  assert.equal(ownerIn("O:BAG:SYD:P"), "BA");
  assert.equal(ownerIn("D:P"), "");
});

Deno.test("the restricted list leaves the system, the administrators, this user and the owner, and takes over nothing", () => {
  const dacl = restrictedDacl(USER, OWNER);
  assert.equal(dacl, `D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${USER})(A;;FA;;;${OWNER})`);
  assert.deepEqual(of(dacl), []);
  assert.equal(restrictedDacl(USER, USER), `D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${USER})`);
  assert.equal(restrictedDacl("SY", "BA"), "D:P(A;;FA;;;SY)(A;;FA;;;BA)");
  assert.equal(restrictedDacl(USER, ""), `D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;${USER})`);
});

Deno.test("the command by hand is by SIDs, keeps the owner, and takes away what stands on the file itself", () => {
  const path = "C:\\Program Files\\ident-sync\\config.ini";
  assert.equal(
    icaclsCommand(path, USER, OWNER, ["WD", "BU", COLLEAGUE]),
    `icacls "${path}" /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F *${USER}:F *${OWNER}:F` +
      ` /remove:g *S-1-1-0 *S-1-5-32-545 *${COLLEAGUE}`,
  );
  assert.ok(!icaclsCommand(path, USER, "BA", ["WD"]).includes("*BA"));
});
