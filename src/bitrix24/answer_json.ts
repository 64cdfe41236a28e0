/**
 * The portal's JSON in the body of an answer: alone, or with what a server in need of care puts around it — byte order
 * marks, notices of PHP.
 */

/** How each answer of the portal begins, wherever it stands. */
const BEGINNING = /\{\s*"(?:result|error)"\s*:/;
/** A web page may hold JSON in its scripts; that is not the portal's answer. */
const PAGE = /<(?:!doctype|html|head|body|script)\b/i;

/** Whether a body is a web page. */
export const isPage = (body: string): boolean => PAGE.test(body);

/** The JSON of an answer; `undefined`: there is none, or not all of it. */
export function answerJson(body: string): unknown {
  // A byte order mark counts as a blank here.
  const whole = parsed(body.trim());
  if (whole !== undefined) return whole;
  const start = body.search(BEGINNING);
  if (start < 0 || isPage(body.slice(0, start))) return undefined;
  const end = endOfObject(body, start);
  return end === undefined ? undefined : parsed(body.slice(start, end));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where the object that begins at `start` ends; `undefined`: it does not. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (inString) {
      if (letter === "\\") at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return at + 1;
  }
  return undefined;
}
