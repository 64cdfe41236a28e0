/**
 * PHONE and EMAIL: lists of values with numbers of their own, edited value by value.
 */
import type { Param } from "./php_query.ts";
import { comparable, normalPhone } from "./phones.ts";
import { RestError } from "./rest_error.ts";
import type { MultiValue, Store } from "./store.ts";

export type MultiType = "PHONE" | "EMAIL";

/** One step: with a number it edits or deletes that value, without one it adds another. */
export interface MultiEdit {
  readonly id: number | undefined;
  readonly value: string | undefined;
  readonly valueType: string | undefined;
  readonly remove: boolean;
}

const VALUE_TYPES: Readonly<Record<MultiType, readonly string[]>> = {
  PHONE: ["WORK", "MOBILE", "FAX", "HOME", "PAGER", "MAILING", "OTHER"],
  EMAIL: ["WORK", "HOME", "MAILING", "OTHER"],
};

function text(value: Param | undefined): string | undefined {
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value).trim();
}

/** Steps of a classic write: `[{VALUE, VALUE_TYPE, ID, DELETE}]`. Anything but a list is ignored. */
export function classicEdits(type: MultiType, raw: Param, mistake: (text: string) => void): MultiEdit[] {
  const elements = typeof raw === "object" && raw !== null ? Object.values(raw) : [];
  if (typeof raw !== "object") mistake(`${type} is not a list of values, the portal ignores it`);
  return elements.flatMap((element): MultiEdit[] => {
    if (typeof element !== "object" || element === null || Array.isArray(element)) {
      mistake(`${type}: an element that is not {VALUE, VALUE_TYPE}, the portal ignores it`);
      return [];
    }
    const value = text(element.VALUE);
    const id = text(element.ID);
    const valueType = text(element.VALUE_TYPE);
    if (valueType !== undefined && !VALUE_TYPES[type].includes(valueType)) mistake(`${type}: no type ${valueType}`);
    return [{
      id: id === undefined || id === "" ? undefined : Number(id),
      value,
      valueType,
      remove: element.DELETE === "Y" || (id !== undefined && value === ""),
    }];
  });
}

/** Steps of `fm` in a universal write, by type: on add a list, on update an object with keys `n0` (adds) or a number. */
export function universalEdits(
  raw: Param,
  adding: boolean,
  mistake: (text: string) => void,
): Map<MultiType, MultiEdit[]> {
  const edits = new Map<MultiType, MultiEdit[]>();
  if (typeof raw !== "object" || raw === null) {
    mistake("fm is not a list, the portal ignores it");
    return edits;
  }
  for (const [key, element] of Object.entries(raw)) {
    const parts = typeof element === "object" && element !== null && !Array.isArray(element) ? element : {};
    const type = parts.typeId;
    const isNew = adding || /^n\d+$/.test(key);
    if ((type !== "PHONE" && type !== "EMAIL") || (!isNew && !/^\d+$/.test(key))) {
      mistake(`fm[${key}] without typeId PHONE or EMAIL (or a proper key): the portal does nothing`);
      continue;
    }
    const value = text(parts.value);
    const edit = {
      id: isNew ? undefined : Number(key),
      value,
      valueType: text(parts.valueType),
      remove: !isNew && value === "",
    };
    edits.set(type, [...edits.get(type) ?? [], edit]);
  }
  return edits;
}

/** The values after the steps. A bad e-mail is an error; a phone that is there already is added all the same. */
export function applyEdits(
  type: MultiType,
  before: readonly MultiValue[],
  edits: readonly MultiEdit[],
  store: Store,
  mistake: (text: string) => void,
): MultiValue[] {
  let values = [...before];
  for (const { id, value, valueType, remove } of edits) {
    if (type === "EMAIL" && value !== undefined && value !== "" && !/^\S+@\S+\.\S+$/.test(value)) {
      throw new RestError(400, "ERROR_CORE", "Поле «E-mail» содержит некорректный адрес.<br>");
    }
    if (id !== undefined) {
      const old = values.find(({ ID }) => ID === id);
      if (old === undefined) mistake(`${type}: there is no value ${id}, the portal does nothing`);
      values = remove
        ? values.filter(({ ID }) => ID !== id)
        : values.map((each) =>
          each === old ? { ID: id, VALUE: value ?? old.VALUE, VALUE_TYPE: valueType ?? old.VALUE_TYPE } : each
        );
    } else if (value !== undefined && value !== "") {
      const form = type === "PHONE" ? normalPhone(value) : value.toLowerCase();
      if (values.some((each) => comparable(each, type) === form)) {
        mistake(`${type}: a value that is already there is added`);
      }
      values.push({ ID: store.takeValueId(), VALUE: value, VALUE_TYPE: valueType || "WORK" });
    }
  }
  return values;
}
