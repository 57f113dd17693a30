import type { Schemas } from "../../api/queries";
import type { Listing } from "../trade/queries";

/** What a listing is as one reads and types it: numbers are texts, and an empty limit is none. */
export function entriesOf(known: Listing | undefined) {
  return {
    symbol: known?.symbol ?? "",
    venue: (known?.venue ?? "book") as string,
    currency: known?.currency ?? "USD",
    calendar: known?.calendar ?? "24/7",
    tick: known?.tick ?? "0.01",
    lot: known?.lot ?? "0.000000001",
    multiplier: known?.multiplier ?? "1",
    borrowable: known?.borrowable ?? "",
    per_order: known?.fees.per_order ?? "0",
    rate: known?.fees.rate ?? "0",
    per_unit: known?.fees.per_unit ?? "0",
    minimum: known?.fees.minimum ?? "0",
    maximum: known?.fees.maximum ?? "",
  };
}

const orNone = (text: string) => (text.trim() === "" ? null : text.trim());

export function termsOf(entries: ReturnType<typeof entriesOf>): Schemas["NewListing"] {
  const { currency, calendar, tick, lot, multiplier, borrowable } = entries;
  const { per_order, rate, per_unit, minimum, maximum } = entries;
  return {
    currency,
    calendar,
    tick,
    lot,
    multiplier,
    borrowable: orNone(borrowable),
    fees: { per_order, rate, per_unit, minimum, maximum: orNone(maximum) },
  };
}
