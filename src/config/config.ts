/**
 * The typed configuration: what the rest of the program knows of config.ini.
 */
import type { Secret } from "../secret.ts";
import type { CONTACT_FIELDS, DEAL_FIELDS, FieldTable } from "../reception/fields.ts";
import type { Status } from "../reception/status.ts";

/** The portal's names of the fields of a table; `undefined`: not written. A deal's identity cannot be left out. */
export type NamesOf<T extends FieldTable> = {
  readonly [N in keyof T]: T[N]["kind"] extends "key" ? string : string | undefined;
};
export type DealFieldNames = NamesOf<typeof DEAL_FIELDS>;
export type ContactFieldNames = NamesOf<typeof CONTACT_FIELDS>;

export interface DatabaseConfig {
  /** Host name or address, without instance and port. */
  readonly host: string;
  /** `SQLEXPRESS` of `HOST\SQLEXPRESS`; used only where there is no port (SQL Server Browser finds it then). */
  readonly instance: string | undefined;
  /** `undefined` only where an instance is named, and no port but the usual one. */
  readonly port: number | undefined;
  readonly database: string;
  readonly username: string;
  readonly password: Secret;
  readonly connectionTimeoutSeconds: number;
  readonly queryTimeoutSeconds: number;
  readonly encrypt: boolean;
  readonly trustServerCertificate: boolean;
}

export interface PortalConfig {
  /** The whole webhook address with its secret, ending in `/`: `https://portal.bitrix24.ru/rest/1/secret/`. */
  readonly webhook: Secret;
  /** `portal.bitrix24.ru`: the part of the address that may be shown. */
  readonly host: string;
  readonly requestTimeoutSeconds: number;
  /** Requests a second that the portal's plan allows. */
  readonly requestsPerSecond: number;
  /** User id for new deals and contacts; `undefined`: the webhook's owner, as the portal does by itself. */
  readonly defaultAssignedById: number | undefined;
  /** How long after sending an unconfirmed write is looked up. */
  readonly settleSeconds: number;
}

export interface StageConfig {
  /** Stage id (or the name the portal shows) for each status. */
  readonly byStatus: Readonly<Record<Status, string>>;
  /** Stages on which a deal counts as closed. */
  readonly final: readonly string[];
  /** Stages that are never changed by the program. */
  readonly protected: readonly string[];
  /** The stage of a status that the mapping does not name. */
  readonly fallback: string;
}

export interface SyncConfig {
  /** Number of the clinic, part of every key: `F{filialId}_…`. */
  readonly filialId: number;
  readonly intervalMinutes: number;
  /** Receptions a page. */
  readonly batchSize: number;
  readonly initialDays: number;
  /** Whether deals and contacts that exist are updated. */
  readonly updateExisting: boolean;
  /** IANA name of the clinic's time zone. */
  readonly timeZone: string;
  readonly maxRunMinutes: number;
  /** What happens with the deal of a reception that was deleted in IDENT. */
  readonly deleted: "report" | "lose";
  /** More deals of deleted receptions than these are not closed in one comparison without being confirmed. */
  readonly maxClosings: number;
}

export interface Config {
  /** Absolute path of config.ini. */
  readonly path: string;
  /** Folder of config.ini: state, queue and logs are found from here. */
  readonly folder: string;
  readonly database: DatabaseConfig;
  readonly portal: PortalConfig;
  /** Pipeline (`CATEGORY_ID`) of the deals; 0 is the portal's general one. */
  readonly pipeline: number;
  readonly contactFields: ContactFieldNames;
  readonly dealFields: DealFieldNames;
  readonly stages: StageConfig;
  /** Statuses of leads that count as closed, beside those that the portal itself marks so. */
  readonly closedLeadStatuses: readonly string[];
  readonly sync: SyncConfig;
  readonly filialFilter: {
    /** Branch numbers that are carried over; `undefined`: all. */
    readonly enabled: readonly number[] | undefined;
    readonly fallback: number | undefined;
  };
  readonly logging: {
    readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR";
    /** Absolute path. */
    readonly folder: string;
    readonly rotationDays: number;
    readonly maxSizeMegabytes: number;
    readonly maskPersonalData: boolean;
  };
  readonly queue: {
    readonly enabled: boolean;
    /** Absolute path of queue.json. */
    readonly path: string;
    readonly maxRetryAttempts: number;
    readonly retryIntervalMinutes: number;
  };
  readonly notifications: {
    readonly adminEmail: string | undefined;
    readonly smtpServer: string | undefined;
    readonly smtpPort: number;
    readonly smtpUsername: string | undefined;
    readonly smtpPassword: Secret;
    readonly errorThresholdPercent: number;
    readonly errorThresholdCount: number;
  };
  readonly dryRun: boolean;
}
