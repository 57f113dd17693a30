import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

/** Goes on as somebody who has just signed in. */
export function useEnter(next: string | undefined): () => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return () => {
    client.clear();
    void navigate({ href: next ?? "/", replace: true });
  };
}
