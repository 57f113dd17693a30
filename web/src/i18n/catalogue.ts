import { use, useCallback } from "react";
import type { Language } from "./languages";
import type { Message, Texts, Translated, Values } from "./messages";
import { told } from "./messages";
import { useLocale } from "./preferences";

type Loader<E extends Texts> = () => Promise<{ default: Translated<E> }>;
/** The texts of one feature: English at once, each other language when it is wanted. */
export type Catalogue<E extends Texts> = { en: E; load: (language: Language) => Promise<Translated<E>> };

export function catalogue<const E extends Texts>(
  en: E,
  loaders: Record<Exclude<Language, "en">, Loader<E>>,
): Catalogue<E> {
  const kept = new Map<Language, Promise<Translated<E>>>();
  const load = (language: Language): Promise<Translated<E>> => {
    const before = kept.get(language);
    if (before !== undefined) return before;
    const english = Promise.resolve(en as unknown as Translated<E>);
    const loading = language === "en" ? english : loaders[language]().then((module) => module.default);
    // What could not be loaded may be there on the next attempt.
    loading.catch(() => kept.delete(language));
    kept.set(language, loading);
    return loading;
  };
  return { en, load };
}

export type Tell<E extends Texts> = <K extends keyof E>(key: K, ...values: Values<E[K]>) => string;

/** The texts of a feature in the person's language; waits in the nearest Suspense while they load. */
export function useTexts<E extends Texts>(of: Catalogue<E>): Tell<E> {
  const { language, locale } = useLocale();
  const texts: Record<keyof E, Message> = language === "en" ? of.en : use(of.load(language));
  // The same function until the language changes: columns of tables rest on it.
  return useCallback<Tell<E>>((key, ...[values]) => told(texts[key], values ?? {}, locale), [texts, locale]);
}
