/**
 * What an answer of the portal means: one pure function from (status, body, how it ended) to one of a few replies.
 *
 * Facts: statuses and codes disagree between the portal's versions, so the code counts first. Data errors of the classic
 * methods have an empty code. Texts come in the portal's language, so nothing depends on them.
 */
import { answerJson, isPage } from "./answer_json.ts";
import type { NotConnected } from "./connecting.ts";
import { type ForeignAnswer, meaningOf } from "./foreign.ts";
import type { Answer } from "./transport.ts";

/** Working time of the method, where the portal tells it. */
export interface ReplyTime {
  /** The portal's clock when it was done, unix seconds. */
  readonly finish: number;
  /** When the method's working time is counted anew, unix seconds. */
  readonly resetAt: number;
}

/** An error that the portal itself named. */
export interface PortalError {
  /** May be empty. */
  readonly code: string;
  readonly description: string;
}

export type Reply =
  | { readonly kind: "accepted"; readonly result: unknown; readonly time: ReplyTime | undefined }
  /** Surely not done: the data are at fault. */
  | { readonly kind: "refused"; readonly error: PortalError }
  /** Surely not done: too many requests (`rate`), or the method's working time is used up (`method`). */
  | { readonly kind: "limited"; readonly by: "rate" | "method" }
  /** It may be done, be in work, or not. */
  | {
    readonly kind: "unknown";
    readonly reason: string;
    /** Where the portal itself said that it failed. */
    readonly error?: PortalError;
    /** A web page came, with a status that says that all is well. */
    readonly isPage?: boolean;
  }
  /** The connection never opened. */
  | { readonly kind: "unreachable" } & NotConnected
  /** The portal lives at another address now; not done. */
  | { readonly kind: "moved"; readonly location: string; readonly status: number }
  /** Surely not done: something before the portal turned it away, perhaps this request only. */
  | { readonly kind: "intercepted"; readonly answer: ForeignAnswer }
  /** Surely not done, and nothing else will be: nothing passes to the portal. */
  | { readonly kind: "closed"; readonly answer: ForeignAnswer }
  /** Surely not done, and nothing else will be: webhook, rights or plan. */
  | { readonly kind: "fatal"; readonly error: PortalError; readonly status: number };

const CODE = /^[\w.:-]{0,64}$/;

/** Codes that mean the webhook or the portal as a whole, whatever the status. */
const FATAL_CODES: ReadonlySet<string> = new Set([
  "OVERLOAD_LIMIT",
  "NO_AUTH_FOUND",
  "INVALID_CREDENTIALS",
  "expired_token",
  "invalid_token",
  "insufficient_scope",
  "authorization_error",
  "user_access_error",
  "allowed_only_intranet_user",
  "INVALID_REQUEST",
  "ERROR_METHOD_NOT_FOUND",
  "ERROR_MANIFEST_IS_NOT_AVAILABLE",
  "PORTAL_DELETED",
  "PAYMENT_REQUIRED",
]);

/** Codes after which nobody knows what was done. */
const UNKNOWN_CODES: ReadonlySet<string> = new Set([
  "INTERNAL_SERVER_ERROR",
  "ERROR_UNEXPECTED_ANSWER",
]);

type Named = Extract<Reply, { kind: "refused" | "limited" | "unknown" | "fatal" }>;

/**
 * The meaning of an error that the portal named.
 *
 * @param status HTTP status; `undefined` for a command inside a batch, which has none
 */
export function replyOfError(error: PortalError, status: number | undefined): Named {
  const { code } = error;
  if (code === "QUERY_LIMIT_EXCEEDED") return { kind: "limited", by: "rate" };
  if (code === "OPERATION_TIME_LIMIT") return { kind: "limited", by: "method" };
  // The status of "too many requests", by whatever name.
  if (status === 429) return { kind: "limited", by: "rate" };
  if (FATAL_CODES.has(code)) return { kind: "fatal", error, status: status ?? 200 };
  // Status 403: the portal's plan has no REST. Elsewhere: no right on this one record.
  if (code === "ACCESS_DENIED" && status === 403) return { kind: "fatal", error, status };
  // An SQL error of the portal or a data error: a status tells them apart, and inside a batch there is none.
  const isFailure = UNKNOWN_CODES.has(code) || (code === "ERROR_CORE" && status !== 400);
  if (isFailure || (status !== undefined && status >= 500)) {
    return { kind: "unknown", reason: `ошибка портала ${code || status}`, error };
  }
  if (status === 401 || status === 403) return { kind: "fatal", error, status };
  return { kind: "refused", error };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `{error, error_description}` of an answer or of a batch's command; `undefined`: it is no error. */
export function errorOf(value: unknown): PortalError | undefined {
  // Gateways answer in JSON as well; their errors are records.
  if (!isRecord(value) || !("error" in value) || isRecord(value.error)) return undefined;
  const [code, description] = [String(value.error ?? ""), String(value.error_description ?? "")];
  // A code is shown as it is; what has no code's shape may repeat what was sent, and counts as text.
  return CODE.test(code) ? { code, description } : { code: "", description: `${code} ${description}`.trim() };
}

/** The working time that stands in an answer's `time`, or in a command's place of a batch's `result_time`. */
export function timeOf(value: unknown): ReplyTime | undefined {
  if (!isRecord(value)) return undefined;
  const finish = Number(value.finish);
  const resetAt = Number(value.operating_reset_at);
  return finish > 0 && resetAt > 0 ? { finish, resetAt } : undefined;
}

/** The meaning of an answer. */
export function replyOf(answer: Answer): Reply {
  if (answer.kind === "not-sent") {
    const { kind: _, ...cause } = answer;
    return { kind: "unreachable", ...cause };
  }
  if (answer.kind === "lost") return { kind: "unknown", reason: answer.reason };
  const { status, body, location } = answer;
  const json = answerJson(body);
  const error = errorOf(json);
  if (error !== undefined) return replyOfError(error, status);
  if (status >= 300 && status < 400 && location !== undefined) return { kind: "moved", location, status };
  if (isRecord(json) && "result" in json) {
    if (status < 300) return { kind: "accepted", result: json.result, time: timeOf(json.time) };
    return { kind: "unknown", reason: `портал ответил кодом ${status}` };
  }
  return foreignReply(status, body);
}

function foreignReply(status: number, body: string): Reply {
  const means = meaningOf(status);
  if (means === "limited") return { kind: "limited", by: "rate" };
  if (means !== "unknown") return { kind: means, answer: { status } };
  if (status >= 300) return { kind: "unknown", reason: `портал ответил кодом ${status}` };
  if (isPage(body)) return { kind: "unknown", reason: "вместо ответа портала пришла веб-страница", isPage: true };
  return { kind: "unknown", reason: "ответ портала не читается" };
}
