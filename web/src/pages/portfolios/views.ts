/** The tabs of a portfolio, in their order. */
export const VIEWS = ["overview", "holdings", "performance", "income", "transactions"] as const;
export type View = (typeof VIEWS)[number];

export const PERIODS = ["month", "quarter", "this_year", "year", "all"] as const;
export type Period = (typeof PERIODS)[number];

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The day with whose close a period opens; undefined where the API begins by itself, before all transactions. */
export function opening(period: Period, today: string): string | undefined {
  if (period === "all") return undefined;
  const [year = 0, month = 1, day = 1] = today.split("-").map(Number);
  if (period === "this_year") return `${year - 1}-12-31`;
  const first = new Date(Date.UTC(year, month - 1 - MONTHS[period], 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}

/** The days of the API are those of UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10);

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
