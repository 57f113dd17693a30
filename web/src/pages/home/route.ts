import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { framedRoute } from "../../app/roots";
import type { Range } from "./ranges";
import { RANGES } from "./ranges";

/** Of which portfolio, if not of all, and how far back. */
type Search = { portfolio?: number; range?: Range };

export function searchOf(search: Record<string, unknown>): Search {
  const portfolio = Number(search["portfolio"]);
  const range = RANGES.find((one) => one === search["range"]);
  return { ...(Number.isInteger(portfolio) && portfolio > 0 && { portfolio }), ...(range && { range }) };
}

export const homeRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/",
  validateSearch: searchOf,
  component: lazyPage(() => import("./HomePage"), "HomePage"),
});
