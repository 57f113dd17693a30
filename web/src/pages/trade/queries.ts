import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import { ProblemError } from "../../api/problems";
import type { Schemas } from "../../api/queries";
import type { Venue } from "./route";

export type Order = Schemas["OrderShape"];
export type Account = Schemas["AccountShape"];
export type Listing = Schemas["ListingShape"];
export type Exchange = Exclude<Venue, "manual">;

const QUOTE_MILLISECONDS = 2_000;
const CLOCK_MILLISECONDS = 15_000;
/** As many trades as candles are drawn of: one page of the API. */
const TRADES = 500;
const DAYS = 120;

/** Null where the API says that there is none: that is an answer here, not an error. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null;
    throw error;
  }
}

export const accountQuery = (portfolio: number) =>
  queryOptions({
    queryKey: ["portfolios", portfolio, "account"],
    queryFn: ({ signal }) =>
      orNull(
        api.get("/api/v1/portfolios/{portfolio_id}/account", { path: { portfolio_id: portfolio }, signal }),
      ),
  });

export const listingsQuery = queryOptions({
  queryKey: ["listings"],
  queryFn: ({ signal }) => api.get("/api/v1/exchange/listings", { signal }),
});

export const bookQuery = (venue: Exchange, symbol: string) =>
  queryOptions({
    queryKey: ["book", venue, symbol],
    queryFn: ({ signal }) =>
      orNull(api.get("/api/v1/book/{symbol}", { path: { symbol }, query: { venue, levels: 10 }, signal })),
    // The quote of the paper market is another one each second, and only those that trade are streamed.
    refetchInterval: venue === "paper" ? QUOTE_MILLISECONDS : false,
  });

export const tradesQuery = (venue: Exchange, symbol: string) =>
  queryOptions({
    queryKey: ["trades", venue, symbol],
    queryFn: ({ signal }) =>
      api.get("/api/v1/book/{symbol}/trades", { path: { symbol }, query: { venue, limit: TRADES }, signal }),
  });

export const priceQuery = (symbol: string) =>
  queryOptions({
    queryKey: ["price", symbol],
    queryFn: ({ signal }) => orNull(api.get("/api/v1/prices/{symbol}", { path: { symbol }, signal })),
    refetchInterval: CLOCK_MILLISECONDS,
  });

/** Closes that the person entered: the latest months of them. */
export const closesQuery = (symbol: string) =>
  queryOptions({
    queryKey: ["closes", symbol],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - DAYS * 86_400_000).toISOString().slice(0, 10);
      const path = { symbol };
      return orNull(api.get("/api/v1/instruments/{symbol}/prices", { path, query: { from }, signal }));
    },
  });

export const clockQuery = queryOptions({
  queryKey: ["exchange-clock"],
  queryFn: async ({ signal }) => ({
    ...(await api.get("/api/v1/exchange/clock", { signal })),
    read_at: Date.now(),
  }),
  refetchInterval: CLOCK_MILLISECONDS,
});

export const calendarQuery = (name: string) =>
  queryOptions({
    queryKey: ["calendar", name],
    queryFn: ({ signal }) => api.get("/api/v1/exchange/calendars/{name}", { path: { name }, signal }),
    refetchInterval: CLOCK_MILLISECONDS,
  });

const OPEN = ["pending", "partial"] as const;

export const openOrdersQuery = (portfolio: number) =>
  queryOptions({
    queryKey: ["portfolios", portfolio, "open-orders"],
    queryFn: async ({ signal }) => {
      const asked = OPEN.map((status) =>
        api.get("/api/v1/orders", { query: { status, portfolio_id: portfolio, limit: 1000 }, signal }),
      );
      // Ids are in the order of time.
      return (await Promise.all(asked)).flat().sort((left, right) => (left.id < right.id ? 1 : -1));
    },
  });

/** The latest of what has happened to the orders of an account. */
export const eventsQuery = ({ portfolio_id, last_event }: Pick<Account, "portfolio_id" | "last_event">) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id, "order-events"],
    queryFn: async ({ signal }) => {
      const query = { after: Math.max(0, last_event - KEPT_EVENTS), limit: KEPT_EVENTS };
      const path = { portfolio_id };
      const events = await api.get("/api/v1/portfolios/{portfolio_id}/account/events", {
        path,
        query,
        signal,
      });
      return events.reverse();
    },
    staleTime: Infinity,
  });

export const KEPT_EVENTS = 200;
export const KEPT_TRADES = TRADES;

export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: ({ signal }) => api.get("/api/v1/accounts", { signal }),
});
