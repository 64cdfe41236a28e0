import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";

/** Where SQL Server Browser listens, on every machine. */
const BROWSER_PORT = 1434;

/** A SQL Server Browser that knows an instance with a port, and one (`NOTCP`) without TCP/IP. */
async function startBrowser(instance: string, port: number): Promise<Disposable> {
  const socket = createSocket("udp4");
  const entry = (name: string, rest: string) =>
    `ServerName;CLINIC;InstanceName;${name};IsClustered;No;Version;10.50.1600.1${rest};;`;
  socket.on("message", (message, from) => {
    // CLNT_UCAST_EX asks for all instances of the machine.
    if (message[0] !== 2) return;
    const text = entry("NOTCP", ";np;pipe") + entry(instance, `;tcp;${port}`);
    const answer = new Uint8Array(3 + text.length);
    new DataView(answer.buffer).setUint16(1, text.length, true);
    answer[0] = 5;
    answer.set(new TextEncoder().encode(text), 3);
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(BROWSER_PORT, "127.0.0.1", resolve);
  });
  return { [Symbol.dispose]: () => void socket.close() };
}

Deno.test({
  name: "an instance beside the usual port is found by SQL Server Browser; one it does not know or without TCP is told",
  async fn() {
    await using office = await openOffice();
    using _browser = await startBrowser("SQLEXPRESS", office.clinic.port);
    for (const port of ["", "1433", undefined]) {
      await using pc = await office.begin({ Database: { server: "127.0.0.1\\SQLEXPRESS", port } });
      const day = new ClinicDay();
      day.reception(day.patient("Иванов Иван", null), "2026-03-02T09:00:00");
      await office.clinic.insert(day.take());
      office.clinic.setClock("2026-03-02T10:00:00");
      const { code, err } = await pc.run(["once"]);
      assert.equal(code, 0, err);
      assert.equal(office.portal.deals.size, 1);
    }
    for (
      const [instance, says] of [
        ["IDENT", /«IDENT» на 127\.0\.0\.1 не найден[^]*его не знает[^]*Ей известны: NOTCP, SQLEXPRESS\./],
        ["NOTCP", /«NOTCP» на 127\.0\.0\.1 выключен протокол TCP\/IP[^]*Включите TCP\/IP/],
      ] as const
    ) {
      await using pc = await office.begin({ Database: { server: `127.0.0.1\\${instance}`, port: 1433 } });
      const { code, err } = await pc.run(["once"]);
      assert.equal(code, 3);
      assert.match(err, says);
    }
  },
});

Deno.test("a port that wins over the instance is told in the log", async () => {
  await using office = await openOffice();
  const { port } = office.clinic;
  for (const Database of [{ server: "127.0.0.1\\X", port }, { server: `tcp:127.0.0.1\\X,${port}`, port: 1433 }]) {
    await using pc = await office.begin({ Database });
    assert.equal((await pc.run(["once"])).code, 0);
    assert.match(await pc.log(), new RegExp(`порту ${port}: когда он указан, имя экземпляра X не используется`));
  }
});
