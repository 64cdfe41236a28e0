import sql from "mssql"; import net from "node:net"; import { Duplex } from "node:stream";
const port = Number(Deno.args[0]), mode = Deno.args[1] ?? "none", size = Number(Deno.args[2] ?? 4096);
class Slices extends Duplex {
  s: net.Socket; q: Uint8Array[] = []; busy = false;
  constructor(s: net.Socket) { super(); this.s = s;
    s.on("data", (c: any) => { for (let i = 0; i < c.length; i += size) this.q.push(c.subarray(i, i + size)); this.pump(); });
    s.on("end", () => { this.q.push(null as any); this.pump(); }); s.on("error", (e) => this.destroy(e)); s.on("close", () => { if (!this.q.length) this.destroy(); }); }
  pump() { if (this.busy || !this.q.length) return; this.busy = true;
    const step = () => { if (!this.q.length) { this.busy = false; return; } const c = this.q.shift()!; this.push(c === null ? null : Buffer.from(c)); mode === "immediate" ? setImmediate(step) : mode === "timeout" ? setTimeout(step, 0) : step(); }; step(); }
  override _read() {} 
  override _write(c: any, e: any, cb: any) { this.s.write(c, e, cb); }
  override _final(cb: any) { this.s.end(cb); }
  override _destroy(e: any, cb: any) { this.s.destroy(); cb(e); }
  setKeepAlive(...a: any[]) { (this.s as any).setKeepAlive(...a); return this; } setNoDelay(...a: any[]) { (this.s as any).setNoDelay(...a); return this; }
}
const pool = new sql.ConnectionPool({server:"127.0.0.1",port,database:"IDENT",user:"ident",password:"Ident-2026!", options:{encrypt:true,trustServerCertificate:true, packetSize: Number(Deno.args[3] ?? 4096),
  ...(mode === "none" ? {} : { connector: () => new Promise((res, rej) => { const s = net.connect(port, "127.0.0.1", () => res(new Slices(s))); s.on("error", rej); }) , port: undefined, server: undefined}) } } as any);
await pool.connect(); let out = mode + " " + size + ": ";
for (const n of [1,1,1,2,2,2,5,5,5,10,20,40,40]) { const t=performance.now(); try { const r = (await pool.request().query(`SELECT TOP ${n} ID, Comment FROM Receptions ORDER BY ID`)).recordset; out += `${n} ok ${JSON.stringify(r).length} ${Math.round(performance.now()-t)}ms; `; } catch (e) { out += `${n} ERR ${(e as Error).message}; `; } }
console.log(out);
Deno.exit(0);
