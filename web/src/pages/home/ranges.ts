import type { Span } from "../../api/days";

/** How far back the line of the net worth goes. */
export const RANGES = ["1m", "3m", "ytd", "1y", "5y", "all"] as const;
export type Range = (typeof RANGES)[number];
export const USUAL: Range = "1y";

export const SPANS: Record<Range, Span> = {
  "1m": 1,
  "3m": 3,
  ytd: "this_year",
  "1y": 12,
  "5y": 60,
  all: undefined,
};

/** Five years of days are more than a screen has points. */
export const intervalOf = (range: Range): "day" | "week" =>
  range === "5y" || range === "all" ? "week" : "day";
