// The API names figures by paths and by English words: here are the words of the reader.
import { useTexts } from "../../i18n/catalogue";
import { figures } from "../../i18n/figures";
import type { Format } from "../../i18n/format";
import { useFormat } from "../../i18n/format";
import { ledger } from "../../i18n/ledger";
import type { Tell } from "../../i18n/catalogue";

type Words = { tell: Tell<typeof figures.en>; kind: Tell<typeof ledger.en>; format: Format };
type Key = keyof typeof figures.en;

const TREES = /^(?:holdings|performance|valuation|gains)\./;
/** Parts of a path that say where a figure stands, and nothing about it. */
const PLACES = ["totals", "returns", "ratios", "days", "lots", "value"];

const known = (key: string): key is Key => key in figures.en;
const keyOf = (kind: "term" | "part" | "phrase", words: string) =>
  `${kind}_${words.replaceAll(/[: ]+/g, "_")}`;
const dayOf = (word: string, format: Format) => (/^\d{4}-\d\d-\d\d$/.test(word) ? format.day(word) : word);

/** `holdings.AAPL.cost_basis` is the cost basis of AAPL; a symbol may have a point in it. */
function byPath(figure: string, { tell, format }: Words): string | undefined {
  const [, ...places] = figure.split(".");
  const key = keyOf("term", places.at(-1) ?? "");
  if (!known(key)) return undefined;
  const [where, currency] = places;
  if ((where === "cash" || where === "securities") && currency !== undefined) {
    return tell(`${where}_in`, { of: currency });
  }
  const subject = places.slice(0, -1).filter((place) => !PLACES.includes(place));
  const of = dayOf(subject.join("."), format);
  return of === "" ? plain(tell, key) : `${of}: ${plain(tell, key)}`;
}

const plain = (tell: Words["tell"], key: Key) => (tell as (key: Key) => string)(key);

type Rule = [RegExp, (found: string[], words: Words) => string | undefined];
const part = ({ tell }: Words, words = ""): string | undefined => {
  const key = keyOf("part", words);
  return known(key) ? plain(tell, key) : undefined;
};
const joined = (of: string, what: string | undefined) => (what === undefined ? undefined : `${of}: ${what}`);

const RULES: readonly Rule[] = [
  [
    /^(cash|securities) in (\w+)$/,
    ([, of, currency = ""], { tell }) => tell(`${of as "cash"}_in`, { of: currency }),
  ],
  [/^multiplier of (.+)$/, ([, of = ""], { tell }) => tell("multiplier_of", { of })],
  [
    /^price (\S+)(?: (\d{4}-\d\d-\d\d))?$/,
    ([, of = "", day], { tell, format }) =>
      day === undefined ? tell("price_of", { of }) : tell("price_of_on", { of, day: format.day(day) }),
  ],
  [
    /^(\S+) closed (\d{4}-\d\d-\d\d) (\w+)$/,
    ([, of = "", day = "", what], words) =>
      joined(words.tell("closed", { of, day: words.format.day(day) }), part(words, what)),
  ],
  [
    /^([a-z_]+) (\d+) (\w+)$/,
    ([, kind, id, what], words) =>
      `kind_${kind}` in ledger.en
        ? joined(`${words.kind(`kind_${kind as "buy"}`)} ${id}`, part(words, what))
        : undefined,
  ],
  [
    /^(\S+) (units|value|value before|proceeds)$/,
    ([, of = "", what], words) => joined(of, part(words, what)),
  ],
];

/** A figure in words; what has none is shown as the API names it. */
export function nameOf(figure: string, words: Words): string {
  if (TREES.test(figure)) return byPath(figure, words) ?? figure;
  for (const kind of ["phrase", "term"] as const) {
    const key = keyOf(kind, figure);
    if (known(key)) return plain(words.tell, key);
  }
  for (const [pattern, tells] of RULES) {
    const found = pattern.exec(figure);
    const told = found && tells([...found], words);
    if (told) return told;
  }
  return figure;
}

export function useFigureName(): (figure: string) => string {
  const words = { tell: useTexts(figures), kind: useTexts(ledger), format: useFormat() };
  return (figure) => nameOf(figure, words);
}
