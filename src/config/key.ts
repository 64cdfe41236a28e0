/**
 * What the registry says of one key of config.ini.
 */
import type { Kind } from "./kind.ts";

/** A key whose value reads as `T`; `undefined` in `T` where the key may say nothing. */
export interface Key<T> {
  readonly kind: Kind<NonNullable<T>>;
  /** What the key means, in Russian, one or two lines. */
  readonly about: readonly string[];
  /** Whether the program cannot work without a value. */
  readonly required: boolean;
  /** The value of a key that is not in the file, as it would stand there; `undefined`: nothing. */
  readonly fallback: string | undefined;
  /** What a key without a value (`key =`) says: the same as no key, or nothing. */
  readonly empty: "fallback" | "nothing";
  /** What having no value means, in Russian: `часовой пояс этого компьютера`; `undefined`: said elsewhere. */
  readonly without: string | undefined;
  /** Names that the key had in older files. */
  readonly aliases: readonly string[];
}

export interface Section<K extends Readonly<Record<string, Key<unknown>>>> {
  readonly about: readonly string[];
  /** Names that the section had in older files. */
  readonly aliases: readonly string[];
  readonly keys: K;
  /** Keys of older files that the program knows and does not use. */
  readonly unused: readonly string[];
}

type Options = { readonly aliases?: readonly string[] };

/** A key with a default. */
export function withDefault<T>(kind: Kind<NonNullable<T>>, fallback: string, about: string[], options: Options = {}) {
  return { ...base<T>(kind, about, options), fallback };
}

/** A key that must be given. */
export function required<T>(kind: Kind<NonNullable<T>>, about: string[], options: Options = {}) {
  return { ...base<T>(kind, about, options), required: true };
}

/** A key that may say nothing; `without` tells what that means. */
export function optional<T>(kind: Kind<NonNullable<T>>, without: string, about: string[], options: Options = {}) {
  return { ...base<T | undefined>(kind, about, options), without };
}

/** A key with a default that may be emptied, which says "nothing"; `without` tells what that means. */
export function emptiable<T>(
  kind: Kind<NonNullable<T>>,
  fallback: string,
  without: string | undefined,
  about: string[],
) {
  return { ...base<T | undefined>(kind, about, {}), fallback, without, empty: "nothing" as const };
}

function base<T>(kind: Kind<NonNullable<T>>, about: readonly string[], { aliases = [] }: Options): Key<T> {
  return { kind, about, required: false, fallback: undefined, empty: "fallback", without: undefined, aliases };
}

/** A section of the registry. */
export function section<K extends Readonly<Record<string, Key<unknown>>>>(
  about: string[],
  keys: K,
  options: { readonly aliases?: readonly string[]; readonly unused?: readonly string[] } = {},
): Section<K> {
  return { about, keys, aliases: options.aliases ?? [], unused: options.unused ?? [] };
}
