import type { ErrorComponentProps } from "@tanstack/react-router";
import { useRouter } from "@tanstack/react-router";
import { isAway } from "../api/problems";
import { Failed } from "../ui/states";
import { loadAgain, UnfetchedError } from "./chunks";
import { useAgain } from "./reachable";

/** What a page shows that could not be shown. Other pages go on, and this one does when the server is there again. */
export function Crash({ error }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => void (error instanceof UnfetchedError ? loadAgain() : router.invalidate());
  useAgain(isAway(error), retry);
  return (
    <div className="page">
      <Failed error={error instanceof Error ? error : new Error(String(error))} retry={retry} />
    </div>
  );
}
