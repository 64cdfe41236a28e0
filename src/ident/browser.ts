/**
 * SQL Server Browser (UDP 1434), asked once more where the library's look-up of an instance failed: it does not tell why.
 */
import { createSocket } from "node:dgram";

/** What the Browser knows of an instance: no such one (but others), one without TCP/IP, or one with a port. */
export type BrowserAnswer =
  | { readonly kind: "unknown"; readonly others: readonly string[] }
  | { readonly kind: "no-tcp" }
  | { readonly kind: "port" };

const PORT = 1434;
/** CLNT_UCAST_EX: all instances of the machine. */
const ALL_INSTANCES = new Uint8Array([2]);
/** A kind, and a length of two bytes. */
const HEADER = 3;
const WAIT_MS = 2_000;

/** The Browser's text, `ServerName;PC;InstanceName;SQLEXPRESS;…;tcp;50123;;` for each instance, about one of them. */
export function answerAbout(instance: string, text: string): BrowserAnswer {
  const instances = text.split(";;").map((part) => {
    const words = part.split(";");
    return new Map(words.flatMap((word, index) => index % 2 === 0 ? [[word.toLowerCase(), words[index + 1]]] : []));
  }).filter((values) => values.has("instancename"));
  const asked = instances.find((values) => values.get("instancename")?.toLowerCase() === instance.toLowerCase());
  if (asked === undefined) return { kind: "unknown", others: instances.map((values) => values.get("instancename")!) };
  return { kind: asked.has("tcp") ? "port" : "no-tcp" };
}

/** Asks the Browser of a host about an instance; `undefined`: it says nothing. */
export async function askBrowser(host: string, instance: string): Promise<BrowserAnswer | undefined> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    const text = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), WAIT_MS);
      const end = (answer: string | undefined) => {
        clearTimeout(timer);
        resolve(answer);
      };
      socket.on("message", (message) => end(new TextDecoder().decode(message.subarray(HEADER))));
      socket.on("error", () => end(undefined));
      socket.send(ALL_INSTANCES, PORT, host, (error) => error && end(undefined));
    });
    return text === undefined ? undefined : answerAbout(instance, text);
  } finally {
    socket.close();
  }
}
