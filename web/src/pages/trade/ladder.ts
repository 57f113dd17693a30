// What is drawn of a book: floats are good enough for pixels; every digit is in the table.
import type { Book } from "../../api/stream";

type Level = Book["bids"][number];
export type Step = { level: Level; sum: number; share: number };

/** Levels, the best first, with what is there up to each, as a share of the larger side. */
export function added(levels: readonly Level[], whole: number): Step[] {
  let sum = 0;
  return levels.map((level) => {
    sum += Number(level.qty);
    return { level, sum, share: whole === 0 ? 0 : sum / whole };
  });
}

export const sumOf = (levels: readonly Level[]): number =>
  levels.reduce((sum, level) => sum + Number(level.qty), 0);
