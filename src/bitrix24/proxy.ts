/**
 * The proxy that Deno's fetch goes through: it reads the environment by itself, and names no proxy when one fails.
 */

/** A proxy as a person may be told of it. */
export interface Proxy {
  /** The environment variable that asks for it. */
  readonly variable: string;
  /** Host and port, never the password; `undefined`: the variable holds no address. */
  readonly host: string | undefined;
}

/** The value of an environment variable. */
export type Environment = (name: string) => string | undefined;

const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  "https:": ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"],
  "http:": ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"],
};

/** Another scheme is passed over, and what is empty. */
const USABLE = /^(?:https?|socks\w*):\/\/|^(?!.*:\/\/)./i;

/** The proxy for an address, as fetch chooses it; `undefined`: none. Ranges of NO_PROXY (`10.0.0.0/8`) are not looked at. */
export function proxyFor({ protocol, hostname }: URL, environment: Environment): Proxy | undefined {
  const variable = VARIABLES[protocol]?.find((name) => USABLE.test(environment(name) ?? ""));
  if (variable === undefined || isExempt(hostname, environment("NO_PROXY") ?? environment("no_proxy") ?? "")) {
    return undefined;
  }
  const value = environment(variable)!;
  const address = value.includes("://") ? value : `http://${value}`;
  return { variable, host: URL.canParse(address) ? new URL(address).host : undefined };
}

const isExempt = (hostname: string, list: string): boolean =>
  list.split(",").map((entry) => entry.trim().replace(/^\./, "")).some((entry) =>
    entry === "*" || hostname === entry || (entry !== "" && hostname.endsWith(`.${entry}`))
  );
