/**
 * What PostgreSQL needs to answer as SQL Server does: domains for types it has not, and functions that the translated
 * queries call. `datetime` is overloaded where SQL Server treats it otherwise than `datetime2`: it shows three digits
 * of a second.
 */

/** Makes times have so many digits of a second (0 to 6), cut off, where SQL Server shows seven. */
export const shortFractions = (digits: number): string => `
CREATE OR REPLACE FUNCTION stand_seven_digits(at timestamp, form text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT rtrim(left(to_char(at, form), ${20 + digits}), '.') $$;`;

/** Runs once in a new PostgreSQL; `dbo` comes first, so that unqualified names are found there. */
export const SET_UP = `
CREATE SCHEMA dbo;
ALTER DATABASE postgres SET search_path = dbo, public;
SET search_path = dbo, public;

CREATE DOMAIN datetime AS timestamp(6);
CREATE DOMAIN smalldatetime AS timestamp(0);
CREATE DOMAIN money_ AS numeric(19, 4);
CREATE DOMAIN bit_ AS smallint;

CREATE TABLE stand_settings (compatibility_level int NOT NULL, database text NOT NULL);
INSERT INTO stand_settings VALUES (100, '');
CREATE TABLE stand_columns (
  table_catalog text, table_schema text, table_name text, column_name text, ordinal_position int,
  is_nullable text, data_type text, character_maximum_length int, numeric_precision int, numeric_scale int
);
CREATE VIEW stand_tables AS
  SELECT DISTINCT table_catalog, table_schema, table_name, 'BASE TABLE'::text AS table_type FROM stand_columns;

-- Thirds of 10 ms have no end in decimals, and PostgreSQL keeps six: .003333 was .0033333, .006667 was .0066667.
CREATE FUNCTION stand_seven_digits(at timestamp, form text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE date_part('microseconds', at)::int % 1000 WHEN 333 THEN to_char(at, form) || '3'
    WHEN 667 THEN left(to_char(at, form), -1) || '67' ELSE to_char(at, form) || '0' END $$;

CREATE FUNCTION stand_text(at timestamp, style int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE style
    WHEN 126 THEN CASE WHEN at = date_trunc('second', at) THEN to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS')
      ELSE stand_seven_digits(at, 'YYYY-MM-DD"T"HH24:MI:SS.US') END
    WHEN 120 THEN to_char(at, 'YYYY-MM-DD HH24:MI:SS')
    WHEN 104 THEN to_char(at, 'DD.MM.YYYY')
    WHEN 112 THEN to_char(at, 'YYYYMMDD')
    WHEN 23 THEN to_char(at, 'YYYY-MM-DD')
    ELSE stand_seven_digits(at, 'YYYY-MM-DD HH24:MI:SS.US')
  END $$;
CREATE FUNCTION stand_text(at datetime, style int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE style
    WHEN 0 THEN to_char(at, 'Mon ') || lpad(to_char(at, 'FMDD'), 2) || to_char(at, ' YYYY ') ||
      lpad(to_char(at, 'FMHH12'), 2) || to_char(at, ':MIAM')
    WHEN 126 THEN to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS') ||
      CASE WHEN to_char(at, 'US') = '000000' THEN '' ELSE to_char(at::timestamp(3), '.MS') END
    WHEN 121 THEN to_char(at::timestamp(3), 'YYYY-MM-DD HH24:MI:SS.MS')
    ELSE stand_text(at::timestamp, style)
  END $$;
CREATE FUNCTION stand_text(at smalldatetime, style int) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE style WHEN 121 THEN to_char(at, 'YYYY-MM-DD HH24:MI:SS') ELSE stand_text(at::timestamp::datetime, style) END $$;
CREATE FUNCTION stand_text(at date, style int) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE style WHEN 104 THEN to_char(at, 'DD.MM.YYYY') WHEN 112 THEN to_char(at, 'YYYYMMDD')
     ELSE to_char(at, 'YYYY-MM-DD') END $$;
CREATE FUNCTION stand_text(value text, style int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE FUNCTION stand_text(value int, style int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT value::text $$;
CREATE FUNCTION stand_text(value bigint, style int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT value::text $$;
CREATE FUNCTION stand_text(value smallint, style int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT value::text $$;
CREATE FUNCTION stand_text(value numeric, style int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT value::text $$;
CREATE FUNCTION stand_text(value money_, style int) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE style WHEN 2 THEN value::text ELSE round(value, 2)::text END $$;
CREATE FUNCTION stand_text(value double precision, style int) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN style = 0 THEN trim_scale(round(value::numeric, 5 - floor(log(greatest(abs(value), 1e-9)))::int))::text
     ELSE value::text END $$;

CREATE FUNCTION stand_datetime2(at timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $$ SELECT at $$;
-- PostgreSQL would take 'yesterday' for a time; SQL Server does not.
CREATE FUNCTION stand_datetime2(at text) RETURNS timestamp LANGUAGE sql STABLE AS
  $$ SELECT (CASE WHEN at ~ '^\\s*[0-9]{4}-?[0-9]{2}-?[0-9]{2}([ T][0-9:.]+)?\\s*$' THEN at ELSE 'no time ' || at END)::timestamp $$;

-- To 1/300 s. Level 130 and later keep the thirds of 10 ms, earlier ones whole milliseconds.
CREATE FUNCTION stand_datetime(at timestamp) RETURNS datetime LANGUAGE sql STABLE AS $$
  SELECT date_trunc('day', at) + CASE WHEN (SELECT compatibility_level FROM stand_settings) >= 130
    THEN make_interval(secs => round((round(extract(epoch FROM at - date_trunc('day', at)) * 300) / 300)::numeric, 6)::float8)
    ELSE make_interval(secs => round((round(extract(epoch FROM at - date_trunc('day', at)) * 300) / 300)::numeric, 3)::float8)
  END $$;
CREATE FUNCTION stand_datetime(at text) RETURNS datetime LANGUAGE sql STABLE AS $$ SELECT stand_datetime(stand_datetime2(at)) $$;
CREATE FUNCTION stand_smalldatetime(at timestamp) RETURNS smalldatetime LANGUAGE sql IMMUTABLE AS
  $$ SELECT date_trunc('minute', at + interval '30 seconds') $$;
CREATE FUNCTION stand_smalldatetime(at text) RETURNS smalldatetime LANGUAGE sql STABLE AS
  $$ SELECT stand_smalldatetime(stand_datetime2(at)) $$;
CREATE FUNCTION stand_date(at timestamp) RETURNS date LANGUAGE sql IMMUTABLE AS $$ SELECT at::date $$;
CREATE FUNCTION stand_date(at text) RETURNS date LANGUAGE sql STABLE AS $$ SELECT stand_datetime2(at)::date $$;

CREATE FUNCTION stand_interval(part text, number bigint) RETURNS interval LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE part
    WHEN 'year' THEN make_interval(years => number::int) WHEN 'quarter' THEN make_interval(months => number::int * 3)
    WHEN 'month' THEN make_interval(months => number::int) WHEN 'week' THEN make_interval(weeks => number::int)
    WHEN 'day' THEN make_interval(days => number::int) WHEN 'hour' THEN make_interval(hours => number::int)
    WHEN 'minute' THEN make_interval(mins => number::int) WHEN 'second' THEN make_interval(secs => number)
    WHEN 'millisecond' THEN make_interval(secs => number / 1000.0)
    WHEN 'microsecond' THEN make_interval(secs => number / 1000000.0)
  END $$;
CREATE FUNCTION stand_dateadd(part text, number bigint, at timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE AS
  $$ SELECT at + stand_interval(part, number) $$;
CREATE FUNCTION stand_dateadd(part text, number bigint, at datetime) RETURNS datetime LANGUAGE sql STABLE AS
  $$ SELECT stand_datetime(at::timestamp + stand_interval(part, number)) $$;
CREATE FUNCTION stand_datediff(part text, a timestamp, b timestamp) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT (CASE part
    WHEN 'year' THEN extract(year FROM b) - extract(year FROM a)
    WHEN 'month' THEN (extract(year FROM b) - extract(year FROM a)) * 12 + extract(month FROM b) - extract(month FROM a)
    WHEN 'day' THEN b::date - a::date
    WHEN 'hour' THEN extract(epoch FROM date_trunc('hour', b) - date_trunc('hour', a)) / 3600
    WHEN 'minute' THEN extract(epoch FROM date_trunc('minute', b) - date_trunc('minute', a)) / 60
    WHEN 'second' THEN extract(epoch FROM date_trunc('second', b) - date_trunc('second', a))
    WHEN 'millisecond' THEN extract(epoch FROM date_trunc('milliseconds', b) - date_trunc('milliseconds', a)) * 1000
  END)::int $$;

CREATE FUNCTION stand_integer(value numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT trunc(value)::bigint $$;
CREATE FUNCTION stand_integer(value bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE FUNCTION stand_integer(value double precision) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT trunc(value)::bigint $$;
CREATE FUNCTION stand_integer(value text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT value::bigint $$;

CREATE FUNCTION stand_concat(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT a || b $$;
CREATE OPERATOR + (LEFTARG = text, RIGHTARG = text, FUNCTION = stand_concat);

CREATE FUNCTION stand_known_table(name text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM stand_columns WHERE lower(table_name) = replace(replace(replace(lower(name), 'dbo.', ''), '[', ''), ']', '')) $$;
CREATE FUNCTION has_perms_by_name(securable text, class text, permission text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN securable IS NULL OR upper(class) IN ('DATABASE', 'SERVER')
      THEN (upper(permission) IN ('SELECT', 'CONNECT', 'CONNECT SQL', 'VIEW DEFINITION'))::int
    WHEN stand_known_table(securable) THEN (upper(permission) IN ('SELECT', 'VIEW DEFINITION'))::int
  END $$;
CREATE FUNCTION object_id(name text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN stand_known_table(name) THEN 1000000 + abs(hashtext(lower(name))) % 1000000 END $$;
CREATE FUNCTION object_id(name text, kind text) RETURNS int LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN upper(kind) = 'U' THEN object_id(name) END $$;
CREATE FUNCTION col_length(tab text, col text) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce(character_maximum_length, 8) FROM stand_columns
  WHERE lower(table_name) = replace(lower(tab), 'dbo.', '') AND lower(column_name) = lower(col) $$;
CREATE FUNCTION db_name() RETURNS text LANGUAGE sql STABLE AS $$ SELECT database FROM stand_settings $$;
CREATE FUNCTION db_id() RETURNS int LANGUAGE sql STABLE AS $$ SELECT 5 $$;
CREATE FUNCTION has_dbaccess(name text) RETURNS int LANGUAGE sql STABLE AS
  $$ SELECT (lower(name) = lower(database))::int FROM stand_settings $$;
CREATE FUNCTION is_srvrolemember(role text) RETURNS int LANGUAGE sql STABLE AS $$ SELECT 0 $$;
CREATE FUNCTION is_member(role text) RETURNS int LANGUAGE sql STABLE AS $$ SELECT (lower(role) IN ('public', 'db_datareader'))::int $$;
CREATE FUNCTION databasepropertyex(name text, property text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE lower(property) WHEN 'collation' THEN 'Cyrillic_General_CI_AS' WHEN 'status' THEN 'ONLINE'
    WHEN 'updateability' THEN 'READ_WRITE' END $$;
CREATE FUNCTION serverproperty(property text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE lower(property) WHEN 'productversion' THEN '15.0.2000.5' WHEN 'productlevel' THEN 'RTM'
    WHEN 'edition' THEN 'Express Edition (64-bit)' WHEN 'engineedition' THEN '4'
    WHEN 'collation' THEN 'Cyrillic_General_CI_AS' WHEN 'servername' THEN 'CLINIC-STAND' WHEN 'machinename' THEN 'CLINIC-STAND'
    WHEN 'productmajorversion' THEN '15' END $$;
`;
