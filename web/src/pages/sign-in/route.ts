import { createRoute } from "@tanstack/react-router";
import { lazyPage } from "../../app/chunks";
import { rootRoute } from "../../app/roots";

/** Where to go once signed in: an address of this app, never of another site. */
type Search = { next?: string };

export function nextOf(search: Record<string, unknown>): Search {
  const { next } = search;
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {};
}

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: nextOf,
  component: lazyPage(() => import("./SignInPage"), "SignInPage"),
});

export const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  validateSearch: nextOf,
  component: lazyPage(() => import("./RegisterPage"), "RegisterPage"),
});
