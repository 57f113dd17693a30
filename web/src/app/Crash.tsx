import type { ErrorComponentProps } from "@tanstack/react-router";
import { useRouter } from "@tanstack/react-router";
import { isAway, OfflineError } from "../api/problems";
import { Failed } from "../ui/states";
import { isUnfetched, loadAgain } from "./loadAgain";
import { useAgain } from "./reachable";

/** What a page shows that could not be shown. Other pages go on, and this one does when the server is there again. */
export function Crash({ error: thrown }: ErrorComponentProps) {
  const router = useRouter();
  const unfetched = isUnfetched(thrown);
  const error = unfetched ? new OfflineError() : thrown;
  const retry = () => void (unfetched ? loadAgain() : router.invalidate());
  useAgain(isAway(error), retry);
  return (
    <div className="page">
      <Failed error={error instanceof Error ? error : new Error(String(error))} retry={retry} />
    </div>
  );
}
