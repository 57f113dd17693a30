import type { Decimal } from "../../api/numbers";
import { compare, sign } from "../../api/numbers";
import type { Day, Holding, Holdings } from "./queries";

/** The days from the first on which there was something: a range may begin long before a portfolio does. */
export function begun(days: readonly Day[]): readonly Day[] {
  const something = (one: Day) =>
    sign(one.value) !== 0 || one.coverage !== null || one.money_in === null || sign(one.money_in) !== 0;
  const first = days.findIndex(something);
  return first < 0 ? [] : days.slice(first);
}

/** Whether anything was ever entered. */
export const isEmpty = (told: Holdings): boolean => told.holdings.length === 0 && told.cash.length === 0;

export type Basis = "day" | "all";
export type Move = { holding: Holding; amount: Decimal | null; ratio: Decimal };

function moveOf(holding: Holding, basis: Basis): Move[] {
  const { ratios } = holding;
  const ratio = basis === "day" ? ratios.day_change_over_previous_value : ratios.unrealized_net_over_cost;
  const amount = basis === "day" ? holding.day_change : holding.unrealized_gain_net;
  return ratio === null || sign(holding.quantity) === 0 ? [] : [{ holding, amount, ratio }];
}

/** What gained and what lost most, each at most `count`, the most on top. */
export function movers(told: Holdings, basis: Basis, count: number): { best: Move[]; worst: Move[] } {
  const moves = told.holdings.flatMap((one) => moveOf(one, basis));
  moves.sort((left, right) => compare(right.ratio, left.ratio));
  return {
    best: moves.filter(({ ratio }) => sign(ratio) > 0).slice(0, count),
    worst: moves
      .filter(({ ratio }) => sign(ratio) < 0)
      .slice(-count)
      .reverse(),
  };
}

/** A part of the net worth: `figure` is where its value is explained, `weight` its share where the API gives one. */
export type Part = { name: string; value: Decimal; figure: string; weight?: Decimal | null };
export type Shares = { slices: Part[]; rest: Part[]; owed: Part[] };

/** Each holding with a value, and all cash. */
export const held = (told: Holdings, cash: string): Part[] => [
  ...told.holdings.flatMap(({ symbol, market_value: value }) =>
    value === null ? [] : [{ name: symbol, value, figure: `holdings.${symbol}.market_value` }],
  ),
  { name: cash, value: told.totals.cash, figure: "holdings.totals.cash" },
];

/** What there is, the most on top: the first `count` by themselves, the rest together, and what is owed apart. */
export function shares(all: readonly Part[], count: number): Shares {
  const owned = all.filter(({ value }) => sign(value) > 0);
  owned.sort((left, right) => compare(right.value, left.value));
  return {
    slices: owned.slice(0, count),
    rest: owned.slice(count),
    owed: all.filter(({ value }) => sign(value) < 0),
  };
}
