/** What the rest of the program needs of a log: four functions. Personal data and secrets are masked by the log itself. */
export interface Log {
  /** May repeat words of others, as warnings and errors may. */
  debug(message: string): void;
  /** The program's own words only: results, counts, dates. No name or card of a reception in hand is looked for in them. */
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}
