import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import type { Range } from "./ranges";
import { opening, today } from "../../api/days";
import { intervalOf, SPANS } from "./ranges";

export type Holdings = Schemas["HoldingsShape"];
export type Holding = Schemas["steward__api__holdings__HoldingShape"];
export type Day = Schemas["DayOfHistory"];
export type History = Schemas["HistoryShape"];
export type Order = Schemas["OrderShape"];

/** Of what is told, and in which currency; all portfolios and their own currency, unless stated. */
export type Asked = { portfolio: number | undefined; currency: string | undefined };

// What is bought elsewhere in the app must be seen here at once, whichever portfolio it is in.
const FRESH = { staleTime: 0, refetchInterval: 60_000 };
const keyOf = ({ portfolio, currency }: Asked, what: string) => [
  "portfolios",
  portfolio ?? "all",
  what,
  { currency },
];
// An absent parameter is the API's own choice.
const told = (currency: string | undefined) => (currency === undefined ? {} : { currency });

export const holdingsQuery = (asked: Asked) =>
  queryOptions({
    ...FRESH,
    queryKey: keyOf(asked, "holdings"),
    queryFn: ({ signal }) => {
      // Home tells no lots, and they are most of the answer.
      const query = { ...told(asked.currency), lots: false };
      if (asked.portfolio === undefined) return api.get("/api/v1/holdings", { query, signal });
      const path = { portfolio_id: asked.portfolio };
      return api.get("/api/v1/portfolios/{portfolio_id}/holdings", { path, query, signal });
    },
  });

/** Fewer weeks than this are told by days: a month in four points says nothing. */
const WEEKS_AT_LEAST = 60;

export const historyQuery = (asked: Asked, range: Range) =>
  queryOptions({
    ...FRESH,
    queryKey: [...keyOf(asked, "history"), range],
    queryFn: async ({ signal }) => {
      const from = opening(SPANS[range], today());
      const read = (interval: "day" | "week"): Promise<History> => {
        const query = { ...told(asked.currency), ...(from && { from }), interval };
        if (asked.portfolio === undefined) return api.get("/api/v1/history", { query, signal });
        const path = { portfolio_id: asked.portfolio };
        return api.get("/api/v1/portfolios/{portfolio_id}/history", { path, query, signal });
      };
      const found = await read(intervalOf(range));
      return found.interval === "week" && found.days.length < WEEKS_AT_LEAST ? read("day") : found;
    },
  });

/** The most orders of one status that are read. */
const ORDERS = 100;

export const openOrdersQuery = (portfolio: number | undefined) =>
  queryOptions({
    ...FRESH,
    queryKey: ["portfolios", portfolio ?? "all", "orders", "open"],
    queryFn: async ({ signal }) => {
      const of = portfolio === undefined ? {} : { portfolio_id: portfolio };
      const read = (status: "pending" | "partial") =>
        api.read("/api/v1/orders", { query: { ...of, status, limit: ORDERS }, signal });
      const found = await Promise.all([read("pending"), read("partial")]);
      const orders = found.flatMap(({ data }) => data);
      orders.sort((left, right) => right.created_at.localeCompare(left.created_at));
      return { orders, more: found.some(({ next }) => next !== null) };
    },
  });
