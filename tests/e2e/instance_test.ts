import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { ClinicDay } from "../stand/clinic/clinic_day.ts";
import { openOffice } from "../stand/office.ts";

/** Where SQL Server Browser listens, on every machine. */
const BROWSER_PORT = 1434;

/** A SQL Server Browser that knows one instance. */
async function startBrowser(instance: string, port: number): Promise<Disposable> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    // CLNT_UCAST_EX asks for all instances of the machine.
    if (message[0] !== 2) return;
    const text = `ServerName;CLINIC;InstanceName;${instance};IsClustered;No;Version;10.50.1600.1;tcp;${port};;`;
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
  name: "an instance without a port is found by SQL Server Browser, and one it does not know is told",
  async fn() {
    await using office = await openOffice();
    using _browser = await startBrowser("SQLEXPRESS", office.clinic.port);
    await using pc = await office.begin({ Database: { server: "127.0.0.1\\SQLEXPRESS", port: "" } });
    const day = new ClinicDay();
    day.reception(day.patient("Иванов Иван", null), "2026-03-02T09:00:00");
    await office.clinic.insert(day.take());
    office.clinic.setClock("2026-03-02T10:00:00");
    const { code, err } = await pc.run(["once"]);
    assert.equal(code, 0, err);
    assert.equal(office.portal.deals.size, 1);

    await using other = await office.begin({ Database: { server: "127.0.0.1\\IDENT", port: "" } });
    const unknown = await other.run(["once"]);
    assert.equal(unknown.code, 3);
    assert.match(unknown.err, /Экземпляр SQL Server «IDENT» на 127\.0\.0\.1 не найден/);
  },
});
