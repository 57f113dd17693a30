// Which column of a file is which field, and what becomes of a row.
import type { ProblemError } from "../../api/problems";
import type { Schemas } from "../../api/queries";

export type What = "transactions" | "closes";

const SPELLINGS = {
  kind: ["type", "action", "transaction type", "art", "typ"],
  trade_date: ["date", "day", "datum", "fecha", "data"],
  symbol: ["ticker", "instrument"],
  quantity: ["qty", "shares", "units", "anzahl", "quantité", "cantidad", "quantidade"],
  price: ["close", "price per unit", "kurs", "preis", "prix", "precio", "preço"],
  gross_amount: ["amount", "gross", "betrag", "montant", "importe", "montante"],
  fee: ["fees", "commission", "gebühr", "frais", "comisión", "comissão"],
  tax: ["taxes", "steuer", "impôt", "impuesto", "imposto"],
  currency: ["ccy", "währung", "devise", "moneda", "moeda"],
  settlement_date: [],
  settlement_currency: [],
  pair: ["exchange rate pair"],
  rate: ["exchange rate", "fx rate"],
  note: ["notes", "comment", "description", "notiz", "nota"],
  external_id: ["reference", "ref", "id"],
} as const;
export type Field = keyof typeof SPELLINGS;

export const FIELDS: Record<What, readonly Field[]> = {
  transactions: Object.keys(SPELLINGS) as Field[],
  closes: ["symbol", "trade_date", "price", "currency"],
};
export const REQUIRED: Record<What, readonly Field[]> = {
  transactions: ["kind", "trade_date"],
  closes: ["symbol", "trade_date", "price", "currency"],
};

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim();

/** For each column the field that its name says, each field once; null for what is not used. */
export function guessed(what: What, columns: readonly string[]): (Field | null)[] {
  const free = new Set(FIELDS[what]);
  const take = (name: string, spelled: (field: Field) => readonly string[]) => {
    const field = [...free].find((one) => spelled(one).includes(plain(name)));
    if (field !== undefined) free.delete(field);
    return field ?? null;
  };
  const exact = columns.map((name) => take(name, (field) => [plain(field)]));
  return columns.map((name, at) => exact[at] ?? take(name, (field) => SPELLINGS[field]));
}

type Mapping = readonly (Field | null)[];

export const lacking = (what: What, mapping: Mapping): Field[] =>
  REQUIRED[what].filter((field) => !mapping.includes(field));

const cellsOf = (mapping: Mapping, row: readonly string[]) => {
  const cells: Partial<Record<Field, string>> = {};
  mapping.forEach((field, at) => {
    const text = row[at]?.trim() ?? "";
    if (field !== null && text !== "") cells[field] = text;
  });
  return cells;
};

/** A row as a transaction. What it says is left to the API to judge, which names each row and field. */
export function transactionOf(mapping: Mapping, row: readonly string[]): Schemas["NewTransaction"] {
  const { pair, rate, kind = "", ...cells } = cellsOf(mapping, row);
  return {
    ...cells,
    kind: plain(kind).replaceAll(" ", "_") as Schemas["NewTransaction"]["kind"],
    ...((pair ?? rate) !== undefined && { exchange_rate: { pair: pair ?? "", rate: rate ?? "" } }),
  };
}

/** The file of closes as the API wants it: its own header, and the columns in that order. */
export function closesOf(mapping: Mapping, rows: readonly (readonly string[])[]): string[][] {
  const body = rows.map((row) => {
    const cells = cellsOf(mapping, row);
    return FIELDS.closes.map((field) => cells[field] ?? "");
  });
  return [["symbol", "date", "price", "currency"], ...body];
}

export type RowProblem = { field: Field | null; detail: string };
const NAMES: Record<string, Field> = { date: "trade_date" };

/** The problems of each row, by its place from 0 on; a line of a file counts its header. */
export function problemsByRow(error: ProblemError): Map<number, RowProblem[]> {
  const found = new Map<number, RowProblem[]>();
  for (const { pointer, detail } of error.errors) {
    const [, list, at = "", ...names] = pointer.split("/");
    if (!/^\d+$/.test(at)) continue;
    const row = Number(at) - (list === "lines" ? 2 : 0);
    const last = names.at(-1) ?? "";
    const field = last in SPELLINGS ? (last as Field) : (NAMES[last] ?? null);
    found.set(row, [...(found.get(row) ?? []), { field, detail }]);
  }
  return found;
}
