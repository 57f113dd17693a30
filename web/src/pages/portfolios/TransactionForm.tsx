import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useId } from "react";
import { useTexts } from "../../i18n/catalogue";
import { ledger } from "../../i18n/ledger";
import { Field, SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import type { FormState } from "../../ui/form";
import type { Entries, Entry } from "./kinds";
import { byUnits, KINDS, leaves, takes } from "./kinds";
import { LotsField } from "./LotsField";
import type { Kind, Portfolio } from "./queries";
import { symbolsQuery } from "./queries";
import "./portfolios.css";

type Props = {
  form: FormState & { values: Entries };
  label: string;
  portfolio: Portfolio;
  children: ReactNode;
};

/** The entries of a transaction: those that its kind takes, the rarer ones folded away. */
export function TransactionForm({ form, label, portfolio, children }: Props) {
  const tell = useTexts(ledger);
  // It counts where none is stated.
  const currency = portfolio.base_currency;
  const kind = form.values.kind;
  const choices = KINDS.map((value) => ({ value, label: tell(`kind_${value}`) }));
  return (
    <Form form={form} label={label}>
      <div className="entry-fields">
        <SelectField form={form} name="kind" label={tell("kind")} choices={choices} />
        <TextField form={form} name="trade_date" type="date" label={tell("date")} />
        {takes(kind, "symbol") && <SymbolField form={form} />}
        {takes(kind, "quantity") && <Number form={form} name="quantity" label={tell("quantity")} />}
        {takes(kind, "price") && (
          <Number
            form={form}
            name="price"
            label={tell(kind.startsWith("transfer") ? "price_optional" : "price")}
          />
        )}
        {!byUnits(kind) && <Number form={form} name="gross_amount" label={tell("amount", { currency })} />}
        {takes(kind, "fee") && <Number form={form} name="fee" label={tell("fee")} />}
        {takes(kind, "tax") && <Number form={form} name="tax" label={tell("tax")} />}
      </div>
      {isTold(kind) && <p className="quiet small">{tell(`hint_${kind}`)}</p>}
      {leaves(kind) && <LotsField form={form} portfolio={portfolio} />}
      <More form={form} kind={kind} currency={currency} />
      <TextField form={form} name="note" label={tell("note")} />
      <div className="row">
        <Submit form={form}>{children}</Submit>
      </div>
    </Form>
  );
}

// The kinds whose name alone does not say what they do.
const isTold = (kind: Kind) =>
  kind === "transfer_in" ||
  kind === "transfer_out" ||
  kind === "dividend_reinvested" ||
  kind === "dividend_in_kind";

const Number = (props: { form: FormState; name: string; label: string; hint?: string; pointer?: string }) => (
  <TextField inputMode="decimal" {...props} />
);

export function SymbolField({ form, label }: { form: FormState; label?: string }) {
  const tell = useTexts(ledger);
  const { data: symbols = [] } = useQuery(symbolsQuery);
  const list = useId();
  return (
    <Field form={form} name="symbol" label={label ?? tell("symbol")}>
      {(wiring) => (
        <>
          <input list={list} autoComplete="off" autoCapitalize="characters" spellCheck={false} {...wiring} />
          <datalist id={list}>
            {symbols.map((symbol) => (
              <option key={symbol} value={symbol} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

const RARE: Readonly<Record<string, Entry | "always">> = {
  "/currency": "always",
  "/settlement_date": "always",
  "/external_id": "always",
  "/settlement_currency": "exchange_rate",
  "/exchange_rate/pair": "exchange_rate",
  "/exchange_rate/rate": "exchange_rate",
  "/security_amount": "security_amount",
  "/security_currency": "security_amount",
  "/gross_amount": "gross_amount",
};

function More({ form, kind, currency }: { form: Props["form"]; kind: Kind; currency: string }) {
  const tell = useTexts(ledger);
  const { values } = form;
  const wrong = Object.keys(RARE).some((pointer) => form.errorAt(pointer) !== undefined);
  const filled =
    (byUnits(kind) && values.gross_amount) ||
    (values.currency && values.currency !== currency) ||
    values.settlement_date ||
    values.external_id ||
    values.rate ||
    values.security_amount;
  return (
    <details className="entry-more" open={wrong || Boolean(filled) || undefined}>
      <summary>{tell("more")}</summary>
      <div className="entry-fields">
        {byUnits(kind) && (
          <Number form={form} name="gross_amount" label={tell("gross")} hint={tell("gross_hint")} />
        )}
        <TextField
          form={form}
          name="currency"
          label={tell("currency")}
          hint={tell("currency_hint", { currency })}
        />
        <TextField form={form} name="settlement_date" type="date" label={tell("settlement_date")} />
        {takes(kind, "exchange_rate") && (
          <>
            <TextField form={form} name="settlement_currency" label={tell("settlement_currency")} />
            <TextField form={form} name="pair" pointer="/exchange_rate/pair" label={tell("pair")} />
            <Number form={form} name="rate" pointer="/exchange_rate/rate" label={tell("rate")} />
          </>
        )}
        {takes(kind, "security_amount") && (
          <>
            <Number form={form} name="security_amount" label={tell("security_amount")} />
            <TextField form={form} name="security_currency" label={tell("security_currency")} />
          </>
        )}
        <TextField
          form={form}
          name="external_id"
          label={tell("external_id")}
          hint={tell("external_id_hint")}
        />
      </div>
    </details>
  );
}
