import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { framedRoute } from "../../app/roots";

export const accountRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/account",
  component: lazyPage(() => import("./AccountPage"), "AccountPage"),
});
