/**
 * Rows of the clinic's database → receptions.
 */
import type { BillLineRow, ReceptionRow } from "../ident/rows.ts";
import { totalAmount } from "./amount.ts";
import { wallClock } from "./clinic_time.ts";
import { filialOf, type FilialRule, otherFilials } from "./filial.ts";
import { visible } from "./invisible.ts";
import { nameIn, patronymicIn } from "./person_name.ts";
import { phonesOf } from "./phone.ts";
import type { Reception, WallClock } from "./reception.ts";
import { statusOf } from "./status.ts";

/** Blanks of every kind at the ends go, and what nobody sees; what a registrar typed inside stays. */
const text = (value: string | number | null): string =>
  // Half a surrogate pair, as a limit of length may leave it, is no text for the portal.
  value === null ? "" : visible(String(value).toWellFormed()).trim();

/** One line: names hold no line breaks and no doubled blanks. */
const line = (value: string | number | null): string => text(value).replace(/\s+/g, " ");

const time = (value: string | null): WallClock | undefined => value === null ? undefined : wallClock(value);

const name = (value: string | null): string => nameIn(line(value));

const patronymic = (value: string | null): string => patronymicIn(line(value));

const fullName = (...parts: readonly string[]): string => parts.filter(Boolean).join(" ");

/**
 * One reception from its row and the lines of its bills (those in the order of bills and lines).
 *
 * @returns `undefined` where the reception's branch is not carried over
 * @throws TypeError, RangeError when a value is not of the form that `queries.ts` asks for
 */
export function receptionFrom(
  row: ReceptionRow,
  lines: readonly BillLineRow[],
  rule: FilialRule,
): Reception | undefined {
  const id = Number(row.ID);
  const filial = filialOf(row.BranchId === null ? undefined : Number(row.BranchId), rule);
  if (filial === undefined) return undefined;
  return {
    key: `F${filial}_${id}`,
    formerKeys: otherFilials(filial, rule).map((other) => `F${other}_${id}` as const),
    id,
    filial,
    status: statusOf({
      patientAppeared: time(row.PatientAppeared),
      receptionStarted: time(row.ReceptionStarted),
      receptionEnded: time(row.ReceptionEnded),
      // A registrar may give the reason only; zero is none, as in dates.
      isCancelled: time(row.ReceptionCanceled) !== undefined || Number(row.CancelReasonId ?? 0) !== 0,
      checkIssued: time(row.CheckIssued),
    }),
    start: time(row.PlanStart),
    end: time(row.PlanEnd),
    patient: {
      // A patient of two branches is one person, whichever branch the reception belongs to.
      key: `F${rule.filialId}_P${Number(row.PatientId)}`,
      surname: name(row.PatientSurname),
      name: name(row.PatientName),
      patronymic: patronymic(row.PatientPatronymic),
      phones: phonesOf(text(row.PatientPhone)),
      cardNumber: line(row.CardNumber),
      parent: name(row.ParentSNP),
    },
    doctor: fullName(name(row.DoctorSurname), name(row.DoctorName), patronymic(row.DoctorPatronymic)),
    doctorSpeciality: line(row.DoctorProfession),
    services: [...new Set(lines.map((bill) => line(bill.ServiceName)).filter(Boolean))],
    amount: totalAmount(
      lines.map((bill) => ({ count: bill.CountService, price: bill.Price, discount: bill.DiscountSum })),
    ),
    branch: line(row.BranchName),
    armchair: line(row.Armchair),
    comment: text(row.Comment).replace(/\r\n?/g, "\n"),
    orderDate: time(row.OrderTime),
  };
}
