import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { framedRoute } from "../../app/roots";

export const VENUES = ["paper", "book", "manual"] as const;
export type Venue = (typeof VENUES)[number];
export type TradeSearch = { portfolio?: number; venue?: Venue; symbol?: string };

const SYMBOL = /^[A-Z0-9.^=:/_-]{1,32}$/;

/** What of an address this page understands; the rest is left out rather than shown as an error. */
export function searchOf(search: Record<string, unknown>): TradeSearch {
  const portfolio = Number(search["portfolio"]);
  const venue = VENUES.find((one) => one === search["venue"]);
  const symbol = String(search["symbol"] ?? "").toUpperCase();
  return {
    ...(Number.isSafeInteger(portfolio) && portfolio > 0 ? { portfolio } : {}),
    ...(venue === undefined ? {} : { venue }),
    ...(SYMBOL.test(symbol) ? { symbol } : {}),
  };
}

export const tradeRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/trade",
  validateSearch: searchOf,
  component: lazyPage(() => import("./TradePage"), "TradePage"),
});
