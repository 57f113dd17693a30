import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { framedRoute } from "../../app/roots";

export const TABS = ["instruments", "actions", "prices", "upload", "missing"] as const;
export type DataTab = (typeof TABS)[number];
/** Which tab is open, and which instrument or portfolio it is about. */
export type DataSearch = { tab?: DataTab; symbol?: string; portfolio?: number };

export function dataSearch(search: Record<string, unknown>): DataSearch {
  const { symbol, portfolio } = search;
  const tab = TABS.find((one) => one === search["tab"]);
  // A symbol of digits alone comes out of the address as a number.
  const named = typeof symbol === "string" || typeof symbol === "number";
  return {
    ...(tab && { tab }),
    ...(named && { symbol: String(symbol) }),
    ...(Number.isSafeInteger(portfolio) && { portfolio: Number(portfolio) }),
  };
}

export const dataRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/data",
  validateSearch: dataSearch,
  component: lazyPage(() => import("./DataPage"), "DataPage"),
});

// A symbol may be "..", which no path can hold.
export const symbolRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/data/symbol",
  validateSearch: (search) => ({ symbol: dataSearch(search).symbol ?? "" }),
  component: lazyPage(() => import("./SymbolPage"), "SymbolPage"),
});
