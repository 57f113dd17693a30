import { useQueryClient } from "@tanstack/react-query";
import type { Schemas } from "../../api/queries";
import { clockQuery } from "../trade/queries";

/** By how much the clock is stepped, in seconds. */
export const STEPS = { minute: "60", hour: "3600", day: "86400", week: "604800" } as const;
export type Step = keyof typeof STEPS;

export const CALENDARS = ["24/7", "XNYS", "XLON", "XETR"] as const;
export type CalendarName = (typeof CALENDARS)[number];

/** A moment as a field of the browser has it, read as one in UTC. */
export function utc(entered: string): string {
  return entered.length === "2026-01-31T09:30".length ? `${entered}:00Z` : `${entered}Z`;
}

export type ClockEntries = { real: boolean; time: string; speed: string; reset: boolean };

/** What is asked of the clock: a field that is empty asks for nothing. */
export function changeOf({ real, time, speed, reset }: ClockEntries): Schemas["NewClock"] {
  if (real) return { real, reset };
  return {
    real,
    reset,
    ...(time !== "" && { time: utc(time) }),
    ...(speed.trim() !== "" && { speed: speed.trim() }),
  };
}

/** With another time markets open and close, orders end, and listings trade or do not. */
export function useTimeChanged(): (clock: Schemas["ClockShape"]) => void {
  const client = useQueryClient();
  return (clock) => {
    client.setQueryData(clockQuery.queryKey, { ...clock, read_at: Date.now() });
    for (const key of ["listings", "calendar", "book", "portfolios"]) {
      void client.invalidateQueries({ queryKey: [key] });
    }
  };
}
