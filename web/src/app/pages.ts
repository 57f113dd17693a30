// The route of every page, once. A new page adds its line here, and one to navigation.ts if it has a place there.
import { createRoute, redirect } from "@tanstack/react-router";
import { accountRoute } from "../pages/account/route";
import { dataRoute, symbolRoute } from "../pages/data/route";
import { registerRoute, signInRoute } from "../pages/sign-in/route";
import { framedRoute, rootRoute } from "./roots";

// What /app opens with. It becomes a route of pages/home as soon as there is one.
const startRoute = createRoute({
  getParentRoute: () => framedRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/account", replace: true });
  },
});

export const routeTree = rootRoute.addChildren([
  signInRoute,
  registerRoute,
  framedRoute.addChildren([startRoute, accountRoute, dataRoute, symbolRoute]),
]);
