import type { QueryClient } from "@tanstack/react-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { meQuery } from "../api/queries";

// Tells the other tabs of this browser who is signed in: they share the cookie.
const PERSON = "steward.person";

/** Forget the person who was signed in: what was read, and what was begun and not sent. */
function forget(client: QueryClient): void {
  client.clear();
  sessionStorage.clear();
}

/** Goes to the door once the session is over. */
export function useLeave(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    localStorage.removeItem(PERSON);
    await navigate({ to: "/sign-in" });
    forget(client);
  };
}

/** Begins at the start as somebody else: nothing of the one before may be seen, restored or sent on. */
export function beginAnew(client: QueryClient): void {
  forget(client);
  // A form that is drawn once more while the page goes would keep its draft again.
  addEventListener("pagehide", () => sessionStorage.clear(), { once: true });
  location.assign(import.meta.env.BASE_URL);
}

/** Begins anew when another tab has signed in somebody else, or has signed out. */
export function useSamePerson(): void {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const id = me?.id;
  useEffect(() => {
    if (id === undefined) return;
    localStorage.setItem(PERSON, id);
    const heard = ({ key, newValue }: StorageEvent) => {
      if (key === PERSON && newValue !== id) beginAnew(client);
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }, [client, id]);
}
