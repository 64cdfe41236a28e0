/**
 * Rows exactly as the texts of `queries.ts` give them. Identifiers may come as numbers (int) or as strings (bigint,
 * decimal), text may have blanks around it, and whatever is not a reception's own ID may be NULL.
 */

/** A whole number as mssql gives it: int as number, bigint as string. */
export type SqlId = number | string;
/** Wall clock of the clinic, style 121: `2026-03-01 10:30:00.0000000`, with 0 to 7 digits of a fraction. */
export type SqlTime = string;
/** decimal(19, 4) as text: `1500.0000`. */
export type SqlAmount = string;

/** The database's clocks, and up to when changes were read. */
export interface ClocksRow {
  readonly Now: SqlTime;
  readonly UtcNow: SqlTime;
  readonly Upper: SqlTime;
}

export interface ReceptionRow {
  readonly ID: SqlId;
  readonly Changed: SqlTime | null;
  readonly PlanStart: SqlTime | null;
  readonly PlanEnd: SqlTime | null;
  readonly PatientAppeared: SqlTime | null;
  readonly ReceptionStarted: SqlTime | null;
  readonly ReceptionEnded: SqlTime | null;
  readonly ReceptionCanceled: SqlTime | null;
  readonly CheckIssued: SqlTime | null;
  /** NULL also where the database has no such column. */
  readonly CancelReasonId: SqlId | null;
  readonly Comment: string | null;
  /** NULL: the reception was deleted or lost its patient while the query ran. */
  readonly PatientId: SqlId | null;
  readonly PatientSurname: string | null;
  readonly PatientName: string | null;
  readonly PatientPatronymic: string | null;
  readonly PatientPhone: string | null;
  readonly CardNumber: string | number | null;
  readonly ParentSNP: string | null;
  readonly DoctorSurname: string | null;
  readonly DoctorName: string | null;
  readonly DoctorPatronymic: string | null;
  readonly DoctorProfession: string | null;
  readonly Armchair: string | null;
  readonly BranchId: SqlId | null;
  readonly BranchName: string | null;
  readonly OrderTime: SqlTime | null;
}

export interface BillLineRow {
  readonly ReceptionId: SqlId;
  readonly OrderId: SqlId;
  readonly ServiceName: string | null;
  readonly CountService: SqlAmount | null;
  readonly Price: SqlAmount | null;
  readonly DiscountSum: SqlAmount | null;
}
