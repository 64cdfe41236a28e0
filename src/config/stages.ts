/**
 * The mapping of IDENT's statuses to the deals' stages, as config.ini holds it: `Запланирован:NEW,В процессе:…`.
 */
import { type Status, STATUSES, statusNamed } from "../reception/status.ts";
import { itemsOf, type Kind } from "./kind.ts";

export type StageMapping = Readonly<Partial<Record<Status, string>>>;

const SHAPE = "нужно «статус:стадия» через запятую, например Запланирован:NEW,В процессе:PREPARATION";

/** The kind of `[deal_stages] mapping`. A stage may itself hold a colon (`C5:NEW`) or be the name that the portal shows. */
export const stageMapping: Kind<StageMapping> = {
  accepts: "пары «статус:стадия» через запятую",
  secret: false,
  read: (value) => {
    const mapping: Partial<Record<Status, string>> = {};
    for (const item of itemsOf(value)) {
      const parts = /^([^:]*[^:\s])\s*:\s*(\S.*)$/.exec(item);
      if (parts === null) return { shown: item, wrong: SHAPE };
      const status = statusNamed(parts[1]);
      if (status === undefined) {
        const known = STATUSES.map((each) => `«${each}»`).join(", ");
        return { shown: parts[1], wrong: `такого статуса нет; есть: ${known}` };
      }
      if (mapping[status] !== undefined) return { shown: parts[1], wrong: "этот статус назван дважды" };
      mapping[status] = parts[2];
    }
    return { value: mapping };
  },
};
