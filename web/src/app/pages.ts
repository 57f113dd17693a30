// Every page, once: its route, and its place in the navigation. A new page is one line in each list.
import { createRoute, redirect } from "@tanstack/react-router";
import { shell } from "../i18n/shell";
import { accountRoute } from "../pages/account/route";
import { registerRoute, signInRoute } from "../pages/sign-in/route";
import type { IconName } from "../ui/Icon";
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
  framedRoute.addChildren([startRoute, accountRoute]),
]);

type Entry = {
  to: string;
  label: keyof typeof shell.en & `nav_${string}`;
  icon: IconName;
  /** On a phone there is room for five; the others are in the account menu. */
  phone: boolean;
};

export const navigation: readonly Entry[] = [
  { to: "/account", label: "nav_account", icon: "account", phone: true },
];
