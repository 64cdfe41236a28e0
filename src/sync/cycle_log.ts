/**
 * What a cycle tells of its receptions: counts in the report, words in the log.
 */
import type { CycleDeps } from "./cycle_deps.ts";
import { commentText } from "../reception/cut.ts";
import { unfitted } from "./fields/fit.ts";
import { contactFieldsOf, dealFieldsOf } from "./fields/wanted.ts";
import type { PortalFacts } from "./ports.ts";
import { countProblem, type CycleReport } from "./report.ts";
import { type Decision, stepsOf } from "./rules/decision.ts";
import type { Result } from "./send.ts";

export class CycleLog {
  readonly #report: CycleReport;
  readonly #deps: Pick<CycleDeps, "config" | "log" | "queue">;

  constructor(report: CycleReport, deps: Pick<CycleDeps, "config" | "log" | "queue">) {
    this.#report = report;
    this.#deps = deps;
  }

  /** Before anything is sent: what a person should know of it. */
  decisions(decisions: readonly Decision[], facts: PortalFacts): void {
    for (const decision of decisions) this.#doubles(decision);
    const written = decisions.filter((decision) => stepsOf(decision).length > 0);
    this.#unfittedFields(written, facts);
    this.#cutComments(written);
  }

  /** What became of a reception. */
  result(decision: Decision, result: Result): void {
    const { log } = this.#deps;
    const { reception, kind } = decision;
    if (kind === "leave") this.#report.untouched++;
    if (kind === "skip") {
      this.#report.skipped++;
      log.debug(
        `Запись ${reception.key} пропущена: в IDENT у неё нет времени приёма, и сделки на портале у неё ещё нет.`,
      );
      return;
    }
    switch (result.kind) {
      case "confirmed":
        this.#report.synced++;
        log.debug(
          kind === "leave"
            ? `Запись ${reception.key}: сделку закрыл менеджер, она оставлена как есть.`
            : `Запись ${reception.key}: ${stepsOf(decision).length === 0 ? "изменений нет" : "перенесена"}.`,
        );
        return;
      case "refused":
        countProblem(
          this.#report,
          kind === "refuse" ? "rule" : result.onTheWay ? "on-the-way" : "refused",
          result.reason,
          reception,
          !this.#deps.queue.awaits(reception.key),
        );
        log.error(`Запись ${reception.key} не перенесена: ${result.reason}`);
        return;
      case "waiting":
        countProblem(this.#report, "unconfirmed", result.reason, reception);
        log.warning(`Запись ${reception.key} пока не подтверждена: ${result.reason}`);
    }
  }

  /** An open double is for a person to sort out, also beside a closed deal; a closed one is history, and nobody is troubled. */
  #doubles({ reception: { key }, doubles }: Decision): void {
    const { log } = this.#deps;
    const open = doubles.filter((double) => double.open);
    this.#report.openDoubles += open.length;
    if (open.length > 0) {
      log.warning(
        `Программа ведёт сделку ${open[0].followed} записи ${key}. Открыты и другие сделки с этим номером записи: ` +
          `${
            open.map(({ id }) => id).join(", ")
          }; их она не меняет. В копии, которая нужна, очистите номер, лишнюю закройте.`,
      );
    }
    for (const { id, followed } of doubles.filter((double) => !double.open)) {
      log.debug(`Запись ${key}: ведётся сделка ${followed}, закрытая сделка ${id} с тем же номером остаётся как есть.`);
    }
  }

  /** Once a cycle for each field: values that the portal's field cannot hold. */
  #unfittedFields(written: readonly Decision[], facts: PortalFacts): void {
    const { config, log } = this.#deps;
    const names = written.flatMap(({ reception }) => [
      ...unfitted(dealFieldsOf(reception, config.dealFields), facts.dealFields, config.sync.timeZone),
      ...unfitted(contactFieldsOf(reception.patient, config.contactFields), facts.contactFields, config.sync.timeZone),
    ]);
    for (const name of new Set(names).difference(this.#report.unfitted)) {
      this.#report.unfitted.add(name);
      log.warning(
        `Значение из IDENT не записано в поле ${name}: его нет в списке этого поля, или оно не подходит к его типу. ` +
          "Дополните список на портале или замените поле строкой.",
      );
    }
  }

  #cutComments(written: readonly Decision[]): void {
    const { config, log } = this.#deps;
    if (config.dealFields.comment === undefined) return;
    for (const { reception: { key, comment } } of written) {
      if (commentText(comment) === comment) continue;
      log.warning(`Комментарий записи ${key} длиннее, чем вмещает поле портала: перенесено только его начало.`);
    }
  }
}
