import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
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
  component: lazyRouteComponent(() => import("./AdminPage"), "AdminPage"),
});
