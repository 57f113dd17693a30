import type { Span } from "../../api/days";

/** The tabs of a portfolio, in their order. */
export const VIEWS = ["overview", "holdings", "performance", "income", "transactions"] as const;
export type View = (typeof VIEWS)[number];

export const PERIODS = ["month", "quarter", "this_year", "year", "all"] as const;
export type Period = (typeof PERIODS)[number];

export const SPANS: Record<Period, Span> = {
  month: 1,
  quarter: 3,
  this_year: "this_year",
  year: 12,
  all: undefined,
};

/** The first and the last day of each month of a year, up to the month of today. */
export function monthsOf(year: number, now: string): { month: string; first: string; last: string }[] {
  return Array.from({ length: 12 }, (_, index) => {
    const first = new Date(Date.UTC(year, index, 1)).toISOString().slice(0, 10);
    const last = new Date(Date.UTC(year, index + 1, 0)).toISOString().slice(0, 10);
    return { month: first.slice(0, 7), first, last: last > now ? now : last };
  }).filter(({ first }) => first <= now);
}

/** The day before: a period that opens with its close includes the whole of the day. */
export function before(day: string): string {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}
