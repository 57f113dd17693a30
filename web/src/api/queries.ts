// The reads that more than one page needs. What only one page reads stands beside that page.
import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";
import { ProblemError } from "./problems";
import type { components } from "./schema";

export type Schemas = components["schemas"];

const WORTH_ANOTHER_TRY = [429, 503];

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) =>
        count < 2 && error instanceof ProblemError && WORTH_ANOTHER_TRY.includes(error.status),
      // Whether there is a network says nothing about a server in the same house: each request finds out.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    const { user, is_admin } = await api.get("/api/v1/auth/me", { signal });
    return { ...user, is_admin };
  },
  staleTime: 60_000,
});

/** All portfolios of the caller, newest first. */
export const portfoliosQuery = queryOptions({
  queryKey: ["portfolios"],
  queryFn: async ({ signal }) => {
    const items: Schemas["Portfolio"][] = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const query = { page, items_per_page: 100 };
      const answer = await api.get("/api/v1/portfolios", { query, signal });
      items.push(...answer.items);
      pages = answer.pagination_response.total_pages;
    }
    return items;
  },
});

/** A list that goes on under its Link header: `first` is its address with the parameters. */
export function pagedQuery<Row>(queryKey: readonly unknown[], first: string) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => ask<Row[]>("get", pageParam, { signal }),
    initialPageParam: first,
    getNextPageParam: (last) => last.next,
  });
}

export const transactionQuery = (portfolio_id: number, transaction_id: number) =>
  queryOptions({
    queryKey: ["portfolios", portfolio_id, "transactions", transaction_id],
    queryFn: ({ signal }) =>
      api.get("/api/v1/portfolios/{portfolio_id}/transactions/{transaction_id}", {
        path: { portfolio_id, transaction_id },
        signal,
      }),
  });

/** Of what is told, in which currency, and what may stand in; all portfolios and the API's own choice unless stated. */
export type AllocationAsked = {
  portfolio: number | undefined;
  currency?: string | undefined;
  fill?: "none" | "nearest" | undefined;
};

/** The net worth, divided by class, currency, sector and country. */
export const allocationQuery = ({ portfolio, currency, fill }: AllocationAsked) =>
  queryOptions({
    queryKey: ["portfolios", portfolio ?? "all", "allocation", { currency, fill }],
    queryFn: ({ signal }) => {
      const query = { ...(currency !== undefined && { currency }), ...(fill !== undefined && { fill }) };
      if (portfolio === undefined) return api.get("/api/v1/allocation", { query, signal });
      const path = { portfolio_id: portfolio };
      return api.get("/api/v1/portfolios/{portfolio_id}/allocation", { path, query, signal });
    },
    // What is recorded of an instrument elsewhere in the app must be seen here at once.
    staleTime: 0,
  });
