import { expect, test } from "vitest";
import type { Decimal } from "../../api/numbers";
import { begun, held, movers, shares } from "./figures";
import type { Day, Holdings } from "./queries";
import { searchOf } from "./route";

const d = (text: string) => text as Decimal;

test("the line begins where there was something", () => {
  const day = (value: string, money_in = "0"): Day =>
    ({ value: d(value), money_in: d(money_in), coverage: null }) as Day;
  const days = [day("0"), day("0"), day("10", "10"), day("0")];
  expect(begun(days)).toEqual(days.slice(2));
  expect(begun([day("0")])).toEqual([]);
});

const holding = (symbol: string, value: string | null, ratio: string | null) => ({
  symbol,
  quantity: d("1"),
  market_value: value,
  day_change: d("1"),
  ratios: { day_change_over_previous_value: ratio },
});
const told = (holdings: object[], cash: string) => ({ holdings, totals: { cash } }) as unknown as Holdings;

test("what moved most is on top, and what nobody knows is in neither list", () => {
  const all = told([holding("A", "1", "0.1"), holding("B", "1", "-0.2"), holding("C", "1", null)], "0");
  const { best, worst } = movers(all, "day", 3);
  expect([best, worst].map((moves) => moves.map((one) => one.holding.symbol))).toEqual([["A"], ["B"]]);
});

test("what is owed is no slice, and what is too much for the colours is together", () => {
  const all = told([holding("A", "10", null), holding("B", "30", null), holding("C", null, null)], "-5");
  const found = shares(held(all, "Cash"), 1);
  const names = [found.slices, found.rest, found.owed].map((parts) => parts.map(({ name }) => name));
  expect(names).toEqual([["B"], ["A"], ["Cash"]]);
});

test("an address that says nothing sensible says nothing", () => {
  expect(searchOf({ portfolio: "3", range: "5y" })).toEqual({ portfolio: 3, range: "5y" });
  expect(searchOf({ portfolio: "-1", range: "<b>" })).toEqual({});
});
