import { expect, test } from "vitest";
import type { Decimal } from "./numbers";
import { compare, decimal, parse, sign } from "./numbers";

const d = (text: string) => text as Decimal;

test("decimals keep every digit and whole numbers are numbers", () => {
  const text = '{"id": 7, "quantity": 0.123456789012345678, "lines": [{"price":-10,"version":3}], "x": null}';
  expect(parse(text)).toEqual({
    id: 7,
    quantity: "0.123456789012345678",
    lines: [{ price: "-10", version: 3 }],
    x: null,
  });
});

test("numbers in lists, by themselves and under names of symbols are decimals", () => {
  expect(parse('{"BTC": 89742.53, "list": [1, 2.50], "ratio": 1.5e-07}')).toEqual({
    BTC: "89742.53",
    list: ["1", "2.50"],
    ratio: "1.5e-07",
  });
  expect(parse("12.30")).toBe("12.30");
});

test("what looks like a number inside a text stays text", () => {
  const name = String.raw`{"name": "a \"id\": 5, [1.2] \\", "note": "\\\"9", "1": "2"}`;
  expect(parse(name)).toEqual(JSON.parse(name));
});

test("only plain notation is taken from people", () => {
  expect(decimal("-0.10")).toBe("-0.10");
  for (const wrong of ["", "1e5", "1,5", " 1", ".5", "5.", "NaN", "+1"])
    expect(decimal(wrong)).toBeUndefined();
});

test("signs are told from the digits", () => {
  expect([sign(d("-0.000")), sign(d("0e5")), sign(d("-0.01")), sign(d("3"))]).toEqual([0, 0, -1, 1]);
});

test("decimals are ordered exactly, beyond what a float can tell apart", () => {
  const order = [
    "-12",
    "-2.5",
    "-2.4999999999999999999",
    "-1e-7",
    "0",
    "0.0000001000000001",
    "2e-3",
    "9",
    "1e1",
  ];
  const shuffled = [...order].reverse().map(d);
  expect(shuffled.sort(compare)).toEqual(order);
  expect(compare(d("99999999999999999999.000000000000000001"), d("99999999999999999999"))).toBe(1);
  expect([compare(d("1.50"), d("1.5")), compare(d("100"), d("1e2")), compare(d("-0"), d("0.0"))]).toEqual([
    0, 0, 0,
  ]);
});
