import { connectTo } from "./client.ts";
const c = await connectTo({host:"127.0.0.1",port:Number(Deno.args[0]),database:"IDENT",username:"ident",password:"Ident-2026!"}, { encrypt: Deno.args[1]==="tls" });
for (const n of [1,1,1,2,2,2,5,5,5,10,20,40,40]) { try { const r = await c.query(`SELECT TOP ${n} ID, Comment FROM Receptions ORDER BY ID`); console.log(n, r.length, JSON.stringify(r).length); } catch (e) { console.log(n, "ERR", (e as Error).message); } }
Deno.exit(0);
