import { queryOptions } from "@tanstack/react-query";
import { ask } from "../../api/client";
import type { Schemas } from "../../api/queries";
import type { Search } from "./route";
import { USUAL_FIGURE } from "./route";

export type Node = Schemas["NodeShape"];
export type Source = Schemas["SourceShape"];
type Explanation = Schemas["ExplanationShape"];

/** Where a figure is explained; `figure` asks for another one with the same parameters. */
export function addressOf({ portfolio, node: _, ...asked }: Search, figure?: string): string {
  const place = portfolio === undefined ? "" : `portfolios/${encodeURIComponent(portfolio)}/`;
  const query = new URLSearchParams({ ...asked, figure: figure ?? asked.figure ?? USUAL_FIGURE });
  return `/api/v1/${place}explain?${query}`;
}

export function explanationQuery(search: Search, figure?: string) {
  const address = addressOf(search, figure);
  return queryOptions({
    queryKey: ["portfolios", Number(search.portfolio ?? 0) || "all", "explain", address],
    queryFn: async ({ signal }) => (await ask<Explanation>("get", address, { signal })).data,
  });
}
