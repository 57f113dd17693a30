import { INTEGERS } from "./integers";

/** An exact decimal as the API wrote it, digit for digit. It is shown and sent back, never calculated with. */
export type Decimal = `${number}` & { readonly exact: unique symbol };

// A string, with the number behind it if it is a key; or a number that stands in a list or by itself.
const TOKENS = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:\s*)?(-?\d[\d.eE+-]*)?|-?\d[\d.eE+-]*/g;

/** Read JSON so that whole numbers (ids, counts, versions) become numbers and decimals keep their text. */
export function parse(text: string): unknown {
  // The native parser is many times faster than one in JavaScript, so decimals are quoted for it beforehand.
  const quoted = text.replace(TOKENS, (token, key?: string, colon?: string, value?: string) => {
    if (key === undefined) return `"${token}"`;
    if (value === undefined || INTEGERS.has(key)) return token;
    return `"${key}"${colon ?? ""}"${value}"`;
  });
  return JSON.parse(quoted) as unknown;
}

/** A decimal out of what a person or a message wrote in plain notation; undefined if it is none. */
export function decimal(text: string): Decimal | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? (text as Decimal) : undefined;
}

/** -1, 0 or 1: what is below, the same, or above 0. */
export function sign(value: Decimal): -1 | 0 | 1 {
  if (!/[1-9]/.test(value.replace(/e.*$/i, ""))) return 0;
  return value.startsWith("-") ? -1 : 1;
}

/** Order two decimals exactly, whatever their length. */
export function compare(left: Decimal, right: Decimal): number {
  const signs = sign(left) - sign(right);
  if (signs !== 0 || sign(left) === 0) return signs;
  const [a, b] = [parts(left), parts(right)];
  const width = Math.max(a.whole.length, b.whole.length);
  const places = Math.max(a.fraction.length, b.fraction.length);
  const text = (of: Parts) => of.whole.padStart(width, "0") + of.fraction.padEnd(places, "0");
  const size = text(a) < text(b) ? -1 : Number(text(a) > text(b));
  return size * sign(left);
}

type Parts = { whole: string; fraction: string };

function parts(value: Decimal): Parts {
  const [digits = "", exponent = "0"] = value.replace(/^-/, "").toLowerCase().split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  const all = whole + fraction;
  const point = whole.length + Number(exponent);
  return {
    whole: point > 0 ? all.padEnd(point, "0").slice(0, point) : "",
    fraction: point < 0 ? "0".repeat(-point) + all : all.slice(point),
  };
}
