import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { framedRoute } from "../../app/roots";
import type { Period, View } from "./views";
import { PERIODS, VIEWS } from "./views";

type Search = { view?: View; period?: Period; benchmark?: string; fill?: "nearest" };

const oneOf = <T extends string>(choices: readonly T[], value: unknown): T | undefined =>
  choices.find((choice) => choice === value);

/** What an address says of a portfolio: what it does not know, it leaves out. */
export function searchOf(search: Record<string, unknown>): Search {
  const view = oneOf(VIEWS, search["view"]);
  const period = oneOf(PERIODS, search["period"]);
  const benchmark = search["benchmark"];
  return {
    ...(view && { view }),
    ...(period && { period }),
    ...(typeof benchmark === "string" && benchmark !== "" && { benchmark }),
    ...(search["fill"] === "nearest" && { fill: "nearest" as const }),
  };
}

export const portfoliosRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/portfolios",
  component: lazyPage(() => import("./PortfoliosPage"), "PortfoliosPage"),
});

export const portfolioRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/portfolios/$portfolioId",
  validateSearch: searchOf,
  component: lazyPage(() => import("./PortfolioPage"), "PortfolioPage"),
});
