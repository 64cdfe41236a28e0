/**
 * Faults on order: what goes wrong, with which request or command, and whether the portal had done the work by then.
 */
import { type Due, type Ordered, Orders, type Which } from "./orders.ts";

/** When the fault strikes: before the work was done (it never is), or after. */
export type Moment = "before" | "after";

interface Timed extends Which {
  /** Default `before`. */
  readonly moment?: Moment;
}

/** A fault of a whole HTTP request. */
export type RequestFault =
  & Timed
  & {
    /** Method of the request (`batch`, `crm.deal.add`); left out: any. */
    readonly on?: string;
    /** Only requests that carry this method, plain or as a command of a batch. */
    readonly carrying?: string;
    /** Only requests with such a body, its percent-encoding undone. */
    readonly saying?: (text: string) => boolean;
  }
  & (
    /** Another answer. An object is sent as JSON, a text as HTML. */
    | { readonly kind: "answer"; readonly status: number; readonly body: unknown; readonly contentType?: string }
    /** No answer, the connection stays open. */
    | { readonly kind: "hang" }
    /** The connection is closed (FIN) or reset (RST) without an answer. */
    | { readonly kind: "close" | "reset" }
    /** The work is done; the head and so many bytes of the body (negative: all but so many), then the end. */
    | { readonly kind: "cut"; readonly bytes: number; readonly end?: "close" | "reset" }
    | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
    /** Not looked at until it is released, though the sender may be gone by then: a portal that is late. */
    | { readonly kind: "hold" }
    /** The usual, so many milliseconds later. */
    | { readonly kind: "delay"; readonly ms: number }
  );

/** A fault of one command, inside a batch or as a call of its own. */
export type CommandFault =
  & Timed
  & {
    /** Method of the command; left out: any. */
    readonly method?: string;
  }
  & (
    | { readonly kind: "error"; readonly code: string; readonly description: string; readonly status?: number }
    /** The command is in none of the answer's maps (batch only). */
    | { readonly kind: "missing" }
  );

/** Whether the portal is spared the work by the fault. */
export function sparesTheWork(fault: RequestFault): boolean {
  return fault.moment !== "after" && !["delay", "hold", "cut"].includes(fault.kind);
}

/** As a firewall reads a body. */
function decoded(body: string): string {
  return body.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

export class Faults {
  readonly #requests = new Orders<RequestFault>();
  readonly #commands = new Orders<CommandFault>();

  /** Orders a fault of a whole request. */
  request(fault: RequestFault): Ordered {
    return this.#requests.add(fault);
  }

  /** Orders a fault of a command. */
  command(fault: CommandFault): Ordered {
    return this.#commands.add(fault);
  }

  /** The next requests are refused with 503 QUERY_LIMIT_EXCEEDED. */
  queryLimit(times = 1): Ordered {
    const body = { error: "QUERY_LIMIT_EXCEEDED", error_description: "Too many requests" };
    return this.request({ kind: "answer", status: 503, body, count: times });
  }

  /** The method is refused with OPERATION_TIME_LIMIT: 429 as a call of its own, an error of the command in a batch. */
  operationTimeLimit(method: string, times = 1): Ordered {
    const description = "Method is blocked due to operation time limit.";
    return this.command({
      method,
      kind: "error",
      status: 429,
      code: "OPERATION_TIME_LIMIT",
      description,
      count: times,
    });
  }

  /** A gateway's HTML page in place of an answer. */
  badGateway(fault: Timed & { on?: string; carrying?: string; status?: number } = {}): Ordered {
    const body = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
    return this.request({ ...fault, kind: "answer", status: fault.status ?? 502, body });
  }

  /** A firewall or proxy that answers such requests itself, for good: with a page, or a redirection to one. */
  gateway(status: number, displeasing: (text: string) => boolean = () => true): Ordered {
    const which = { saying: displeasing, count: Infinity };
    if (status < 400) return this.request({ ...which, kind: "redirect", status, location: "https://blocked.example/" });
    const body = `<html><head><title>${status}</title></head><body>blocked</body></html>`;
    return this.request({ ...which, kind: "answer", status, body });
  }

  clear(): void {
    this.#requests.clear();
    this.#commands.clear();
  }

  /** The fault that strikes this request. */
  takeForRequest(method: string, carried: readonly string[], body: string): Due<RequestFault> | undefined {
    return this.#requests.take((fault) =>
      (fault.on === undefined || fault.on === method) &&
      (fault.carrying === undefined || carried.includes(fault.carrying)) &&
      (fault.saying === undefined || fault.saying(decoded(body)))
    );
  }

  /** The fault that strikes this command. */
  takeForCommand(name: string): CommandFault | undefined {
    return this.#commands.take(({ method }) => method === undefined || method === name)?.fault;
  }
}
