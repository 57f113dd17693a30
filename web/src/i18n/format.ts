// How numbers and moments are written. Decimals go to Intl as text, so no digit passes through a float.
import type { Decimal } from "../api/numbers";
import { useLocale } from "./preferences";

/** The API sends at most 18 digits after the point, and not every browser takes more than this: nothing is rounded. */
const EVERY_DIGIT = 20;
const MINUS = "−";

const formats = new Map<string, Intl.NumberFormat>();

// Making a format costs far more than using one, and a table uses one 10,000 times.
function format(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  const kept = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, kept);
  return kept;
}

const written = (locale: string, value: Decimal, options: Intl.NumberFormatOptions) =>
  format(locale, options).format(value).replace("-", MINUS);

// GBp and the like are hundredths that ISO 4217 does not know; Intl would read them as pounds.
const isCurrency = (code: string) => /^[A-Z]{3}$/.test(code);

export type Signs = "auto" | "always";

function signs(mode: Signs): Intl.NumberFormatOptions {
  return mode === "always" ? { signDisplay: "exceptZero" } : {};
}

export function money(locale: string, value: Decimal, currency: string, mode: Signs = "auto"): string {
  if (isCurrency(currency)) {
    return written(locale, value, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...signs(mode),
    });
  }
  const fixed = { minimumFractionDigits: 2, maximumFractionDigits: 2, ...signs(mode) };
  return `${written(locale, value, fixed)} ${currency}`;
}

/** Up to 8 digits after the point: what a person reads of a quantity or a price. */
export const quantity = (locale: string, value: Decimal): string =>
  written(locale, value, { maximumFractionDigits: 8 });

export const price = (locale: string, value: Decimal): string =>
  written(locale, value, { minimumFractionDigits: 2, maximumFractionDigits: 8 });

/** A share of 1 as a percentage. */
export const percent = (locale: string, value: Decimal, mode: Signs = "auto"): string =>
  written(locale, value, {
    style: "percent",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    ...signs(mode),
  });

/** Every digit there is. */
export const exact = (locale: string, value: Decimal, style: "decimal" | "percent" = "decimal"): string =>
  written(locale, value, { style, maximumFractionDigits: EVERY_DIGIT });

// A day has no zone: it is written as the day that it is, wherever the reader sits.
export const day = (locale: string, value: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(
    new Date(`${value}T00:00Z`),
  );

export const moment = (locale: string, value: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value));

const STEPS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** How long ago, in the largest unit that fits. */
export function age(locale: string, value: string, now: number = Date.now()): string {
  const seconds = (new Date(value).getTime() - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(Math.trunc(seconds), "second");
}

function formatOf(locale: string) {
  return {
    locale,
    money: (value: Decimal, currency: string, mode?: Signs) => money(locale, value, currency, mode),
    quantity: (value: Decimal) => quantity(locale, value),
    price: (value: Decimal) => price(locale, value),
    percent: (value: Decimal, mode?: Signs) => percent(locale, value, mode),
    exact: (value: Decimal, style?: "decimal" | "percent") => exact(locale, value, style),
    day: (value: string) => day(locale, value),
    moment: (value: string) => moment(locale, value),
    age: (value: string) => age(locale, value),
    count: (value: number) => value.toLocaleString(locale),
    countryName: (code: string) => new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code,
    currencyName: (code: string) => new Intl.DisplayNames(locale, { type: "currency" }).of(code) ?? code,
  };
}

export type Format = ReturnType<typeof formatOf>;
let last: Format | undefined;

/** The formats of the person who reads. */
export function useFormat(): Format {
  const { locale } = useLocale();
  if (last?.locale !== locale) last = formatOf(locale);
  return last;
}
