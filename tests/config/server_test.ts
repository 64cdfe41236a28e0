import assert from "node:assert/strict";
import { configWith, failureOf, textWith } from "./minimal.ts";

const ADDRESSES: [
  server: string,
  port: string | undefined,
  host: string,
  instance: string | undefined,
  number?: number,
][] = [
  ["CLINIC-PC", undefined, "CLINIC-PC", undefined, 1433],
  ["CLINIC-PC", "1450", "CLINIC-PC", undefined, 1450],
  ["CLINIC-PC,1450", undefined, "CLINIC-PC", undefined, 1450],
  ["CLINIC-PC, 1450", "1450", "CLINIC-PC", undefined, 1450],
  ["CLINIC-PC,50123", "1433", "CLINIC-PC", undefined, 50123],
  ["CLINIC-PC,50123", "1450", "CLINIC-PC", undefined, 50123],
  ["tcp:CLINIC-PC,50123", "1433", "CLINIC-PC", undefined, 50123],
  ["CLINIC-PC\\SQLEXPRESS,50123", "1433", "CLINIC-PC", "SQLEXPRESS", 50123],
  ["CLINIC-PC\\SQLEXPRESS,1433", "1450", "CLINIC-PC", "SQLEXPRESS", 1433],
  ["CLINIC-PC\\SQLEXPRESS", undefined, "CLINIC-PC", "SQLEXPRESS", undefined],
  ["CLINIC-PC\\SQLEXPRESS", "", "CLINIC-PC", "SQLEXPRESS", undefined],
  ["CLINIC-PC\\SQLEXPRESS", "1433", "CLINIC-PC", "SQLEXPRESS", undefined],
  ["CLINIC-PC\\SQLEXPRESS", "1450", "CLINIC-PC", "SQLEXPRESS", 1450],
  [".\\SQLEXPRESS", "1433", "localhost", "SQLEXPRESS", undefined],
  ["localhost\\SQLEXPRESS", "1433", "localhost", "SQLEXPRESS", undefined],
  ["(local)\\SQLEXPRESS", "1433", "localhost", "SQLEXPRESS", undefined],
  ["tcp:.\\SQLEXPRESS", "1433", "localhost", "SQLEXPRESS", undefined],
  ["CLINIC-PC\\SQLEXPRESS,1450", undefined, "CLINIC-PC", "SQLEXPRESS", 1450],
  ["tcp:db.clinic.local,1450", undefined, "db.clinic.local", undefined, 1450],
  ["TCP:192.168.1.10", undefined, "192.168.1.10", undefined, 1433],
  [".", undefined, "localhost", undefined, 1433],
  ["(local)", undefined, "localhost", undefined, 1433],
  [".\\IDENT", undefined, "localhost", "IDENT", undefined],
  ["(LOCAL)\\IDENT$1", undefined, "localhost", "IDENT$1", undefined],
  ["РЕГИСТРАТУРА", undefined, "РЕГИСТРАТУРА", undefined, 1433],
  ["::1", undefined, "::1", undefined, 1433],
];
for (const [server, port, host, instance, number] of ADDRESSES) {
  Deno.test(`server «${server}» with port «${port ?? "absent"}» leads to ${host}, port ${number ?? "of the instance"}`, () => {
    const { database } = configWith({
      "Database.server": server,
      ...(port === undefined ? {} : { "Database.port": port }),
    });
    assert.deepEqual([database.host, database.instance, database.port], [host, instance, number]);
  });
}

const WRONG: [string, RegExp][] = [
  ["CLINIC-PC:1433", /порт отделяется запятой/],
  ["np:\\\\.\\pipe\\sql\\query", /только по TCP/],
  ["\\\\CLINIC-PC\\SQLEXPRESS", /только по TCP/],
  ["(localdb)\\MSSQLLocalDB", /LocalDB не поддерживается/],
  ["CLINIC-PC,70000", /порт — число от 1 до 65535/],
  ["CLINIC-PC\\", /нужно имя или адрес/],
  ["CLINIC PC", /нужно имя или адрес/],
  ["http://clinic", /нужно имя или адрес/],
  ["ВАШ_SQL_SERVER", /оставлен образец/],
];
for (const [server, message] of WRONG) {
  Deno.test(`server «${server}» is refused with advice`, () => {
    assert.match(failureOf(textWith({ "Database.server": server })).text.what, message);
  });
}
