/**
 * The columns that the queries read, and what the login can see of them.
 */

interface Column {
  readonly table: string;
  readonly column: string;
  /** Without a required one nothing can be carried over; an optional one is used where it is there. */
  readonly need: "required" | "optional";
}

const required = (table: string, ...columns: readonly string[]): Column[] =>
  columns.map((column) => ({ table, column, need: "required" }));

const optional = (table: string, ...columns: readonly string[]): Column[] =>
  columns.map((column) => ({ table, column, need: "optional" }));

/** Every column that stands in a query. The required ones are those that the original program reads too. */
export const COLUMNS: readonly Column[] = [
  ...required("Receptions", "ID", "ID_Patients", "ID_Staffs", "ID_Armchairs", "PlanStart", "PlanEnd", "Comment"),
  ...required(
    "Receptions",
    "PatientAppeared",
    "ReceptionStarted",
    "ReceptionEnded",
    "ReceptionCanceled",
    "CheckIssued",
  ),
  ...required("Receptions", "DateTimeAdded", "DateTimeChanged"),
  // A registrar's reason may be all that tells of a cancellation.
  ...optional("Receptions", "ID_ReceptionCancelReasons"),
  ...required("Persons", "ID", "Surname", "Name", "Patronymic", "MobilePhone"),
  ...required("Patients", "ID_Persons", "CardNumber", "ParentSNP"),
  ...required("Items", "ID", "ID_Staffs", "ID_ProfessionNames"),
  ...required("ProfessionNames", "ID", "NameProfession"),
  ...required("Armchairs", "ID", "NameArmchair", "ID_OwnCompanies"),
  ...required("OwnCompanies", "ID", "Name"),
  ...required("Orders", "ID", "ID_Receptions", "ID_OwnCompanies", "DateTimeOrder", "DateTimeBillFormed"),
  ...required("OrderServiceRelation", "ID", "ID_Orders", "ID_ServicePrices", "CountService", "DiscountSum"),
  ...required("ServiceItemPrices", "ID", "ID_ServiceItems", "Price"),
  ...required("ServiceItems", "ID", "Name"),
];

/** Names of optional columns, `Receptions.ID_ReceptionCancelReasons`. */
export type OptionalColumns = ReadonlySet<string>;

/** The optional columns that are there, and when that was found out (milliseconds since 1970). */
export interface KnownColumns {
  readonly optional: OptionalColumns;
  readonly since: number;
}

const LIFETIME_MS = 86_400_000;

/** Whether what is known can be relied on: IDENT is updated rarely, a day is soon enough. */
export const isFresh = ({ since }: KnownColumns, now: number): boolean => now >= since && now - since < LIFETIME_MS;

const nameOf = ({ table, column }: Pick<Column, "table" | "column">): string => `${table}.${column}`;

const TABLES = [...new Set(COLUMNS.map(({ table }) => table))];

/** What the login can see of the tables: one row a column, `TableName`, `ColumnName`. */
export const VISIBLE_COLUMNS = `SET NOCOUNT ON; SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;
SELECT TABLE_NAME AS TableName, COLUMN_NAME AS ColumnName
FROM INFORMATION_SCHEMA.COLUMNS
WHERE TABLE_NAME IN (${TABLES.map((table) => `'${table}'`).join(", ")});`;

/** A row of `VISIBLE_COLUMNS`. */
export interface VisibleColumnRow {
  readonly TableName: string;
  readonly ColumnName: string;
}

export interface Visible {
  /** The optional columns that are there. */
  readonly optional: OptionalColumns;
  /** What is required and not there: `Items` (a whole table), `Receptions.CheckIssued`. */
  readonly missing: readonly string[];
}

/** What the login can see, in the words of `COLUMNS`. */
export function visibleOf(rows: readonly VisibleColumnRow[]): Visible {
  const there = new Set(rows.map(({ TableName, ColumnName }) => `${TableName}.${ColumnName}`.toLowerCase()));
  const tables = new Set(rows.map(({ TableName }) => TableName.toLowerCase()));
  const isThere = (column: Column) => there.has(nameOf(column).toLowerCase());
  const missing = COLUMNS.filter((column) => column.need === "required" && !isThere(column));
  return {
    optional: new Set(COLUMNS.filter((column) => column.need === "optional" && isThere(column)).map(nameOf)),
    missing: [
      ...new Set(missing.map((column) => tables.has(column.table.toLowerCase()) ? nameOf(column) : column.table)),
    ],
  };
}
