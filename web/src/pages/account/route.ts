import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { framedRoute } from "../../app/roots";

export const accountRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("./AccountPage"), "AccountPage"),
});
