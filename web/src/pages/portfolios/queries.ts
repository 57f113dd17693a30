import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { pagedQuery } from "../../api/queries";

export type Portfolio = Schemas["Portfolio"];
export type Holdings = Schemas["HoldingsShape"];
export type Holding = Schemas["steward__api__holdings__HoldingShape"];
export type Performance = Schemas["PerformanceShape"];
export type Transaction = Schemas["TransactionShape"];
export type Kind = Transaction["kind"];
export type Fill = Schemas["MethodShape"]["fill"];

/** In what an answer is told. What is not stated is left to the API. */
export type Told = { currency?: string | undefined; fill?: Fill };
export type Span = { from?: string | undefined; to?: string; benchmark?: string | undefined };

export const portfolioQuery = (portfolio_id: number) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id],
    queryFn: ({ signal }) => api.get("/api/v1/portfolios/{portfolio_id}", { path: { portfolio_id }, signal }),
  });

/** What every portfolio is worth, in one answer: those of other base currencies are asked for by themselves. */
export const worthsQuery = (currency: string) =>
  queryOptions({
    // A trade elsewhere in the app changes it.
    staleTime: 0,
    queryKey: ["portfolios", "all", "worth", currency],
    queryFn: ({ signal }) => api.get("/api/v1/valuations", { query: { currency }, signal }),
  });

export const holdingsQuery = (portfolio_id: number, query: Told) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id, "holdings", query],
    queryFn: ({ signal }) =>
      api.get("/api/v1/portfolios/{portfolio_id}/holdings", { path: { portfolio_id }, query, signal }),
  });

/** What was held at the close of a day, in the portfolio's own currency. */
export const holdingsAtQuery = (portfolio_id: number, at: string) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id, "holdings", "at", at],
    queryFn: ({ signal }) =>
      api.get("/api/v1/portfolios/{portfolio_id}/holdings", {
        path: { portfolio_id },
        query: { at },
        signal,
      }),
    enabled: at !== "",
  });

export const historyQuery = (
  portfolio_id: number,
  query: Told & Span & { interval: "day" | "week" | "month" },
) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id, "history", query],
    queryFn: ({ signal }) =>
      api.get("/api/v1/portfolios/{portfolio_id}/history", { path: { portfolio_id }, query, signal }),
  });

export const performanceQuery = (portfolio_id: number, query: Told & Span) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id, "performance", query],
    queryFn: ({ signal }) =>
      api.get("/api/v1/portfolios/{portfolio_id}/performance", { path: { portfolio_id }, query, signal }),
  });

export type Sought = { kind?: string; symbol?: string; from?: string; to?: string };

export function transactionsQuery(portfolio_id: number, sought: Sought, limit = 100) {
  const asked = Object.entries({ ...sought, limit: String(limit) }).filter(([, value]) => value !== "");
  const first = `/api/v1/portfolios/${portfolio_id}/transactions?${new URLSearchParams(asked)}`;
  return pagedQuery<Transaction>(["portfolios", portfolio_id, "transactions", sought, limit], first);
}

/** How far back what took a transaction's place just now is looked for: newest recorded first. */
const LATEST = 1000;

/** The transaction that now stands in the place of one that was taken back; null where none does. */
export const becameQuery = ({ portfolio_id, id }: Transaction) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id, "transactions", id, "became"],
    queryFn: async ({ signal }) => {
      const query = { limit: LATEST };
      const path = { portfolio_id };
      const latest = await api.get("/api/v1/portfolios/{portfolio_id}/transactions", { path, query, signal });
      let at = latest.find((one) => one.replaces === id);
      for (let next = at; next !== undefined; next = latest.find((one) => one.replaces === next?.id))
        at = next;
      return at?.reversed_by === null ? at : null;
    },
  });

/** What is recorded of instruments, by symbol: their names and classes. */
export const instrumentsQuery = queryOptions({
  queryKey: ["instruments", "by-symbol"],
  queryFn: async ({ signal }) => {
    const listed = await api.get("/api/v1/instruments", { query: { limit: 1000 }, signal });
    return new Map(listed.map((one) => [one.symbol, one]));
  },
});

/** The symbols of which some source knows a price. */
export const symbolsQuery = queryOptions({
  queryKey: ["prices", "symbols"],
  queryFn: async ({ signal }) => Object.keys(await api.get("/api/v1/prices", { signal })).sort(),
  staleTime: 60_000,
});
