/**
 * Why receptions were not carried over: the reasons, grouped and counted, with what to do, and receptions by number and time
 * of the visit, by which they are found in IDENT.
 */
import type { Problem, ProblemKind } from "../sync/report.ts";
import { momentText } from "./field_words.ts";

const WHAT_TO_DO: Readonly<Record<ProblemKind, string>> = {
  unreadable: "проверьте эти записи в IDENT",
  rule: "исправьте воронку на портале или [deal_stages] в config.ini",
  refused: "исправьте на портале или в IDENT то, на что указано",
  "on-the-way":
    "добавьте программу в исключения защиты или прокси либо уберите из комментария в IDENT знаки вроде <script>",
  unconfirmed: "ничего, программа сама проверит, что записалось",
};

/** What comes after that: of what was given up nothing by itself. */
const andThen = ({ kind, givenUp }: Problem): string => {
  if (givenUp) return ", затем запустите: ident-sync once --full";
  return kind === "unconfirmed" ? ", и повторит." : "; программа повторит сама.";
};

/** The lines for the screen and the log; none where all was carried over. */
export function problemLines(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  const lines = problems.flatMap((problem) => {
    const { kind, reason, count, examples } = problem;
    const named = examples.map(({ key, start }) => start === undefined ? key : `${key} (приём ${momentText(start)})`);
    const rest = count > examples.length ? ` и ещё ${count - examples.length}` : "";
    return [
      `  ${count} — ${reason}`,
      `    Записи: ${named.join(", ")}${rest}`,
      `    Что делать: ${WHAT_TO_DO[kind]}${andThen(problem)}`,
    ];
  });
  return ["Не перенесено, по причинам:", ...lines];
}
