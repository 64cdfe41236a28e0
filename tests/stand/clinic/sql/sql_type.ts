/** The types of SQL Server that the stand knows. */

export type SqlType =
  | { readonly name: "int" | "bigint" | "bit" | "money" | "float" | "datetime" | "smalldatetime" | "date" }
  | { readonly name: "datetime2"; readonly scale: number }
  | { readonly name: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly name: "nvarchar" | "varchar"; readonly length: number | "max" };

const SAME: Readonly<Record<string, string>> = {
  integer: "int",
  smallint: "int",
  tinyint: "int",
  numeric: "decimal",
  dec: "decimal",
  real: "float",
  "double precision": "float",
  smallmoney: "money",
  char: "varchar",
  nchar: "nvarchar",
  text: "varchar",
  ntext: "nvarchar",
  sysname: "nvarchar",
};

/**
 * The type that a T-SQL text names, e.g. `decimal(19, 4)`, `nvarchar(max)`; undefined if the stand does not know it.
 * Types that differ little are taken as their larger neighbour (`tinyint` as `int`, `char` as `varchar`).
 *
 * @param inConversion `varchar` without a length is 30 characters in CAST and CONVERT, and 1 elsewhere
 */
export function parseSqlType(text: string, inConversion = false): SqlType | undefined {
  const match = /^\s*\[?([a-z0-9_ ]+?)\]?\s*(?:\(\s*(\d+|max)\s*(?:,\s*(\d+)\s*)?\))?\s*$/i.exec(text);
  if (match === null) return undefined;
  const written = match[1].toLowerCase();
  const name = SAME[written] ?? written;
  const [first, second] = [match[2]?.toLowerCase(), match[3]];
  switch (name) {
    case "int":
    case "bigint":
    case "bit":
    case "money":
    case "float":
    case "datetime":
    case "smalldatetime":
    case "date":
      return { name };
    case "datetime2":
      return { name, scale: first === undefined ? 7 : Number(first) };
    case "decimal":
      return { name, precision: Number(first ?? 18), scale: Number(second ?? 0) };
    case "nvarchar":
    case "varchar": {
      if (written === "text" || written === "ntext" || first === "max") return { name, length: "max" };
      return { name, length: Number(first ?? (written === "sysname" ? 128 : inConversion ? 30 : 1)) };
    }
    default:
      return undefined;
  }
}

/** The PostgreSQL type that stands for it; `datetime`, `smalldatetime`, `money_` and `bit_` are domains of the stand. */
export function postgresType(type: SqlType): string {
  switch (type.name) {
    case "int":
      return "integer";
    case "bigint":
      return "bigint";
    case "bit":
      return "bit_";
    case "money":
      return "money_";
    case "float":
      return "double precision";
    case "datetime":
    case "smalldatetime":
      return type.name;
    case "date":
      return "date";
    case "datetime2":
      return "timestamp";
    case "decimal":
      return `numeric(${type.precision}, ${type.scale})`;
    case "nvarchar":
      return "text";
    case "varchar":
      return type.length === "max" ? "varchar" : `varchar(${type.length})`;
  }
}
