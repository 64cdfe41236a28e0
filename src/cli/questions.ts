/**
 * Questions to the person at the terminal, put again until the answer is clear.
 */
import type { World } from "../world.ts";

/** The person broke the questions off: Ctrl+C, or the end of the input. */
export class BrokenOff extends Error {}

/** Yes, no, or neither of them. An empty answer is a yes. */
export function yesOrNo(answer: string): boolean | undefined {
  const word = answer.trim();
  if (/^(?:(?:д|да|y|yes)[.!]*)?$/i.test(word)) return true;
  return /^(?:н|нет|n|no)[.!]*$/i.test(word) ? false : undefined;
}

export class Questions {
  readonly #world: Pick<World, "out" | "stop">;
  readonly #ask: NonNullable<World["ask"]>;

  constructor(world: Pick<World, "out" | "stop">, ask: NonNullable<World["ask"]>) {
    this.#world = world;
    this.#ask = ask;
  }

  /** What was answered, without blanks around it. `hidden`: what is typed is not shown. Throws BrokenOff. */
  async answer(question: string, { hidden = false }: { readonly hidden?: boolean } = {}): Promise<string> {
    const { stop } = this.#world;
    const answer = stop.aborted ? undefined : await this.#ask(question, { hidden });
    if (answer === undefined || stop.aborted) throw new BrokenOff();
    return answer.trim();
  }

  /** Yes or no, asked until it is one of them. Throws BrokenOff. */
  async confirmed(question: string): Promise<boolean> {
    return await this.confirmedOr(() => false, question) === true;
  }

  /** The same, where another answer may be given at once: that one, when `isOther` says so. Throws BrokenOff. */
  async confirmedOr(isOther: (answer: string) => boolean, question: string): Promise<boolean | string> {
    while (true) {
      const answer = await this.answer(`${question} [Д/н]`);
      const clear = yesOrNo(answer);
      if (clear !== undefined) return clear;
      if (isOther(answer)) return answer;
      this.#world.out.write("Ответьте «да» или «нет».\n");
    }
  }
}
