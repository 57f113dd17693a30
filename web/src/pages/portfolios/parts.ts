import type { Decimal } from "../../api/numbers";
import { compare, sign } from "../../api/numbers";
import type { Slice } from "../../ui/division";
import type { Holdings } from "./queries";

/** One area: its value is that of the API. `key` is its symbol or currency, `place` decides its colour. */
export type Part = {
  key: string;
  name: string;
  group: string;
  place: number;
  value: Decimal | null;
  figure: string;
};

const cashKey = (currency: string) => `cash ${currency}`;

/** Each holding and each balance by itself. */
export function byHolding(found: Holdings, cash: (currency: string) => string): Part[] {
  const held = found.holdings
    .filter((one) => sign(one.quantity) !== 0)
    .map(({ symbol, market_value: value }) => ({
      key: symbol,
      name: symbol,
      value,
      figure: `holdings.${symbol}.market_value`,
    }));
  const balances = found.cash.map(({ currency, value }) => ({
    key: cashKey(currency),
    name: cash(currency),
    value,
    figure: `holdings.cash.${currency}.value`,
  }));
  return [...held, ...balances].map((part, place) => ({ ...part, group: "", place }));
}

/** The most on top, what nobody knows last. */
export const inOrder = (slices: readonly Slice[]): readonly Slice[] =>
  [...slices].sort((left, right) => {
    if (left.value !== null && right.value !== null) return compare(right.value, left.value);
    return Number(left.value === null) - Number(right.value === null);
  });

/** The parts of each slice, in the order of the slices. */
export function bySlice(
  slices: readonly Slice[],
  parts: readonly Part[],
  nameOf: (slice: Slice) => string,
): Part[] {
  const known = new Map(parts.map((part) => [part.key, part]));
  return slices.flatMap((slice, place) =>
    [...slice.symbols, ...slice.balances.map(cashKey)].flatMap((key) => {
      const part = known.get(key);
      return part === undefined ? [] : [{ ...part, group: nameOf(slice), place }];
    }),
  );
}
