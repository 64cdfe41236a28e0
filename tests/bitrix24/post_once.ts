/** A program of its own: sends one request to the address of its argument, and prints what came of it. */
import { createPost } from "../../src/bitrix24/transport.ts";
import { Secret } from "../../src/secret.ts";

using http = createPost(10_000, "ident-sync/test");
console.log(JSON.stringify(await http.post(new Secret(Deno.args[0]!), "batch", "{}")));
