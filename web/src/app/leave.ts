import type { QueryClient } from "@tanstack/react-query";
import { router } from "./router";

/** Forget the person who was signed in: what was read, and what was begun and not sent. */
export function forget(client: QueryClient): void {
  client.clear();
  sessionStorage.clear();
}

export async function leave(client: QueryClient): Promise<void> {
  await router.navigate({ to: "/sign-in" });
  forget(client);
}
