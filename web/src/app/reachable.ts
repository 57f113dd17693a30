import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { isOffline } from "../api/queries";

/** Whether the server answered when it was asked last, as far as what is on the screen knows. */
export function useReachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => !cache.getAll().some((query) => query.isActive() && isOffline(query.state.error)),
  );
}
