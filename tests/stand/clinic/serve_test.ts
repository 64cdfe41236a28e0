import assert from "node:assert/strict";
import { connectTo } from "./client.ts";

Deno.test("the stand as a process says where it is, is served, and ends with its standard input", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-all", "--no-check", new URL("./serve.ts", import.meta.url).pathname],
      ...["--receptions", "30", "--now", "2026-03-01T10:30:00"],
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const place = JSON.parse((await lines.read()).value ?? "");
  {
    await using client = await connectTo(place);
    const [row] = await client.query(
      "SELECT COUNT(*) AS Receptions, CONVERT(varchar(16), GETDATE(), 121) AS Now FROM Receptions",
    );
    assert.deepEqual(row, { Receptions: 30, Now: "2026-03-01 10:30" });
  }
  await child.stdin.close();
  assert.equal((await child.status).code, 0);
  await lines.cancel();
});
