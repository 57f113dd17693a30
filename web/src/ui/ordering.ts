import type { Decimal } from "../api/numbers";
import { compare } from "../api/numbers";

/** What a column is sorted by: an exact decimal, a count, or words. Null is what nobody knows. */
export type Sortable = { decimal: Decimal } | number | string | null;
export type Direction = "ascending" | "descending";

function compared(
  left: Exclude<Sortable, null>,
  right: Exclude<Sortable, null>,
  words: Intl.Collator,
): number {
  if (typeof left === "object" && typeof right === "object") return compare(left.decimal, right.decimal);
  if (typeof left === "number" && typeof right === "number") return left - right;
  return words.compare(String(left), String(right));
}

/** The rows in order; what is unknown comes last either way, and equals keep their order. */
export function sorted<Row>(
  rows: readonly Row[],
  by: (row: Row) => Sortable,
  direction: Direction,
  locale: string,
): Row[] {
  const words = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const way = direction === "ascending" ? 1 : -1;
  return rows
    .map((row) => ({ row, key: by(row) }))
    .sort((left, right) => {
      if (left.key === null || right.key === null)
        return Number(left.key === null) - Number(right.key === null);
      return way * compared(left.key, right.key, words);
    })
    .map(({ row }) => row);
}

/** The rows in which every word that was typed occurs, whatever its case and accents. */
export function filtered<Row>(
  rows: readonly Row[],
  text: (row: Row) => string,
  typed: string,
): readonly Row[] {
  const plain = (words: string) =>
    words
      .normalize("NFKD")
      .replace(/\p{Mn}/gu, "")
      .toLowerCase();
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter((row) => {
    const words = plain(text(row));
    return wanted.every((word) => words.includes(word));
  });
}
