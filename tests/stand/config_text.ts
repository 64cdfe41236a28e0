/**
 * config.ini for the two stands.
 */
import type { ClinicStand } from "./clinic/clinic_stand.ts";

/** Values by section and key; `undefined` leaves a key out. */
export type Settings = Readonly<Record<string, Readonly<Record<string, string | number | undefined>>>>;

/** The sections of config.ini for a clinic and a portal, with `changes` over them. */
export function configText(
  clinic: Pick<ClinicStand, "host" | "port" | "database" | "username" | "password">,
  portalUrl: string,
  changes: Settings = {},
): string {
  const base: Settings = {
    Database: {
      server: clinic.host,
      port: clinic.port,
      database: clinic.database,
      username: clinic.username,
      password: clinic.password,
    },
    Bitrix24: { webhook_url: portalUrl },
    Sync: { filial_id: 1, timezone: "Europe/Moscow" },
    Logging: { level: "DEBUG" },
  };
  const names = new Set([...Object.keys(base), ...Object.keys(changes)]);
  return [...names].map((name) => {
    const values = Object.entries({ ...base[name], ...changes[name] }).filter(([, value]) => value !== undefined);
    return [`[${name}]`, ...values.map(([key, value]) => `${key} = ${value}`), ""].join("\n");
  }).join("\n");
}
