import { expect, test } from "vitest";
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
