import { expect, test } from "vitest";
import type { Decimal } from "../api/numbers";
import { age, day, exact, money, percent, price } from "./format";
import { browserLanguage, LANGUAGES, localeOf } from "./languages";
import type { Message, Texts } from "./messages";
import { told } from "./messages";

const d = (text: string) => text as Decimal;
const files = import.meta.glob<{ default: Texts }>(["./*/{en,de,fr,es,pt}.ts", "!./problems/*"], {
  eager: true,
});

const words = (message: Message) => (typeof message === "string" ? [message] : Object.values(message));
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("every language has the places of the English text", () => {
  const folders = new Set(Object.keys(files).map((path) => path.split("/")[1]));
  expect(folders.size).toBeGreaterThan(1);
  for (const folder of folders) {
    const english = files[`./${folder}/en.ts`]?.default ?? {};
    for (const language of Object.keys(LANGUAGES)) {
      const texts = files[`./${folder}/${language}.ts`]?.default;
      expect(texts, `${folder}/${language}`).toBeDefined();
      for (const [key, message] of Object.entries(english)) {
        const wanted = places(words(message).at(-1) ?? "");
        for (const text of words(texts?.[key] ?? "")) {
          expect(places(text), `${folder}/${language} ${key}`).toEqual(wanted);
        }
      }
    }
  }
});

test("a message takes its values and the plural form of its language", () => {
  const rows = { one: "{count} ligne", other: "{count} lignes" };
  expect([told(rows, { count: 0 }, "fr"), told(rows, { count: 2 }, "fr")]).toEqual(["0 ligne", "2 lignes"]);
  expect(told(rows, { count: 12345 }, "de")).toBe("12.345 lignes");
  expect(told("Hello {name}", { name: "<b>{x}</b>" }, "en")).toBe("Hello <b>{x}</b>");
});

test("the browser's first language that Steward speaks is taken, with the region of the person", () => {
  expect(browserLanguage(["nl", "pt-BR", "en"])).toBe("pt");
  expect(browserLanguage(["ja"])).toBe("en");
  expect([localeOf("de", ["en-US", "de-CH"]), localeOf("fr", ["en-US"])]).toEqual(["de-CH", "fr"]);
});

test("amounts are written as the reader does, without a float on the way", () => {
  expect(money("en-US", d("12345678901234567890.125"), "USD")).toBe("$12,345,678,901,234,567,890.13");
  expect(money("de-DE", d("-1234.5"), "EUR")).toBe("−1.234,50\u00a0€");
  expect(money("en-US", d("5"), "USD", "always")).toBe("+$5.00");
  expect(money("en-US", d("0.00"), "USD", "always")).toBe("$0.00");
  expect(exact("en-US", d("0.123456789012345678"))).toBe("0.123456789012345678");
  expect(price("en-US", d("2"))).toBe("2.00");
  expect(percent("en-US", d("-0.0512"))).toBe("−5.12%");
  expect(exact("en-US", d("0.051234567"), "percent")).toBe("5.1234567%");
});

test("yen have no hundredths, and pence are not taken for pounds", () => {
  expect(money("en-US", d("1234"), "JPY")).toBe("¥1,234");
  expect(money("en-GB", d("101.5"), "GBp")).toBe("101.50 GBp");
});

test("a day is that day in every zone, and an age has its largest unit", () => {
  expect(day("en-GB", "2024-02-29")).toBe("29 Feb 2024");
  const now = Date.parse("2026-01-10T12:00:00Z");
  expect(age("en", "2026-01-10T11:57:30Z", now)).toBe("2 minutes ago");
  expect(age("de", "2026-01-08T12:00:00Z", now)).toBe("vorgestern");
});
