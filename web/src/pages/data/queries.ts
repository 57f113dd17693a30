import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Decimal } from "../../api/numbers";
import { ProblemError } from "../../api/problems";
import type { Schemas } from "../../api/queries";
import { pagedQuery } from "../../api/queries";

export type Instrument = Schemas["InstrumentShape"];
export type Price = Schemas["Price"];
export type Action = Schemas["Action"];

/** What is not there is no failure: nothing is known of it yet. */
async function unlessAbsent<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null;
    throw error;
  }
}

export const instrumentsQuery = pagedQuery<Instrument>(
  ["instruments", "list"],
  "/api/v1/instruments?limit=1000",
);

export const instrumentQuery = (symbol: string) =>
  queryOptions({
    queryKey: ["instruments", "one", symbol],
    queryFn: ({ signal }) =>
      unlessAbsent(api.get("/api/v1/instruments/{symbol}", { path: { symbol }, signal })),
  });

export const closesQuery = (symbol: string) =>
  queryOptions({
    queryKey: ["instruments", "closes", symbol],
    queryFn: ({ signal }) =>
      unlessAbsent(api.get("/api/v1/instruments/{symbol}/prices", { path: { symbol }, signal })),
  });

export const actionsQuery = (symbol: string) =>
  queryOptions({
    queryKey: ["instruments", "actions", symbol],
    queryFn: ({ signal }) => api.get("/api/v1/instruments/{symbol}/actions", { path: { symbol }, signal }),
  });

export type Priced = { symbol: string; price: Decimal };

/** Every price that is known. Where each comes from, and when, is asked for one by one. */
export const pricesQuery = queryOptions({
  queryKey: ["prices", "list"],
  queryFn: async ({ signal }): Promise<Priced[]> => {
    const found = (await api.get("/api/v1/prices", { signal })) as unknown as Record<string, Decimal>;
    return Object.entries(found).map(([symbol, price]) => ({ symbol, price }));
  },
});

export const priceQuery = (symbol: string) =>
  queryOptions({
    queryKey: ["prices", "one", symbol],
    queryFn: ({ signal }) => unlessAbsent(api.get("/api/v1/prices/{symbol}", { path: { symbol }, signal })),
  });

export const rateQuery = (pair: string, on: string) =>
  queryOptions({
    queryKey: ["rates", pair, on],
    queryFn: ({ signal }) =>
      unlessAbsent(
        api.get("/api/v1/rates/{pair}", { path: { pair }, query: on === "" ? {} : { on }, signal }),
      ),
    enabled: pair !== "",
  });

/** What prices and instruments decide is read again: they are in every value of every portfolio. */
export function useMarketChanged(): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of ["instruments", "prices", "rates", "portfolios"]) {
      void client.invalidateQueries({ queryKey: [key] });
    }
  };
}
