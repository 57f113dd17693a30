import { lazyRouteComponent } from "@tanstack/react-router";
import { OfflineError } from "../api/problems";

/** A part of the app could not be fetched. */
export class UnfetchedError extends OfflineError {}

/** Loads the app again if its server answers: without it nothing would be won, and it would never end. */
export async function loadAgain(): Promise<void> {
  const answer = await fetch(import.meta.env.BASE_URL).catch(() => undefined);
  if (answer?.ok === true) location.reload();
}

/** Each browser has words of its own for it. */
const isUnfetched = (error: unknown): boolean =>
  error instanceof Error && /^unable to preload|dynamically imported|importing a module/i.test(error.message);

/**
 * A page in a chunk of its own.
 *
 * What cannot be fetched is told in the page. The router would load the whole app again, and who is offline
 * before the service worker has kept it would be left with the browser's own page.
 */
export function lazyPage<T extends Record<string, unknown>, Name extends keyof T>(
  load: () => Promise<T>,
  name: Name,
) {
  const told = (error: unknown) => {
    throw isUnfetched(error) ? new UnfetchedError("", { cause: error }) : error;
  };
  return lazyRouteComponent(() => load().catch(told), name);
}
