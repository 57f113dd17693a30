import { expect, test } from "vitest";
import type { Decimal } from "../api/numbers";
import { filtered, sorted } from "./ordering";

type Row = { name: string; value: string | null };
const rows: Row[] = [
  { name: "Zürich", value: "10" },
  { name: "äpfel", value: null },
  { name: "Item 10", value: "9.000000000000000001" },
  { name: "item 9", value: "9" },
];
const value = (row: Row) => (row.value === null ? null : { decimal: row.value as Decimal });

test("decimals are sorted exactly, and what is unknown is last either way", () => {
  expect(sorted(rows, value, "ascending", "de").map((row) => row.value)).toEqual([
    "9",
    "9.000000000000000001",
    "10",
    null,
  ]);
  expect(sorted(rows, value, "descending", "de").map((row) => row.value)).toEqual([
    "10",
    "9.000000000000000001",
    "9",
    null,
  ]);
});

test("words are sorted as the reader's language does, with numbers in them as numbers", () => {
  const names = sorted(rows, (row) => row.name, "ascending", "de").map((row) => row.name);
  expect(names).toEqual(["äpfel", "item 9", "Item 10", "Zürich"]);
});

test("the filter wants every word, whatever case and accents", () => {
  expect(filtered(rows, (row) => row.name, " ITEM 1 ").map((row) => row.name)).toEqual(["Item 10"]);
  expect(filtered(rows, (row) => row.name, "zurich")).toHaveLength(1);
  expect(filtered(rows, (row) => row.name, "")).toBe(rows);
});
