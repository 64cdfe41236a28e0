/**
 * Which method a request means, and its parameters out of query and body.
 */
import { type Params, parsePhpQuery } from "./php_query.ts";

export interface Target {
  readonly user: string;
  readonly secret: string;
  /** In lower case. */
  readonly method: string;
  readonly query: Params;
}

/** Reads `/rest/{user}/{secret}/{method}[.json]`; `undefined`: another path. */
export function readTarget(target: string): Target | undefined {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const match = /^\/rest\/(\d+)\/([^/]+)\/([^/]+?)(?:\.json)?\/?$/.exec(path);
  if (match === null) return undefined;
  const query = mark < 0 ? {} : parsePhpQuery(target.slice(mark + 1));
  return { user: match[1]!, secret: match[2]!, method: match[3]!.toLowerCase(), query };
}

/**
 * Parameters of a body. JSON counts only with a JSON content type; what is not JSON, or of another type, is no
 * parameters at all, without an error.
 */
export function readBody(body: string, contentType: string, mistake: (text: string) => void): Params {
  if (body === "") return {};
  if (/json/i.test(contentType)) {
    try {
      const value = JSON.parse(body);
      if (typeof value === "object" && value !== null) return { ...value };
    } catch {
      // What follows is what the portal makes of it.
    }
    mistake("the body is not a JSON object, the portal sees no parameters");
    return {};
  }
  if (/x-www-form-urlencoded/i.test(contentType)) return parsePhpQuery(body);
  mistake(`a body of type ${JSON.stringify(contentType)}, the portal sees no parameters`);
  return {};
}
