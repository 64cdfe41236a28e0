/** Windows' own libraries, made up: a test says what each function does. Importing this puts them in place. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What the functions do, by name. */
export const functions: Record<string, (...values: never[]) => unknown> = {};

/** The functions that were called, in order. */
export const called: string[] = [];

const { dlopen } = Deno;
// The libraries are opened at the first call and kept.
Deno.dlopen = ((_path: string, symbols: Record<string, unknown>) => ({
  symbols: Object.fromEntries(
    Object.keys(symbols).map((name) => [name, (...values: never[]) => {
      called.push(name);
      return functions[name](...values);
    }]),
  ),
})) as unknown as typeof Deno.dlopen;
globalThis.addEventListener("unload", () => void (Deno.dlopen = dlopen));
