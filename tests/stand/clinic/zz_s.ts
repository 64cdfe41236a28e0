import { startClinicStand } from "./clinic_stand.ts";
const stand = await startClinicStand({port: Number(Deno.args[0])});
const comment = "Длинное примечание 😀 & <b>.\r\n".repeat(2_000);
await stand.insert({ Receptions: Array.from({ length: 40 }, (_, index) => ({ ID: index + 1, PlanStart: "2026-03-01T10:00:00", Comment: comment + index })) });
console.log("up"); setTimeout(()=>Deno.exit(), 45000);
