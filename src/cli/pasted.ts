/**
 * Answers as people paste them: with quotes, brackets, blanks and more of a page than was asked for. Pure.
 */

/** Characters without a width, as copied web pages have them, and controls. */
const UNSEEN = /(?![\r\n])[\p{Cf}\p{Cc}]/gu;
const AROUND = /^[\s"'`<>()[\]«»„“”‘’,;.]+|[\s"'`<>()[\]«»„“”‘’,;.]+$/g;
const IN_QUOTES = /^(?:"(.*)"|'(.*)'|«(.*)»|“(.*)”|„(.*)[“”])$/;

/** Up to the code; then a method's name (`profile.json`) and whatever follows it. */
const WEBHOOK = /^(https?:\/\/[^\s/?#]+\/rest\/\d+\/[^\s/?#]+)(?:\/+[a-z][a-z0-9_.]*)?\/*(?:[?#]\S*)?$/i;
const WITHOUT_SCHEME = /^[^\s/:?#]+\.[^\s/?#]+\/rest\//i;
/** A portal takes https wherever it takes http; this computer itself (a stand) need not. */
const OPEN_HTTP = /^http:\/\/(?!localhost\b|127\.|\[::1\])/i;

/** A name or a word without the quotes around it. */
export function pastedName(answer: string): string {
  const name = answer.replace(UNSEEN, "").trim();
  return IN_QUOTES.exec(name)?.slice(1).find((inside) => inside !== undefined)?.trim() ?? name;
}

/**
 * The address of a webhook in what was pasted: `https://portal.bitrix24.ru/rest/1/code/`. What does not look like one comes
 * back without what stands around it, to be told what is wrong with it.
 */
export function pastedWebhook(answer: string): string {
  const lines = answer.split(/[\r\n]+/).map((line) => line.replace(UNSEEN, ""));
  const line = lines.find((each) => each.includes("/rest/")) ?? lines.find((each) => each.trim() !== "") ?? "";
  const bare = line.replace(/^.*?(?=https?:\/\/)/i, "").replace(AROUND, "");
  const address = (WITHOUT_SCHEME.test(bare) ? `https://${bare}` : bare).replace(OPEN_HTTP, "https://");
  return address.replace(WEBHOOK, "$1/");
}

/** Whether an answer to another question is a webhook's address. */
export const isWebhook = (answer: string): boolean => /\/rest\/\d+\/[^\s/]/i.test(answer);
