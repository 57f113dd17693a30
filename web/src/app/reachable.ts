import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { isAway, isOffline } from "../api/problems";

/** How long a server is left alone that did not answer. */
export const AGAIN_MILLISECONDS = 3_000;

/** Does something again and again while the server is away, and at once when the browser is online again. */
export function useAgain(away: boolean, again: () => void): void {
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(again, AGAIN_MILLISECONDS);
    addEventListener("online", again);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
    };
  });
}

/** Whether the server answered when it was asked last; what failed meanwhile is read again until it does. */
export function useReachable(): boolean {
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const some = (is: (error: Error | null) => boolean) =>
    cache.getAll().some((query) => query.isActive() && is(query.state.error));
  const watch = (listener: () => void) => cache.subscribe(listener);
  const away = useSyncExternalStore(watch, () => some(isAway));
  useAgain(away, () => {
    void client.refetchQueries({ type: "active", predicate: (query) => isAway(query.state.error) });
  });
  return !useSyncExternalStore(watch, () => some(isOffline));
}
