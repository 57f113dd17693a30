// What the API does not keep for a person: it stays in this browser.
import { useSyncExternalStore } from "react";
import type { Language } from "./languages";
import { browserLanguage, LANGUAGES, localeOf } from "./languages";

export type Theme = "system" | "light" | "dark";
export type Preferences = {
  /** Undefined: what the browser asks for. */
  language: Language | undefined;
  /** The currency to report in; undefined: the base currency of what is shown. */
  currency: string | undefined;
  theme: Theme;
};

// public/theme.js reads the same entry, before the first paint.
const PLACE = "steward.preferences";
const NONE: Preferences = { language: undefined, currency: undefined, theme: "system" };

function stored(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Preferences>;
    const language = kept.language !== undefined && kept.language in LANGUAGES ? kept.language : undefined;
    return { ...NONE, ...kept, language };
  } catch {
    return NONE;
  }
}

let current = stored();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(next: Preferences): void {
  current = next;
  const page = document.documentElement;
  page.lang = language();
  if (next.theme === "system") page.removeAttribute("data-theme");
  else page.dataset["theme"] = next.theme;
  for (const listener of listeners) listener();
}

export const language = (): Language => current.language ?? browserLanguage();

export function setPreferences(change: Partial<Preferences>): void {
  apply({ ...current, ...change });
  localStorage.setItem(PLACE, JSON.stringify(current));
}

// Another tab may have changed them.
window.addEventListener("storage", (event) => {
  if (event.key === PLACE) apply(stored());
});
apply(current);

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => current);

export function useLocale(): { language: Language; locale: string } {
  const spoken = usePreferences().language ?? browserLanguage();
  return { language: spoken, locale: localeOf(spoken) };
}
