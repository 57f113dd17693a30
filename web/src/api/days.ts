/** The days of the API are those of UTC, such as 2026-01-31. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** How far back a period goes: months, this year, or, undefined, to before all transactions. */
export type Span = number | "this_year" | undefined;

/** The day with whose close a period opens; undefined where the API begins by itself. */
export function opening(span: Span, now: string): string | undefined {
  if (span === undefined) return undefined;
  const [year = 0, month = 1, day = 1] = now.split("-").map(Number);
  if (span === "this_year") return `${year - 1}-12-31`;
  const first = new Date(Date.UTC(year, month - 1 - span, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}

/** The last day before one on which markets may have closed: prices of it are as new as there can be. */
export function lastSession(before: string): string {
  const day = new Date(`${before}T00:00Z`);
  do day.setUTCDate(day.getUTCDate() - 1);
  while (day.getUTCDay() % 6 === 0);
  return day.toISOString().slice(0, 10);
}
