/** How far back the line of the net worth goes. */
export const RANGES = ["1m", "3m", "ytd", "1y", "5y", "all"] as const;
export type Range = (typeof RANGES)[number];
export const USUAL: Range = "1y";

const MONTHS = { "1m": 1, "3m": 3, "1y": 12, "5y": 60 } as const;

/** The days of the API are those of UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** The day with whose close a range opens; undefined where the API begins by itself, before all transactions. */
export function opening(range: Range, now: string): string | undefined {
  if (range === "all") return undefined;
  const [year = 0, month = 1, day = 1] = now.split("-").map(Number);
  if (range === "ytd") return `${year - 1}-12-31`;
  const first = new Date(Date.UTC(year, month - 1 - MONTHS[range], 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}

/** Five years of days are more than a screen has points. */
export const intervalOf = (range: Range): "day" | "week" =>
  range === "5y" || range === "all" ? "week" : "day";
