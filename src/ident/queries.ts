/**
 * The T-SQL that is sent to the clinic's database.
 *
 * Rules that hold for every text here:
 * - only reads: the login may have SELECT rights only. INSERT goes to table variables, which live in the query itself and
 *   need no rights;
 * - nothing is locked and nothing waits for the clinic's own locks: READ UNCOMMITTED. A row that is caught in the middle
 *   of a change is read again by the next cycles, because each starts five minutes before the last one's end;
 * - SQL Server 2008 R2 and later: no OFFSET FETCH, IIF, TRY_CONVERT, STRING_AGG, GREATEST;
 * - the column types of IDENT are not known for certain, so all times leave as text of style 121
 *   (`2026-03-01 10:30:00.0000000`, the clinic's wall clock) and all amounts as text of decimal(19, 4);
 * - every column that is read stands in `COLUMNS`; an optional one that the database does not have is NULL.
 */
import type { OptionalColumns } from "./columns.ts";

/**
 * On every statement that reads a table variable: before 2019 the server takes such a table for one row unless it plans the
 * statement when it runs, and would then scan the bills once for each reception. One core: the clinic has the others.
 */
const PLANNED_ANEW = "OPTION (RECOMPILE, MAXDOP 1)";

const READ_ONLY = "SET NOCOUNT ON; SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;";

const asTime = (column: string) => `CONVERT(datetime2(7), ${column})`;
const timeText = (column: string) => `CONVERT(varchar(27), ${asTime(column)}, 121)`;
const amountText = (column: string) => `CONVERT(varchar(40), CONVERT(decimal(19, 4), ${column}))`;

/** The change time of a reception `r`: the latest of its seven own times and its bills' two, none after @upper. */
const CHANGED = `
CROSS APPLY (
  SELECT MAX(t.At) AS Changed
  FROM (
    SELECT ${asTime("own.At")} AS At
    FROM (VALUES (r.DateTimeAdded), (r.DateTimeChanged), (r.PatientAppeared), (r.ReceptionStarted),
                 (r.ReceptionEnded), (r.ReceptionCanceled), (r.CheckIssued)) AS own(At)
    UNION ALL
    SELECT ${asTime("bill.At")} AS At
    FROM Orders AS o
    CROSS APPLY (VALUES (o.DateTimeOrder), (o.DateTimeBillFormed)) AS bill(At)
    WHERE o.ID_Receptions = r.ID
  ) AS t
  WHERE t.At <= @upper
) AS c`;

/** An optional column where it is there, else NULL. `alias` stands for its table. */
const ifThere = (alias: string, table: string, column: string, columns: OptionalColumns): string =>
  columns.has(`${table}.${column}`) ? `${alias}.${column}` : "NULL";

/**
 * Everything of the receptions in @page: one row a reception, then one row a bill line. A reception that was deleted, or
 * has lost its patient, since it was put on the page has a row too, with `PatientId` NULL: a page's length tells whether
 * there are more.
 */
const details = (columns: OptionalColumns): string => `
SELECT
  p.ID, ${timeText("p.Changed")} AS Changed,
  ${timeText("r.PlanStart")} AS PlanStart, ${timeText("r.PlanEnd")} AS PlanEnd,
  ${timeText("r.PatientAppeared")} AS PatientAppeared, ${timeText("r.ReceptionStarted")} AS ReceptionStarted,
  ${timeText("r.ReceptionEnded")} AS ReceptionEnded, ${timeText("r.ReceptionCanceled")} AS ReceptionCanceled,
  ${timeText("r.CheckIssued")} AS CheckIssued,
  ${ifThere("r", "Receptions", "ID_ReceptionCancelReasons", columns)} AS CancelReasonId,
  r.Comment,
  r.ID_Patients AS PatientId, patient.Surname AS PatientSurname, patient.Name AS PatientName,
  patient.Patronymic AS PatientPatronymic, patient.MobilePhone AS PatientPhone,
  card.CardNumber, card.ParentSNP,
  doctor.Surname AS DoctorSurname, doctor.Name AS DoctorName, doctor.Patronymic AS DoctorPatronymic,
  profession.NameProfession AS DoctorProfession,
  chair.NameArmchair AS Armchair,
  COALESCE(naming.ID_OwnCompanies, NULLIF(chair.ID_OwnCompanies, 0)) AS BranchId,
  branch.Name AS BranchName,
  ${timeText("bill.DateTimeOrder")} AS OrderTime
FROM @page AS p
LEFT JOIN Receptions AS r ON r.ID = p.ID AND r.ID_Patients IS NOT NULL
LEFT JOIN Persons AS patient ON patient.ID = r.ID_Patients
LEFT JOIN Patients AS card ON card.ID_Persons = r.ID_Patients
LEFT JOIN Persons AS doctor ON doctor.ID = r.ID_Staffs
LEFT JOIN Armchairs AS chair ON chair.ID = r.ID_Armchairs
OUTER APPLY (
  SELECT TOP (1) n.NameProfession
  FROM Items AS i JOIN ProfessionNames AS n ON n.ID = i.ID_ProfessionNames
  WHERE i.ID_Staffs = r.ID_Staffs
  ORDER BY i.ID
) AS profession
OUTER APPLY (
  SELECT TOP (1) o.DateTimeOrder
  FROM Orders AS o
  WHERE o.ID_Receptions = r.ID
  ORDER BY o.DateTimeOrder DESC, o.ID DESC
) AS bill
OUTER APPLY (
  SELECT TOP (1) o.ID_OwnCompanies
  FROM Orders AS o
  WHERE o.ID_Receptions = r.ID AND o.ID_OwnCompanies <> 0
  ORDER BY o.DateTimeOrder DESC, o.ID DESC
) AS naming
LEFT JOIN OwnCompanies AS branch ON branch.ID = COALESCE(naming.ID_OwnCompanies, chair.ID_OwnCompanies)
ORDER BY p.Changed, p.ID
${PLANNED_ANEW};

SELECT
  o.ID_Receptions AS ReceptionId, o.ID AS OrderId, s.Name AS ServiceName,
  ${amountText("l.CountService")} AS CountService, ${amountText("price.Price")} AS Price,
  ${amountText("l.DiscountSum")} AS DiscountSum
FROM @page AS p
JOIN Orders AS o ON o.ID_Receptions = p.ID
JOIN OrderServiceRelation AS l ON l.ID_Orders = o.ID
LEFT JOIN ServiceItemPrices AS price ON price.ID = l.ID_ServicePrices
LEFT JOIN ServiceItems AS s ON s.ID = price.ID_ServiceItems
ORDER BY o.ID_Receptions, o.ID, l.ID
${PLANNED_ANEW};`;

/**
 * One page of changed receptions, in watermark order (change time, ID), after the position (@from, @afterId) and not
 * after @upper. Parameters:
 * - `@size` int;
 * - `@upperText` varchar(27) or NULL: the cycle's upper bound; NULL: the database's time now;
 * - `@fromText` varchar(27) or NULL: NULL means @initialDays before the upper bound;
 * - `@initialDays` int; `@afterId` bigint.
 *
 * Answers three result sets: `Now`, `UtcNow`, `Upper` (one row); receptions, @size of them unless there are no more; bill
 * lines. What was touched is collected first, from two plain scans: as one condition, the bills would be looked up for every
 * reception there is.
 */
export const changedReceptions = (columns: OptionalColumns): string =>
  `${READ_ONLY}
DECLARE @now datetime2(7) = SYSDATETIME();
DECLARE @utc datetime2(7) = SYSUTCDATETIME();
DECLARE @upper datetime2(7) = COALESCE(CONVERT(datetime2(7), @upperText, 121), @now);
DECLARE @from datetime2(7) = COALESCE(CONVERT(datetime2(7), @fromText, 121), DATEADD(day, -@initialDays, @upper));
DECLARE @touched TABLE (ID bigint NOT NULL PRIMARY KEY);
DECLARE @page TABLE (ID bigint NOT NULL PRIMARY KEY, Changed datetime2(7) NULL);

INSERT INTO @touched (ID)
SELECT r.ID
FROM Receptions AS r
WHERE r.ID_Patients IS NOT NULL
  AND (r.DateTimeChanged >= @from OR r.DateTimeAdded >= @from OR r.PatientAppeared >= @from
    OR r.ReceptionStarted >= @from OR r.ReceptionEnded >= @from OR r.ReceptionCanceled >= @from
    OR r.CheckIssued >= @from)
UNION
SELECT o.ID_Receptions
FROM Orders AS o
WHERE o.ID_Receptions IS NOT NULL AND (o.DateTimeOrder >= @from OR o.DateTimeBillFormed >= @from)
OPTION (MAXDOP 1);

INSERT INTO @page (ID, Changed)
SELECT TOP (@size) r.ID, c.Changed
FROM @touched AS touched
JOIN Receptions AS r ON r.ID = touched.ID${CHANGED}
WHERE r.ID_Patients IS NOT NULL
  AND (c.Changed > @from OR (c.Changed = @from AND r.ID > @afterId))
ORDER BY c.Changed, r.ID
${PLANNED_ANEW};

SELECT CONVERT(varchar(27), @now, 121) AS Now, CONVERT(varchar(27), @utc, 121) AS UtcNow,
  CONVERT(varchar(27), @upper, 121) AS Upper;
${details(columns)}`;

/**
 * One page of the receptions that are planned within @days before and after the database's time now, by ID, after
 * @afterId; @size of them. For the daily comparison, which finds also what left no time of change. Answers the same three
 * result sets as `changedReceptions`, less `UtcNow`.
 */
export const plannedReceptions = (columns: OptionalColumns): string =>
  `${READ_ONLY}
DECLARE @upper datetime2(7) = SYSDATETIME();
DECLARE @page TABLE (ID bigint NOT NULL PRIMARY KEY, Changed datetime2(7) NULL);

INSERT INTO @page (ID, Changed)
SELECT TOP (@size) r.ID, c.Changed
FROM Receptions AS r${CHANGED}
WHERE r.ID_Patients IS NOT NULL AND r.ID > @afterId
  AND r.PlanStart >= DATEADD(day, -@days, @upper) AND r.PlanStart <= DATEADD(day, @days, @upper)
ORDER BY r.ID
OPTION (MAXDOP 1);

SELECT CONVERT(varchar(27), @upper, 121) AS Now, CONVERT(varchar(27), @upper, 121) AS Upper;
${details(columns)}`;

/**
 * The receptions of the given IDs, as they are now (`@id0`, `@id1`, … bigint). Answers the same three result sets as
 * `changedReceptions`, less `UtcNow`; a reception that does not exist any more, or has no patient, is not among them.
 *
 * @param count how many IDs, 1 to 1,000 (SQL Server takes at most 2,100 parameters)
 */
export function receptionsById(count: number, columns: OptionalColumns): string {
  const ids = Array.from({ length: count }, (_, index) => `@id${index}`).join(", ");
  return `${READ_ONLY}
DECLARE @upper datetime2(7) = SYSDATETIME();
DECLARE @page TABLE (ID bigint NOT NULL PRIMARY KEY, Changed datetime2(7) NULL);

INSERT INTO @page (ID, Changed)
SELECT r.ID, c.Changed
FROM Receptions AS r${CHANGED}
WHERE r.ID_Patients IS NOT NULL AND r.ID IN (${ids})
OPTION (MAXDOP 1);

SELECT CONVERT(varchar(27), @upper, 121) AS Now, CONVERT(varchar(27), @upper, 121) AS Upper;
${details(columns)}`;
}
