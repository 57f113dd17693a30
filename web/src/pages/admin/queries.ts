import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import { OfflineError, StrangeAnswerError } from "../../api/problems";
import type { Schemas } from "../../api/queries";
import { pagedQuery } from "../../api/queries";
import { numbersOf } from "./metrics";

export type Person = Schemas["PersonShape"];
const AGAIN_MILLISECONDS = 10_000;

export const usersQuery = pagedQuery<Person>(["admin", "users"], "/api/v1/admin/users?limit=1000");

export const sourcesQuery = queryOptions({
  queryKey: ["admin", "sources"],
  queryFn: ({ signal }) => api.get("/api/v1/admin/sources", { signal }),
  refetchInterval: AGAIN_MILLISECONDS,
});

/** Ask what is no operation of the API: a server that is not well answers 503, and that is the answer. */
async function probe(path: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(path, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new OfflineError("", { cause: error });
  }
}

const UNWELL = 503;
const isJson = (answer: Response) => answer.headers.get("Content-Type")?.startsWith("application/json");

export const healthQuery = queryOptions({
  queryKey: ["admin", "health"],
  queryFn: async ({ signal }) => {
    const [health, ready] = await Promise.all([probe("/health", signal), probe("/readyz", signal)]);
    for (const answer of [health, ready]) {
      if (!isJson(answer) || !(answer.ok || answer.status === UNWELL)) {
        throw new StrangeAnswerError(answer.status);
      }
    }
    return { ...((await health.json()) as Schemas["Health"]), ready: ready.ok };
  },
  refetchInterval: AGAIN_MILLISECONDS,
});

/** Null where the server's numbers are kept from the outside, as they should be behind a proxy. */
export const numbersQuery = queryOptions({
  queryKey: ["admin", "numbers"],
  queryFn: async ({ signal }) => {
    const answer = await probe("/metrics", signal);
    return answer.ok ? numbersOf(await answer.text()) : null;
  },
  refetchInterval: AGAIN_MILLISECONDS,
});
