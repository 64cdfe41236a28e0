/** Writes config.example.ini from the registry of keys. */
import { renderExample } from "../src/config/example.ts";

await Deno.writeTextFile(new URL("../config.example.ini", import.meta.url), renderExample());
