import { expect, test } from "vitest";
import de from "../../i18n/figures/de";
import { figures } from "../../i18n/figures";
import { ledger } from "../../i18n/ledger";
import { told } from "../../i18n/messages";
import { nameOf } from "./names";
import { addressOf } from "./queries";
import { searchOf } from "./route";
import { above, stepOf } from "./walking";

test("what decides a figure's value goes to the API, and nothing else does", () => {
  const search = searchOf({
    figure: "holdings.A&B.price",
    portfolio: 3,
    at: "2026-01-05",
    node: "0-1",
    evil: 1,
  });
  expect(addressOf(search)).toBe("/api/v1/portfolios/3/explain?figure=holdings.A%26B.price&at=2026-01-05");
  expect(addressOf({})).toBe("/api/v1/explain?figure=holdings.totals.net_worth");
  expect(addressOf(search, "performance.fees")).toContain("figure=performance.fees");
});

test("arrows walk the tree as it is on the screen", () => {
  const places = [
    { path: "0", open: true },
    { path: "0-0", open: false },
    { path: "0-1", open: undefined },
  ];
  expect(stepOf("ArrowDown", places, "0")).toEqual({ focus: "0-0" });
  expect(stepOf("ArrowRight", places, "0")).toEqual({ focus: "0-0" });
  expect(stepOf("ArrowRight", places, "0-0")).toEqual({ open: "0-0" });
  expect(stepOf("ArrowRight", places, "0-1")).toEqual({});
  expect(stepOf("ArrowLeft", places, "0-1")).toEqual({ focus: "0" });
  expect(stepOf("ArrowLeft", places, "0")).toEqual({ close: "0" });
  expect(stepOf("End", places, "0")).toEqual({ focus: "0-1" });
  expect(above("0-3-1")).toEqual(["0", "0-3"]);
});

test("figures are named in words, and what has none as the API names it", () => {
  const tell = (key: keyof typeof figures.en, values = {}) => told(figures.en[key], values, "en");
  const kind = (key: keyof typeof ledger.en) => String(ledger.en[key]);
  const format = { day: (day: string) => `<${day}>` };
  const name = (figure: string) => nameOf(figure, { tell, kind, format } as never);
  expect(name("holdings.totals.net_worth")).toBe("Net worth");
  expect(name("holdings.BRK.B.cost_basis")).toBe("BRK.B: Cost basis");
  expect(name("holdings.cash.USD.value")).toBe("Cash in USD");
  expect(name("performance.days.2024-02-29.value")).toBe("<2024-02-29>: Value");
  expect(name("performance.returns.time_weighted")).toBe("Time-weighted return");
  expect(name("dividend_reinvested 12 gross")).toBe("Dividend, reinvested 12: Gross amount");
  expect(name("AAPL closed 2026-08-26 gain")).toBe("AAPL, closed <2026-08-26>: Gain");
  expect(name("price HUT 2026-11-14")).toBe("Price of HUT, <2026-11-14>");
  expect(name("AAPL value before")).toBe("AAPL: Value before");
  expect(name("units taken")).toBe("Units taken");
  expect(name("something new")).toBe("something new");
  expect(told(de.price_of, { of: "HUT" }, "de")).toBe("Kurs von HUT");
});
