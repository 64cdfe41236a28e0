/**
 * The tables of IDENT that the integration reads: the catalogue of columns and the
 * shapes of rows. References between tables are not enforced: a test puts in only the rows that it is about.
 */

/** Wall-clock time of the clinic, `2026-03-01T10:30:00.000`; stored as its column's type rounds it. */
export type WallTime = string;
/** An exact amount or count: a number, or digits as text. */
export type Amount = number | string;

/** Row shapes by table; a column that is left out is NULL. */
export interface ClinicTables {
  Persons: {
    ID: number;
    Surname?: string | null;
    Name?: string | null;
    Patronymic?: string | null;
    MobilePhone?: string | null;
  };
  Patients: { ID_Persons: number; CardNumber?: string | null; ParentSNP?: string | null };
  Staffs: { ID_Persons: number };
  ProfessionNames: { ID: number; NameProfession?: string | null };
  Items: { ID: number; ID_Staffs: number; ID_ProfessionNames: number };
  OwnCompanies: { ID: number; Name?: string | null };
  Armchairs: { ID: number; NameArmchair?: string | null; ID_OwnCompanies?: number | null };
  Receptions: {
    ID: number;
    PlanStart?: WallTime | null;
    PlanEnd?: WallTime | null;
    ID_Patients?: number | null;
    ID_Staffs?: number | null;
    ID_Armchairs?: number | null;
    PatientAppeared?: WallTime | null;
    ReceptionStarted?: WallTime | null;
    ReceptionEnded?: WallTime | null;
    ReceptionCanceled?: WallTime | null;
    CheckIssued?: WallTime | null;
    Comment?: string | null;
    DateTimeAdded?: WallTime | null;
    DateTimeChanged?: WallTime | null;
    ID_ReceptionCancelReasons?: number | null;
    CancelReasonComment?: string | null;
    ID_StaffsReceptionAdded?: number | null;
    ID_StaffsReceptionCanceled?: number | null;
    ID_ReceptionsTransferFrom?: number | null;
  };
  Orders: {
    ID: number;
    ID_Receptions?: number | null;
    ID_OwnCompanies?: number | null;
    DateTimeOrder?: WallTime | null;
    DateTimeBillFormed?: WallTime | null;
  };
  ServiceItems: { ID: number; Name?: string | null };
  ServiceItemPrices: { ID: number; ID_ServiceItems?: number | null; Price?: Amount | null };
  OrderServiceRelation: {
    ID: number;
    ID_Orders?: number | null;
    ID_ServicePrices?: number | null;
    CountService?: Amount | null;
    DiscountSum?: Amount | null;
    ID_TreatmentPlanElementRelations?: number | null;
  };
  TreatmentPlans: {
    ID: number;
    Name?: string | null;
    DateTimeCreated?: WallTime | null;
    IsActive?: boolean | null;
    ID_Patients?: number | null;
    ID_Staffs?: number | null;
  };
  TreatmentPlanStages: { ID: number; Name?: string | null; Order?: number | null };
  TreatmentPlanElements: { ID: number; Name?: string | null; Order?: number | null };
  TreatmentPlanElementRelations: {
    ID: number;
    ID_TreatmentPlans?: number | null;
    ID_TreatmentPlanStages?: number | null;
    ID_TreatmentPlanElements?: number | null;
    ID_ServicePrices?: number | null;
    DiscountSum?: Amount | null;
    TeethLong?: string | null;
  };
  ServiceCategories: { ID: number; Name?: string | null };
  ServiceFolders: { ID: number; Name?: string | null; ID_ServiceCategories?: number | null };
  ServiceItemContents: {
    ID: number;
    ID_ServiceItems?: number | null;
    ID_ServiceFoldersParent?: number | null;
    DateTimeTo?: WallTime | null;
  };
}

export type TableName = keyof ClinicTables;

/** Rows by table. */
export type ClinicRows = { [T in TableName]: ClinicTables[T][] };

type Columns<T extends TableName> = Readonly<Record<keyof Required<ClinicTables[T]>, string>>;

/** The T-SQL type of each column; the first column is the key. `!` at the end: NOT NULL. */
export const CATALOGUE: { readonly [T in TableName]: Columns<T> } = {
  Persons: {
    ID: "int!",
    Surname: "nvarchar(100)",
    Name: "nvarchar(100)",
    Patronymic: "nvarchar(100)",
    MobilePhone: "nvarchar(50)",
  },
  Patients: { ID_Persons: "int!", CardNumber: "nvarchar(50)", ParentSNP: "nvarchar(200)" },
  Staffs: { ID_Persons: "int!" },
  ProfessionNames: { ID: "int!", NameProfession: "nvarchar(100)" },
  Items: { ID: "int!", ID_Staffs: "int!", ID_ProfessionNames: "int!" },
  OwnCompanies: { ID: "int!", Name: "nvarchar(200)" },
  Armchairs: { ID: "int!", NameArmchair: "nvarchar(100)", ID_OwnCompanies: "int" },
  Receptions: {
    ID: "int!",
    PlanStart: "datetime",
    PlanEnd: "datetime",
    ID_Patients: "int",
    ID_Staffs: "int",
    ID_Armchairs: "int",
    PatientAppeared: "datetime",
    ReceptionStarted: "datetime",
    ReceptionEnded: "datetime",
    ReceptionCanceled: "datetime",
    CheckIssued: "datetime",
    Comment: "nvarchar(max)",
    DateTimeAdded: "datetime",
    DateTimeChanged: "datetime",
    // From here on: columns that not every version of IDENT has.
    ID_ReceptionCancelReasons: "int",
    CancelReasonComment: "nvarchar(500)",
    ID_StaffsReceptionAdded: "int",
    ID_StaffsReceptionCanceled: "int",
    ID_ReceptionsTransferFrom: "int",
  },
  Orders: {
    ID: "int!",
    ID_Receptions: "int",
    ID_OwnCompanies: "int",
    DateTimeOrder: "datetime",
    DateTimeBillFormed: "datetime",
  },
  ServiceItems: { ID: "int!", Name: "nvarchar(500)" },
  ServiceItemPrices: { ID: "int!", ID_ServiceItems: "int", Price: "money" },
  OrderServiceRelation: {
    ID: "int!",
    ID_Orders: "int",
    ID_ServicePrices: "int",
    CountService: "decimal(10, 2)",
    DiscountSum: "money",
    ID_TreatmentPlanElementRelations: "int",
  },
  TreatmentPlans: {
    ID: "int!",
    Name: "nvarchar(200)",
    DateTimeCreated: "datetime",
    IsActive: "bit",
    ID_Patients: "int",
    ID_Staffs: "int",
  },
  TreatmentPlanStages: { ID: "int!", Name: "nvarchar(200)", Order: "int" },
  TreatmentPlanElements: { ID: "int!", Name: "nvarchar(200)", Order: "int" },
  TreatmentPlanElementRelations: {
    ID: "int!",
    ID_TreatmentPlans: "int",
    ID_TreatmentPlanStages: "int",
    ID_TreatmentPlanElements: "int",
    ID_ServicePrices: "int",
    DiscountSum: "money",
    TeethLong: "nvarchar(100)",
  },
  ServiceCategories: { ID: "int!", Name: "nvarchar(200)" },
  ServiceFolders: { ID: "int!", Name: "nvarchar(200)", ID_ServiceCategories: "int" },
  ServiceItemContents: {
    ID: "int!",
    ID_ServiceItems: "int",
    ID_ServiceFoldersParent: "int",
    DateTimeTo: "datetime",
  },
};

export const TABLE_NAMES = Object.keys(CATALOGUE) as TableName[];

/** Columns that joins look up, beside the keys. */
export const INDEXES: readonly (readonly [TableName, string])[] = [
  ["Items", "ID_Staffs"],
  ["Orders", "ID_Receptions"],
  ["OrderServiceRelation", "ID_Orders"],
];
