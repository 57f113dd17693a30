/** Each language in its own words. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  pt: "Português",
} as const;
export type Language = keyof typeof LANGUAGES;

const isLanguage = (word: string): word is Language => word in LANGUAGES;

/** The first language that the browser asks for and Steward speaks. */
export function browserLanguage(wanted: readonly string[] = navigator.languages): Language {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

// A language alone is read as that of its largest country; our Portuguese is that of Portugal.
const REGIONS: Partial<Record<Language, string>> = { pt: "pt-PT" };

/** The language with the person's own region, which decides how numbers and dates are written. */
export function localeOf(language: Language, wanted: readonly string[] = navigator.languages): string {
  return wanted.find((tag) => tag.toLowerCase().startsWith(language)) ?? REGIONS[language] ?? language;
}
