import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => api.get("/api/v1/auth/sessions", { signal }),
});

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ signal }) => api.get("/api/v1/api-keys", { signal }),
});
