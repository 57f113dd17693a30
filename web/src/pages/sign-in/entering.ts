import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Schemas } from "../../api/queries";
import { meQuery } from "../../api/queries";

/** Goes on as somebody who has just signed in. */
export function useEnter(next: string | undefined): (user: Schemas["UserShape"]) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (user) => {
    client.clear();
    client.setQueryData(meQuery.queryKey, user);
    void navigate({ href: next ?? "/", replace: true });
  };
}
