import { useRef, useState } from "react";
import { api, newAttempt } from "../../api/client";
import { ProblemError } from "../../api/problems";
import type { Sheet } from "./csv";
import type { Field, RowProblem, What } from "./mapping";
import { closesOf, problemsByRow, transactionOf } from "./mapping";
import { useMarketChanged } from "./queries";

/** As many rows as one call takes: all of them or none are written. A file of closes is bounded by its bytes alone. */
export const MOST: Record<What, number> = { transactions: 10_000, closes: 1_000_000 };

type State =
  | { kind: "ready" }
  | { kind: "sending" }
  | { kind: "done"; count: number }
  | { kind: "refused"; problems: Map<number, RowProblem[]> }
  | { kind: "failed"; error: Error };

type Mapping = readonly (Field | null)[];

/** Sends the rows of a file in one call, and says row by row what the API refuses of them. */
export function useSending(what: What, portfolio: number | undefined, sheet: Sheet, mapping: Mapping) {
  const [state, setState] = useState<State>({ kind: "ready" });
  // The same for each retry of the same rows: an answer that was lost on the way writes nothing twice.
  const attempt = useRef(newAttempt());
  const changed = useMarketChanged();
  const post = async () => {
    if (what === "closes") {
      const { writeCsv } = await import("./csv");
      const body = writeCsv(closesOf(mapping, sheet.rows));
      return api.post("/api/v1/prices/import", { body, attempt: attempt.current });
    }
    return api.post("/api/v1/portfolios/{portfolio_id}/transactions/batch", {
      path: { portfolio_id: portfolio ?? 0 },
      body: { transactions: sheet.rows.map((row) => transactionOf(mapping, row)) },
      attempt: attempt.current,
    });
  };
  const send = async () => {
    setState({ kind: "sending" });
    try {
      const { count } = await post();
      setState({ kind: "done", count });
      changed();
    } catch (error) {
      const problems = error instanceof ProblemError ? problemsByRow(error) : new Map<number, RowProblem[]>();
      setState(problems.size > 0 ? { kind: "refused", problems } : { kind: "failed", error: error as Error });
    }
  };
  const reset = () => {
    attempt.current = newAttempt();
    setState({ kind: "ready" });
  };
  return { state, send, reset };
}
