// The two routes that all pages hang from: bare, and framed for those who are signed in.
import { createRootRoute, createRoute, redirect } from "@tanstack/react-router";
import { ProblemError } from "../api/problems";
import { meQuery, queryClient } from "../api/queries";
import { Crash } from "./Crash";
import { Frame } from "./Frame";
import { NotFound } from "./NotFound";
import { Root } from "./Root";

export const rootRoute = createRootRoute({
  component: Root,
  errorComponent: Crash,
  notFoundComponent: NotFound,
});

export const framedRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "framed",
  component: Frame,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 401) throw error;
      throw redirect({ to: "/sign-in", search: { next: location.href } });
    }
  },
});
