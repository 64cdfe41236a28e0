import { connectTo, errorOf } from "./client.ts";
const t0=performance.now(); const l=(...s:unknown[])=>console.log(Math.round(performance.now()-t0),...s);
const c = await connectTo({host:"127.0.0.1",port:14555,database:"IDENT",username:"ident",password:"Ident-2026!"}, { encrypt: Deno.args[0]==="tls" });
setInterval(()=>l("tick"),500);
const e = await errorOf(c.query(`SELECT LEN('${"ж".repeat(5000)}') AS L`));
l((e as any).code ?? e, (e as any).message);
l(await c.query("SELECT 4 AS Four"));
await c.pool.close(); l("closed"); Deno.exit(0);
