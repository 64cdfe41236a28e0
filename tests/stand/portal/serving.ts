/**
 * One HTTP request: noting it, doing what the portal does with it, and answering, or failing as ordered.
 */
import { checkBatch, noteCommands, runBatch } from "./batch.ts";
import { runCommand, type Session, timeOf } from "./command.ts";
import { type RequestFault, sparesTheWork } from "./faults.ts";
import type { Hold } from "./hold.ts";
import type { Reply, Wire, WireRequest } from "./http_server.ts";
import type { RecordedRequest } from "./journal.ts";
import { isMethod, methodNotFound } from "./methods.ts";
import { readBody, readTarget, type Target } from "./request_params.ts";
import { RestError } from "./rest_error.ts";

export const SECRET = "abcdef0123456789";

/** An answer in JSON. */
export function json(status: number, body: unknown): Reply {
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(body) };
}

function errorReply(error: RestError): Reply {
  return json(error.status, error.body());
}

const NOWHERE: Target = { user: "", secret: "", method: "", query: {} };

/** The portal while it serves. */
export interface Running {
  readonly session: Session;
  readonly requests: RecordedRequest[];
  readonly hold: Hold;
}

/** Notes the request, its parameters and its commands. */
function arrive({ session: { portal }, requests }: Running, request: WireRequest, target: Target): RecordedRequest {
  const body = new TextDecoder().decode(request.body);
  const mistake = (text: string) => portal.mistakes.push(`${target.method}: ${text}`);
  const params = { ...target.query, ...readBody(body, request.headers["content-type"] ?? "", mistake) };
  const at = portal.now();
  const record: RecordedRequest = {
    number: requests.length + 1,
    at,
    connection: request.connection,
    httpMethod: request.method,
    target: request.target,
    headers: request.headers,
    body,
    method: target.method,
    params,
    commands: [],
    answer: undefined,
  };
  requests.push(record);
  if (target.method === "batch") {
    checkBatch(params, mistake);
    record.commands.push(...noteCommands(portal, params));
  } else {
    record.commands.push({
      key: undefined,
      method: target.method,
      params,
      at,
      executed: false,
      outcome: "lost",
    });
  }
  return record;
}

/** Serves one request from its arrival to its answer. */
export async function serve(running: Running, request: WireRequest, wire: Wire): Promise<void> {
  const { session, hold } = running;
  const target = readTarget(request.target) ?? NOWHERE;
  const record = arrive(running, request, target);
  const due = session.faults.takeForRequest(target.method, record.commands.map(({ method }) => method), record.body);
  const fault = due?.fault;
  await hold.sleep(session.portal.settings.latencyMs);
  if (fault?.kind === "hold") await hold.until(due!.released);
  if (fault?.kind === "delay" && fault.moment !== "after") await hold.sleep(fault.ms);
  if (hold.closed) return;
  const reply = fault !== undefined && sparesTheWork(fault)
    ? undefined
    : littered(answer(session, record, target), session.portal.settings.around);
  if (fault?.kind === "delay" && fault.moment === "after") await hold.sleep(fault.ms);
  await deliver(record, fault, reply, wire);
}

/** The answer of a server in need of care. */
const littered = (reply: Reply, around: string): Reply => ({ ...reply, body: `${around}${reply.body}${around}` });

/** What the portal does with a request that reaches it. */
function answer(session: Session, record: RecordedRequest, target: Target): Reply {
  const { portal, limits } = session;
  const { settings } = portal;
  if (settings.refuseChunked && record.headers["transfer-encoding"] !== undefined) {
    return { status: 411, headers: { "content-type": "text/html" }, body: "<h1>411 Length Required</h1>" };
  }
  if (!limits.admits(record.at, settings.rate)) {
    return errorReply(new RestError(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"));
  }
  if (!isMethod(target.method)) {
    portal.mistakes.push(`${target.method || record.target}: there is no such method`);
    return errorReply(methodNotFound());
  }
  if (target.secret !== SECRET || target.user !== settings.profile.ID) {
    return errorReply(new RestError(401, "INVALID_CREDENTIALS", "Invalid request credentials"));
  }
  if (target.method === "batch") {
    const result = runBatch(session, record.params, record.commands);
    return json(200, { result, time: timeOf(portal, record.at) });
  }
  const outcome = runCommand(session, record.commands[0]!);
  if (outcome.kind === "error") return errorReply(outcome.error);
  if (outcome.kind === "missing") return json(200, { time: timeOf(portal, record.at) });
  const { result, total, next } = outcome.answer;
  return json(200, {
    result,
    ...(next === undefined ? {} : { next }),
    ...(total === undefined ? {} : { total }),
    time: outcome.time,
  });
}

/** Sends the reply, or does to the connection what was ordered. */
async function deliver(
  record: RecordedRequest,
  fault: RequestFault | undefined,
  reply: Reply | undefined,
  wire: Wire,
): Promise<void> {
  const send = async (reply: Reply) => {
    record.answer = reply.status;
    await wire.send(reply);
  };
  if (fault !== undefined && fault.kind !== "delay" && fault.kind !== "hold") {
    for (const command of record.commands) command.outcome = "lost";
  }
  switch (fault?.kind) {
    case undefined:
    case "delay":
    case "hold":
      return await send(reply!);
    case "answer": {
      const { status, body, contentType } = fault;
      if (typeof body !== "string") return await send(json(status, body));
      return await send({ status, headers: { "content-type": contentType ?? "text/html" }, body });
    }
    case "redirect": {
      const { status = 302, location } = fault;
      return await send({ status, headers: { location, "content-type": "text/html" }, body: "" });
    }
    case "cut":
      record.answer = "cut";
      return await wire.sendPart(reply!, fault.bytes, fault.end ?? "close");
    case "hang":
      record.answer = "hang";
      return await wire.ended;
    case "close":
      record.answer = "close";
      return wire.close();
    case "reset":
      record.answer = "reset";
      return wire.reset();
  }
}
