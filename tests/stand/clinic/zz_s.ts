import { startClinicStand } from "./clinic_stand.ts";
const stand = await startClinicStand({port: 14555});
stand.faults.dropConnections(Deno.args[0] as "half", { times: 1 });
console.log("up"); setTimeout(()=>Deno.exit(), 10000);
