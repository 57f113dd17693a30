import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { framedRoute } from "../../app/roots";

// What decides a figure's value: the parameters of the answer that it stands in.
const PARAMETERS = [
  ...["currency", "fill", "cost", "lot_scope", "fees_in_cost", "taxes_in_cost", "fx", "opening"],
  ...["fees_in_return", "taxes_in_return", "scope", "symbol", "at", "since", "from", "to", "benchmark"],
] as const;

export const USUAL_FIGURE = "holdings.totals.net_worth";

/** A figure with its parameters, and `node`: where in its tree one is, such as 0-3-1. */
export type Search = { figure?: string; portfolio?: string; node?: string } & { [parameter: string]: string };

export function searchOf(search: Record<string, unknown>): Search {
  const known = ["portfolio", "figure", "node", ...PARAMETERS];
  const stated = known.flatMap((name) => {
    const value = search[name];
    return value === undefined || value === null || value === "" ? [] : [[name, String(value)]];
  });
  return Object.fromEntries(stated) as Search;
}

export const explainRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/explain",
  validateSearch: searchOf,
  component: lazyPage(() => import("./ExplainPage"), "ExplainPage"),
});
