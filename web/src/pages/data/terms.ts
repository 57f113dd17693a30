import type { Schemas } from "../../api/queries";

type Kind = Schemas["NewAction"]["kind"];
export type Part = "ratio" | "into" | "basis_share" | "cash_per_unit" | "cash_in_lieu_price";

/** What each kind of action may state: no other field is asked for, and none is sent. */
export const PARTS: Record<Kind, readonly Part[]> = {
  split: ["ratio", "cash_in_lieu_price"],
  stock_dividend: ["ratio", "cash_in_lieu_price"],
  spin_off: ["into", "ratio", "basis_share", "cash_in_lieu_price"],
  rights: ["into", "ratio", "basis_share", "cash_in_lieu_price"],
  merger: ["into", "ratio", "cash_per_unit", "basis_share", "cash_in_lieu_price"],
  return_of_capital: ["cash_per_unit"],
  symbol_change: ["into"],
  delisting: ["cash_per_unit"],
};
export const KINDS = Object.keys(PARTS) as Kind[];

export type Entered = {
  kind: Kind;
  ex_date: string;
  new: string;
  old: string;
  into: string;
  basis_share: string;
  cash_per_unit: string;
  cash_in_lieu_price: string;
  currency: string;
  note: string;
};

export const paysCash = (entered: Entered): boolean =>
  (["cash_per_unit", "cash_in_lieu_price"] as const).some(
    (part) => PARTS[entered.kind].includes(part) && entered[part].trim() !== "",
  );

/** The action as the API takes it: what does not belong to its kind is left out, however much was typed there. */
export function actionOf(entered: Entered): Schemas["NewAction"] {
  const parts = PARTS[entered.kind];
  const stated = (part: Part, text: string) =>
    parts.includes(part) && text.trim() !== "" ? text.trim() : null;
  // A merger for cash alone has no ratio.
  const gives = entered.kind !== "merger" || entered.into.trim() !== "";
  return {
    kind: entered.kind,
    ex_date: entered.ex_date,
    new: gives ? stated("ratio", entered.new) : null,
    old: gives ? stated("ratio", entered.old) : null,
    into: stated("into", entered.into),
    basis_share: stated("basis_share", entered.basis_share),
    cash_per_unit: stated("cash_per_unit", entered.cash_per_unit),
    cash_in_lieu_price: stated("cash_in_lieu_price", entered.cash_in_lieu_price),
    currency: paysCash(entered) ? entered.currency.trim() : null,
    note: entered.note.trim() === "" ? null : entered.note,
  };
}
