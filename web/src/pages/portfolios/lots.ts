// The lots that a sale names, kept as one entry of a form: the symbol that they are of, then id=quantity of each.
import type { Transaction } from "./queries";

/** Units to take, as they were typed, by the transaction that brought them. */
export type Named = ReadonlyMap<number, string>;

const symbolOf = (text: string) => text.trim().toUpperCase();

/** What is named of a symbol: lots of another one are none. */
export function namedOf(entry: string, symbol: string): Named {
  const [of, ...lots] = entry.split(" ");
  if (of !== symbolOf(symbol)) return new Map();
  return new Map(
    lots.map((lot) => {
      const [id = "", ...quantity] = lot.split("=");
      return [Number(id), quantity.join("=")];
    }),
  );
}

/** The same, with other units of one lot; without any the lot is not named. */
export function naming(entry: string, symbol: string, id: number, quantity: string): string {
  const named = new Map(namedOf(entry, symbol));
  // A blank parts the lots from each other.
  const typed = quantity.replace(/\s/g, "");
  if (typed === "") named.delete(id);
  else named.set(id, typed);
  return entryOf(symbol, [...named]);
}

export const entryOf = (symbol: string, lots: readonly (readonly [number, string])[]): string =>
  lots.length === 0 ? "" : [symbolOf(symbol), ...lots.map(([id, quantity]) => `${id}=${quantity}`)].join(" ");

/** What is sent of it. */
export const lotsOf = (entry: string, symbol: string) =>
  [...namedOf(entry, symbol)].map(([transaction_id, quantity]) => ({ transaction_id, quantity }));

/** The lots of a transaction, as an entry. */
export const entryOfLots = ({ symbol, lots }: Pick<Transaction, "symbol" | "lots">): string =>
  entryOf(
    symbol ?? "",
    (lots ?? []).map((lot) => [lot.transaction_id, String(lot.quantity)]),
  );
