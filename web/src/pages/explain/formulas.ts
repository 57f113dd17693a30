import type { explain } from "../../i18n/explain";

type Key = keyof typeof explain.en & `formula_${string}`;

/** The API's words for each formula, and our own in the reader's language. */
export const FORMULAS = new Map<string, Key>([
  ["as its source states it", "formula_leaf"],
  ["unknown", "formula_missing"],
  ["the sum of the inputs", "formula_sum"],
  ["the sum of the inputs that are known", "formula_known_sum"],
  ["the first input less the others", "formula_difference"],
  ["the input with the opposite sign", "formula_negated"],
  ["the product of the inputs, rounded once to 18 digits, half to even", "formula_product"],
  ["the first input / the second, rounded once to 18 digits, half to even", "formula_quotient"],
  ["the first input / the second, as a ratio", "formula_ratio"],
  ["how many inputs are known / how many there are", "formula_coverage"],
  ["(closing value + money out) / (opening value + money in), 1 where nothing was at work", "formula_growth"],
  [
    "(2 x closing value - net money in) / (2 x opening value + net money in), 1 where that is 0",
    "formula_linked",
  ],
  ["the product of the growths of all days - 1", "formula_chain"],
  [
    "the first input x the second / the third, rounded once; all of it when they are the same",
    "formula_share",
  ],
  [
    "the price x the first of each pair / the second, rounded once to 18 digits, half to even",
    "formula_restated",
  ],
  ["as docs/performance-measures.md defines it, from the inputs", "formula_defined"],
  ["the input that is nearer to zero", "formula_lesser"],
  ["the input cut to whole units, towards zero", "formula_whole"],
]);
