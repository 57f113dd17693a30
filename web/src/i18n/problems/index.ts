// What the API refuses, in the languages that it does not speak itself, by the codes of its problems.
import { use } from "react";
import { ProblemError } from "../../api/problems";
import type { Language } from "../languages";
import { useLocale } from "../preferences";
import type { Code } from "./codes";

type Texts = Readonly<Record<Code, string>>;
const LOADERS: Record<Exclude<Language, "en">, () => Promise<{ default: Texts }>> = {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  pt: () => import("./pt"),
};
const kept = new Map<Language, Promise<Texts | undefined>>();

function load(language: Language): Promise<Texts | undefined> {
  const before = kept.get(language);
  if (before !== undefined) return before;
  const words: Promise<Texts | undefined> =
    language === "en" ? Promise.resolve(undefined) : LOADERS[language]().then((module) => module.default);
  const loading = words.catch(() => {
    // They may be there on the next attempt; meanwhile the API's own words do.
    kept.delete(language);
    return undefined;
  });
  kept.set(language, loading);
  return loading;
}

/** The words of a refusal in the reader's language: the API's own, which are more exact, where there are no others. */
export function useProblemText(): (error: ProblemError, detail?: string) => string {
  const { language } = useLocale();
  const texts: Partial<Record<string, string>> = (language !== "en" && use(load(language))) || {};
  return (error, detail = error.message) => {
    // The code is that of the first value that was blamed.
    const first = error.errors[0]?.detail ?? error.message;
    const words = detail === first || detail === error.message ? texts[error.code] : undefined;
    if (words === undefined) return detail;
    // By how much a rule is broken stands in the API's own words alone.
    return /\d/.test(detail) ? `${words} (${detail})` : words;
  };
}
