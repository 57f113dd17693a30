import { expect, test } from "vitest";
import type { Trade } from "../../api/stream";
import { candlesOf } from "./candles";
import { added } from "./ladder";
import { ahead, openAfter } from "./live";
import type { Order } from "./queries";
import { searchOf } from "./route";
import { shortcutOf } from "./shortcuts";
import type { Entries } from "./ticket";
import { BLANK, bodyOf, fieldsOf, fitted, timesOf } from "./ticket";

const entries = (change: Partial<Entries>): Entries => ({ ...BLANK, ...change });
const place = { portfolio: 7, venue: "book" as const, symbol: "AAPL" };

test("of an address only what this page understands is taken", () => {
  expect(searchOf({ portfolio: "7", venue: "book", symbol: "brk.b", other: 1 })).toEqual({
    portfolio: 7,
    venue: "book",
    symbol: "BRK.B",
  });
  expect(searchOf({ portfolio: "-1", venue: "moon", symbol: "<b>" })).toEqual({});
});

test("each type is sent with the prices that it has, and with no others", () => {
  const all = { limit_price: "10", stop_price: "9", trail_percent: "5", trail_amount: "1" };
  const prices = (type: string) => {
    const { limit_price, stop_price, trail_percent, trail_amount } = bodyOf(entries({ ...all, type }), place);
    return { limit_price, stop_price, trail_percent, trail_amount };
  };
  expect(prices("market")).toEqual({});
  expect(prices("limit")).toEqual({ limit_price: "10" });
  expect(prices("stop")).toEqual({ stop_price: "9" });
  expect(prices("stop_limit")).toEqual({ limit_price: "10", stop_price: "9" });
  expect(prices("trailing_stop")).toEqual({ trail_percent: "5" });
  expect(prices("market_if_touched")).toEqual({ stop_price: "9" });
  expect(prices("limit_if_touched")).toEqual({ limit_price: "10", stop_price: "9" });
});

test("an order is for a quantity or an amount, as it was typed", () => {
  expect(bodyOf(entries({ qty: " 0.10 ", amount: "5" }), place)).toMatchObject({ qty: "0.10" });
  const byAmount = bodyOf(entries({ sized: "amount", qty: "1", amount: "5" }), place);
  expect(byAmount).toMatchObject({ amount: "5" });
  expect(byAmount).not.toHaveProperty("qty");
  // Only a market order can be for an amount: what was chosen before does not count.
  expect(bodyOf(entries({ sized: "amount", qty: "1", type: "limit" }), place)).toMatchObject({ qty: "1" });
});

test("exits are sent with their class, and an OCO has no entry", () => {
  const exits = { take_profit: "12", loss_stop: "8", loss_limit: "" };
  const bracket = bodyOf(entries({ ...exits, order_class: "bracket" }), place);
  expect(bracket).toMatchObject({ take_profit: { limit_price: "12" }, stop_loss: { stop_price: "8" } });
  const oto = bodyOf(entries({ ...exits, order_class: "oto", exit: "take_profit" }), place);
  expect(oto).toHaveProperty("take_profit");
  expect(oto).not.toHaveProperty("stop_loss");
  expect(bodyOf(entries({ ...exits, order_class: "oco" }), place)).not.toHaveProperty("type");
});

test("the manual venue gets a quantity and a side", () => {
  const sent = bodyOf(entries({ qty: "4", type: "limit", limit_price: "1" }), { ...place, venue: "manual" });
  expect(sent).toEqual({ portfolio_id: 7, security: "AAPL", side: "buy", qty: "4" });
});

test("auctions are offered where there are some, and what no longer fits goes back to the day", () => {
  const listed = (calendar: string) => ({ calendar }) as Parameters<typeof timesOf>[1];
  expect(timesOf(entries({}), listed("24/7"))).not.toContain("opg");
  expect(timesOf(entries({}), listed("XNYS"))).toContain("opg");
  expect(timesOf(entries({ type: "stop" }), listed("XNYS"))).not.toContain("opg");
  expect(fitted(entries({ order_class: "oco", time_in_force: "ioc" }), undefined).time_in_force).toBe("day");
  expect(fieldsOf(entries({ type: "limit", time_in_force: "ioc" }), "book")).toMatchObject({
    postOnly: false,
    iceberg: false,
  });
});

test("trades become candles of exact prices, the oldest first", () => {
  const at = (second: number) => new Date(1_700_000_000_000 + second * 1000).toISOString();
  const traded = (seq: number, second: number, price: string) =>
    ({ seq, at: at(second), price, qty: "1" }) as unknown as Trade;
  const candles = candlesOf([
    traded(4, 5, "10.5"),
    traded(3, 0.9, "9"),
    traded(2, 0.5, "11"),
    traded(1, 0, "10"),
  ]);
  expect(candles).toEqual([
    { at: at(0), open: "10", high: "11", low: "9", close: "9" },
    { at: at(5), open: "10.5", high: "10.5", low: "10.5", close: "10.5" },
  ]);
});

test("levels are added up from the best price outwards", () => {
  const level = (price: string, qty: string) => ({ price, qty, orders: 1 }) as never;
  const steps = added([level("10", "1"), level("9", "3")], 8);
  expect(steps.map(({ sum, share }) => [sum, share])).toEqual([
    [1, 0.125],
    [4, 0.5],
  ]);
});

test("events put open orders in, change them and take them out, whatever comes late", () => {
  const order = (id: string, version: number, status: string) => ({ id, version, status }) as Order;
  const one = order("1", 1, "pending");
  expect(openAfter([], one)).toEqual([one]);
  expect(openAfter([one], order("1", 2, "partial"))).toEqual([order("1", 2, "partial")]);
  expect(openAfter([order("1", 3, "partial")], one)).toEqual([order("1", 3, "partial")]);
  expect(openAfter([one], order("1", 2, "executed"))).toEqual([]);
  expect(ahead([{ seq: 2 }], { seq: 2 }, 5)).toEqual([{ seq: 2 }]);
  expect(ahead([{ seq: 2 }, { seq: 1 }], { seq: 3 }, 2)).toEqual([{ seq: 3 }, { seq: 2 }]);
});

test("a single key is a shortcut only where nothing is typed and no dialog asks", () => {
  const pressed = (key: string, target: Element, more: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, ...more });
    target.dispatchEvent(event);
    return shortcutOf(event);
  };
  const input = document.body.appendChild(document.createElement("input"));
  expect(pressed("b", document.body)).toBe("buy");
  expect(pressed("b", document.body, { ctrlKey: true })).toBeUndefined();
  expect(pressed("b", input)).toBeUndefined();
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.setAttribute("open", "");
  expect(pressed("b", document.body)).toBeUndefined();
  dialog.remove();
  input.remove();
});
