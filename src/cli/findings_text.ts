/**
 * What is to be mended in the configuration or on the portal, in words: grouped, the gravest first, with what to do.
 */
import type { Finding } from "../sync/knowledge.ts";
import type { FieldWords } from "./field_words.ts";

const NO_STATUS =
  "На портале нет поля для статуса приёма ([deal_fields] status или status_text). Без него программа не отличит, что сделал " +
  "менеджер: вернёт стадии, которые он поменял, и откроет сделки, которые он закрыл. Создайте в сделках поле типа «Строка» и " +
  "впишите его код.";

/** One paragraph a group; none where nothing is to be mended. */
export function findingLines(findings: readonly Finding[]): string[] {
  const fields = findings.filter((finding) => finding.kind === "field");
  const groups = Map.groupBy(fields, ({ section, fault }) => `${section} ${fault}`);
  return [
    ...(findings.some(({ kind }) => kind === "no-status") ? [NO_STATUS] : []),
    ...[...groups.values()].map((group) => {
      const { section, fault } = group[0];
      const words = group.flatMap(({ meant, code }) => meant.map(({ word, key }) => `${word} (${key} = ${code})`)).join(
        ", ",
      );
      const record = section === "deal_fields" ? "сделок" : "контактов";
      return `Не заполняются поля ${record}: ${words}. Причина: ${fault}. ` +
        `Исправьте поле на портале, впишите другой код в [${section}] или оставьте там пустое значение.`;
    }),
    ...findings.filter((finding) => finding.kind === "status-list").map(({ code, missing }) =>
      `В списке поля ${code} нет значений ${missing.map((status) => `«${status}»`).join(", ")}. Добавьте их на портале.`
    ),
    ...findings.filter((finding) => finding.kind === "stages").map(({ list, words }) =>
      `В воронке нет стадий ${words.join(", ")} из [deal_stages] ${list}. Проверьте, нет ли в кодах опечатки.`
    ),
  ];
}

/** Fields (their codes) that could not hold a value of the clinic in this run. */
export function unfittedLines(codes: Iterable<string>, words: FieldWords): string[] {
  const named = [...codes].map((code) => {
    const [word] = (["deal", "contact"] as const).map((record) => words.meaning(record, code)).filter((each) =>
      each !== undefined && each !== code
    );
    return word === undefined ? code : `${word} (${code})`;
  });
  if (named.length === 0) return [];
  return [
    `Не все значения из IDENT подошли к полям: ${named.join(", ")}. ` +
    "Дополните списки этих полей на портале или замените поля строками.",
  ];
}
