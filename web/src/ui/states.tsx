import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { OfflineError, ProblemError } from "../api/problems";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Button } from "./Button";
import { useErrorText } from "./errors";
import "./states.css";

/** Nothing there yet: says what would be, and offers how to get it. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="state">
      <h3>{title}</h3>
      {text && <p className="quiet">{text}</p>}
      {children && <div className="row">{children}</div>}
    </div>
  );
}

/** Grey lines of the height of what is coming, so that nothing jumps when it is there. */
export function Loading({ lines = 3, tall = false }: { lines?: number; tall?: boolean }) {
  const tell = useTexts(shell);
  return (
    <div className="skeleton" data-tall={tall} role="status">
      <span className="visually-hidden">{tell("loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

/** What went wrong, and a way to try again. */
export function Failed({ error, retry }: { error: Error; retry: () => void }) {
  const tell = useTexts(shell);
  const errorText = useErrorText();
  const offline = error instanceof OfflineError;
  return (
    <div className="state" role="alert">
      <h3>{tell(offline ? "offline_title" : "error_title")}</h3>
      <p>{errorText(error)}</p>
      {error instanceof ProblemError && (
        <p className="quiet small">{tell("error_request", { id: error.requestId })}</p>
      )}
      <Button kind="secondary" onClick={retry}>
        {tell("retry")}
      </Button>
    </div>
  );
}

type Props<T> = {
  query: { data: T | undefined; error: Error | null };
  /** How many lines the content will be about. */
  lines?: number;
  tall?: boolean;
  empty?: (data: T) => ReactNode;
  children: (data: T) => ReactNode;
};

/** One read in all its states. `empty` gives what to show when there is nothing, or nothing when there is something. */
export function Loaded<T>({ query, lines = 3, tall = false, empty, children }: Props<T>) {
  const client = useQueryClient();
  // What failed together is tried again together: nobody presses a button for each part of a page.
  const again = () =>
    void client.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" });
  // What was read before stays on the screen while a newer read fails; the banner says that it may be old.
  if (query.data !== undefined) return empty?.(query.data) || children(query.data);
  if (query.error !== null) return <Failed error={query.error} retry={again} />;
  return <Loading lines={lines} tall={tall} />;
}
