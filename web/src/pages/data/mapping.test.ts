import { expect, test } from "vitest";
import { ProblemError } from "../../api/problems";
import { closesOf, guessed, lacking, problemsByRow, transactionOf } from "./mapping";
import { dataSearch } from "./route";
import { actionOf, type Entered } from "./terms";

const refusal = (errors: { pointer: string; detail: string }[]) =>
  new ProblemError(
    {
      type: "t",
      title: "t",
      status: 422,
      detail: "Rows are wrong.",
      instance: "i",
      code: "bad-rows",
      request_id: "r",
      errors,
    },
    null,
  );

test("columns are known by their names, each field once, and the exact name first", () => {
  expect(guessed("transactions", ["Date", "Trade-Date", "Type", "Ticker", "Memo", "symbol"])).toEqual([
    null,
    "trade_date",
    "kind",
    null,
    null,
    "symbol",
  ]);
  expect(guessed("closes", ["Symbol", "Date", "Close", "Fee"])).toEqual([
    "symbol",
    "trade_date",
    "price",
    null,
  ]);
  expect(lacking("closes", ["symbol", null])).toEqual(["trade_date", "price", "currency"]);
});

test("a row keeps its text, leaves out what is empty, and says its kind as the API does", () => {
  const mapping = ["kind", "trade_date", "quantity", "fee", null, "pair", "rate"] as const;
  const row = ["Transfer in", "2026-01-05", "0.123456789012345678", " ", "x", "USDEUR", "0.9"];
  expect(transactionOf(mapping, row)).toEqual({
    kind: "transfer_in",
    trade_date: "2026-01-05",
    quantity: "0.123456789012345678",
    exchange_rate: { pair: "USDEUR", rate: "0.9" },
  });
  expect(closesOf(["price", "symbol"], [["5", "A"]])).toEqual([
    ["symbol", "date", "price", "currency"],
    ["A", "", "5", ""],
  ]);
});

test("a problem is found at its row, in a batch and in a file", () => {
  const batch = problemsByRow(refusal([{ pointer: "/transactions/9/exchange_rate/rate", detail: "bad" }]));
  expect([...batch]).toEqual([[9, [{ field: "rate", detail: "bad" }]]]);
  const file = problemsByRow(
    refusal([
      { pointer: "/lines/2/date", detail: "no day" },
      { pointer: "/lines/2/price", detail: "no number" },
      { pointer: "/portfolio_id", detail: "elsewhere" },
    ]),
  );
  expect([...file]).toEqual([
    [
      0,
      [
        { field: "trade_date", detail: "no day" },
        { field: "price", detail: "no number" },
      ],
    ],
  ]);
});

test("an action says only what its kind has, and a currency only with cash", () => {
  const typed: Entered = {
    kind: "split",
    ex_date: "2026-01-05",
    new: "2",
    old: "1",
    into: "OTHER",
    basis_share: "0.5",
    cash_per_unit: "1",
    cash_in_lieu_price: "",
    currency: "USD",
    note: "",
  };
  expect(actionOf(typed)).toMatchObject({ new: "2", into: null, cash_per_unit: null, currency: null });
  expect(actionOf({ ...typed, kind: "delisting" })).toMatchObject({
    new: null,
    cash_per_unit: "1",
    currency: "USD",
  });
  expect(actionOf({ ...typed, kind: "merger", into: "" })).toMatchObject({ new: null, old: null });
});

test("an address says which tab and what it is about, and nothing else", () => {
  expect(dataSearch({ tab: "upload", symbol: 700, portfolio: 5, more: 1 })).toEqual({
    tab: "upload",
    symbol: "700",
    portfolio: 5,
  });
  expect(dataSearch({ tab: "none", portfolio: "5" })).toEqual({});
});
