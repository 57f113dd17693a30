import { createRouter } from "@tanstack/react-router";
import { Crash } from "./Crash";
import { routeTree } from "./pages";
import { Waiting } from "./Waiting";

export const router = createRouter({
  routeTree,
  basepath: "/app",
  // A page's chunk is fetched while the pointer is on its way to the link.
  defaultPreload: "intent",
  defaultErrorComponent: Crash,
  defaultPendingComponent: Waiting,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
