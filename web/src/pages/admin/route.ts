import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { framedRoute } from "../../app/roots";

export const TABS = ["users", "sources", "exchange", "health"] as const;
export type AdminTab = (typeof TABS)[number];

export const adminRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/admin",
  validateSearch: (search): { tab?: AdminTab } => {
    const tab = TABS.find((one) => one === search["tab"]);
    return tab === undefined ? {} : { tab };
  },
  component: lazyPage(() => import("./AdminPage"), "AdminPage"),
});
