import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

/** Forget the person who was signed in: what was read, and what was begun and not sent. */
export function forget(client: QueryClient): void {
  client.clear();
  sessionStorage.clear();
}

/** Goes to the door once the session is over. */
export function useLeave(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await navigate({ to: "/sign-in" });
    forget(client);
  };
}
