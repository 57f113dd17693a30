// Which fields a kind of transaction takes: the table "Transactions" of docs/api.md.
import type { Schemas } from "../../api/queries";
import { entryOfLots, lotsOf } from "./lots";
import type { Kind, Transaction } from "./queries";

export type Entry =
  "symbol" | "quantity" | "price" | "gross_amount" | "fee" | "tax" | "exchange_rate" | "security_amount";

const CASH: readonly Entry[] = ["gross_amount", "fee", "tax", "exchange_rate"];
const AMOUNT: readonly Entry[] = ["gross_amount", "exchange_rate"];
const TRADE: readonly Entry[] = [
  "symbol",
  "quantity",
  "price",
  "gross_amount",
  "fee",
  "tax",
  "exchange_rate",
  "security_amount",
];
const MOVE: readonly Entry[] = ["symbol", "quantity", "price", "gross_amount"];

/** Every kind, in the order in which people look for them. */
export const FIELDS: Readonly<Record<Kind, readonly Entry[]>> = {
  buy: TRADE,
  sell: TRADE,
  deposit: CASH,
  withdrawal: CASH,
  dividend: ["symbol", ...CASH, "security_amount"],
  dividend_reinvested: TRADE,
  dividend_in_kind: TRADE,
  interest: CASH,
  interest_charged: CASH,
  fee: AMOUNT,
  fee_refund: AMOUNT,
  tax: AMOUNT,
  tax_refund: AMOUNT,
  transfer_in: MOVE,
  transfer_out: MOVE,
};
export const KINDS = Object.keys(FIELDS) as Kind[];

export const takes = (kind: Kind, entry: Entry): boolean => FIELDS[kind].includes(entry);

/** Kinds by which units leave: they may name the lots that go. */
export const leaves = (kind: Kind): boolean => kind === "sell" || kind === "transfer_out";

/** Kinds that state units get their amount from the price: the amount itself is the exception there. */
export const byUnits = (kind: Kind): boolean => takes(kind, "quantity");

export const NOTHING = {
  kind: "buy" as Kind,
  trade_date: "",
  settlement_date: "",
  symbol: "",
  quantity: "",
  price: "",
  gross_amount: "",
  fee: "",
  tax: "",
  currency: "",
  settlement_currency: "",
  pair: "",
  rate: "",
  security_amount: "",
  security_currency: "",
  lots: "",
  note: "",
  external_id: "",
};
export type Entries = typeof NOTHING;

/** What a transaction states, as entries of a form. */
export function entriesOf(one: Transaction): Entries {
  const told = Object.fromEntries(
    Object.keys(NOTHING).map((name) => [name, String(one[name as keyof Transaction] ?? "")]),
  ) as Entries;
  const given = (value: string) => (value === "0" ? "" : value);
  return {
    ...told,
    kind: one.kind,
    // A price that the amount follows from is stated by one of the two.
    gross_amount: byUnits(one.kind) && one.price !== null ? "" : told.gross_amount,
    fee: given(told.fee),
    tax: given(told.tax),
    pair: one.exchange_rate?.pair ?? "",
    rate: String(one.exchange_rate?.rate ?? ""),
    lots: entryOfLots(one),
  };
}

/** What is sent: the fields of the kind alone, and of those what was filled in. */
export function stated(entries: Entries, old?: Transaction): Schemas["NewTransaction"] {
  const { kind } = entries;
  const text = (name: keyof Entries) => entries[name].trim() || undefined;
  const of = (entry: Entry, name: keyof Entries) => (takes(kind, entry) ? text(name) : undefined);
  const rated = takes(kind, "exchange_rate") && (text("pair") ?? text("rate")) !== undefined;
  const sent = {
    kind,
    ...whenOf(entries, old),
    settlement_date: text("settlement_date"),
    symbol: of("symbol", "symbol"),
    quantity: of("quantity", "quantity"),
    price: of("price", "price"),
    gross_amount: of("gross_amount", "gross_amount") ?? grossOf(entries, old),
    fee: of("fee", "fee"),
    tax: of("tax", "tax"),
    currency: text("currency"),
    settlement_currency: of("exchange_rate", "settlement_currency"),
    exchange_rate: rated ? { pair: entries.pair.trim(), rate: entries.rate.trim() } : undefined,
    security_amount: of("security_amount", "security_amount"),
    security_currency: of("security_amount", "security_currency"),
    lots: leaves(kind) ? named(entries) : undefined,
    note: text("note"),
    external_id: text("external_id"),
  };
  return Object.fromEntries(
    Object.entries(sent).filter(([, value]) => value !== undefined),
  ) as Schemas["NewTransaction"];
}

// A correction that leaves the day alone keeps the time of it.
function whenOf({ trade_date }: Entries, old?: Transaction) {
  const same = old !== undefined && old.occurred_at !== null && old.trade_date === trade_date;
  return same ? { occurred_at: old.occurred_at } : { trade_date };
}

// The ledger keeps an amount that is not quite quantity times price; another quantity or price has another one.
function grossOf(entries: Entries, old?: Transaction) {
  if (old === undefined || !byUnits(entries.kind)) return undefined;
  const { quantity, price } = entriesOf(old);
  const same = price !== "" && price === entries.price.trim() && quantity === entries.quantity.trim();
  return same ? (old.gross_amount ?? undefined) : undefined;
}

function named({ lots, symbol }: Entries) {
  const found = lotsOf(lots, symbol);
  return found.length === 0 ? undefined : found;
}
