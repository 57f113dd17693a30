import { OfflineError, ProblemError, StrangeAnswerError } from "../api/problems";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { useProblemText } from "../i18n/problems";
import { ChangedElsewhereError } from "./form";

/** What went wrong, in words for people: the API's own where it gave some. */
export function useErrorText(): (error: Error) => string {
  const tell = useTexts(shell);
  const problemText = useProblemText();
  return (error) => {
    if (error instanceof ProblemError) return problemText(error);
    if (error instanceof OfflineError) return tell("offline_text");
    if (error instanceof StrangeAnswerError) return tell("error_strange", { status: error.status });
    if (error instanceof ChangedElsewhereError) return tell("changed_elsewhere");
    return tell("error_bug");
  };
}
