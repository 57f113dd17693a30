import { expect, test } from "vitest";
import type { Decimal } from "../../api/numbers";
import type { Slice } from "../../ui/division";
import { depths } from "./Drawdowns";
import { entriesOf, KINDS, NOTHING, stated } from "./kinds";
import { naming } from "./lots";
import { byHolding, bySlice, inOrder } from "./parts";
import type { Holdings, Transaction } from "./queries";
import { searchOf } from "./route";
import { before, monthsOf } from "./views";
import { steps } from "./waterfall";

const d = (text: string) => text as Decimal;
const BOUGHT = {
  id: 7,
  kind: "buy",
  trade_date: "2026-01-05",
  occurred_at: "2026-01-05T10:00:00Z",
  symbol: "AAPL",
  quantity: d("3"),
  price: d("33.333"),
  gross_amount: d("100"),
  fee: d("0"),
  tax: d("0"),
  currency: "USD",
  exchange_rate: null,
  lots: null,
} as Transaction;

test("only what the kind takes is sent, and of that what was filled in", () => {
  const all = {
    ...NOTHING,
    trade_date: "2026-01-05",
    symbol: "AAPL",
    quantity: "2",
    price: "3",
    gross_amount: "9",
  };
  expect(stated({ ...all, kind: "deposit" })).toEqual({
    kind: "deposit",
    trade_date: "2026-01-05",
    gross_amount: "9",
  });
  expect(stated({ ...all, kind: "buy", gross_amount: "" })).toEqual({
    kind: "buy",
    trade_date: "2026-01-05",
    symbol: "AAPL",
    quantity: "2",
    price: "3",
  });
  expect(KINDS).toHaveLength(15);
});

test("a correction keeps the time and the amount of what it leaves alone", () => {
  const entries = entriesOf(BOUGHT);
  expect(stated({ ...entries, note: "x" }, BOUGHT)).toMatchObject({
    occurred_at: BOUGHT.occurred_at,
    gross_amount: "100",
    note: "x",
  });
  const other = stated({ ...entries, price: "34", trade_date: "2026-01-06" }, BOUGHT);
  expect(other).toMatchObject({ trade_date: "2026-01-06", price: "34" });
  expect(other).not.toHaveProperty("gross_amount");
  expect(other).not.toHaveProperty("occurred_at");
});

test("an address says what it knows, and nothing else", () => {
  expect(searchOf({ view: "income", period: "all", benchmark: "SPY", fill: "nearest" })).toEqual({
    view: "income",
    period: "all",
    benchmark: "SPY",
    fill: "nearest",
  });
  expect(searchOf({ view: "x", period: 3, benchmark: "", fill: "none" })).toEqual({});
});

test("the steps of a statement lead from its first value to its last", () => {
  const none = d("0");
  const statement = {
    opening_value: d("100"),
    contributions: d("50"),
    withdrawals: d("20"),
    realized_gains: none,
    unrealized_gains: d("-5"),
    currency_gains: none,
    dividends: d("2"),
    interest: none,
    fees: d("1"),
    taxes: none,
    closing_value: d("126"),
    residual: none,
  };
  const drawn = steps(statement);
  expect(drawn.map(({ line }) => line)).not.toContain("interest");
  expect(drawn.at(-2)?.to).toBe(126);
  expect(drawn.at(-1)).toMatchObject({ from: 0, to: 126 });
});

test("a drawdown is what is missing to the last high", () => {
  const days = ["0", "0.25", "0", null, "0.5"].map((value) => ({
    time_weighted: value === null ? null : d(value),
  }));
  expect(depths(days)).toEqual([0, 0, -0.19999999999999996, null, 0]);
});

test("a month ends with its last day, or today", () => {
  expect(before("2026-03-01")).toBe("2026-02-28");
  const months = monthsOf(2026, "2026-02-10");
  expect(months.map(({ first, last }) => [first, last])).toEqual([
    ["2026-01-01", "2026-01-31"],
    ["2026-02-01", "2026-02-10"],
  ]);
});

test("parts stand in the slices of the API, the largest slice first and what nobody knows last", () => {
  const found = {
    holdings: [
      { symbol: "A", quantity: d("1"), market_value: d("5") },
      { symbol: "B", quantity: d("1"), market_value: d("20") },
      { symbol: "GONE", quantity: d("0"), market_value: d("0") },
      { symbol: "C", quantity: d("1"), market_value: null },
    ],
    cash: [{ currency: "EUR", value: d("7") }],
  } as unknown as Holdings;
  const slice = (name: string | null, value: string | null, symbols: string[], balances: string[] = []) =>
    ({ kind: name ? "named" : "cash", name, value, symbols, balances }) as unknown as Slice;
  const slices = [slice("X", null, ["C"]), slice("Y", "5", ["A"]), slice(null, "7", [], ["EUR"])];
  const ordered = inOrder([...slices, slice("Z", "20", ["B"])]);
  expect(ordered.map(({ name }) => name)).toEqual(["Z", null, "Y", "X"]);
  const parts = bySlice(
    ordered,
    byHolding(found, (currency) => `Cash ${currency}`),
    ({ name }) => name ?? "Cash",
  );
  expect(parts.map(({ name, group, place }) => [name, group, place])).toEqual([
    ["B", "Z", 0],
    ["Cash EUR", "Cash", 1],
    ["A", "Y", 2],
    ["C", "X", 3],
  ]);
});

test("lots that a sale names are of its symbol, and of units that were typed", () => {
  let lots = naming("", "aapl ", 7, "1.5");
  lots = naming(lots, "AAPL", 9, " 2 ");
  expect(lots).toBe("AAPL 7=1.5 9=2");
  const sale = { ...NOTHING, kind: "sell" as const, symbol: "aapl", quantity: "3.5", lots };
  expect(stated(sale).lots).toEqual([
    { transaction_id: 7, quantity: "1.5" },
    { transaction_id: 9, quantity: "2" },
  ]);
  expect(stated({ ...sale, symbol: "MSFT" })).not.toHaveProperty("lots");
  expect(stated({ ...sale, kind: "buy" })).not.toHaveProperty("lots");
  expect(naming(lots, "AAPL", 7, "")).toBe("AAPL 9=2");
  expect(naming(naming(lots, "AAPL", 7, ""), "AAPL", 9, "")).toBe("");
  const told = { ...BOUGHT, kind: "sell", lots: [{ transaction_id: 7, quantity: d("3") }] } as Transaction;
  expect(stated(entriesOf(told), told).lots).toEqual([{ transaction_id: 7, quantity: "3" }]);
});
