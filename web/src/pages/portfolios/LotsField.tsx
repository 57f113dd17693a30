import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { sign } from "../../api/numbers";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { ledger } from "../../i18n/ledger";
import { Button } from "../../ui/Button";
import { Figure, Money } from "../../ui/Figure";
import type { FormState } from "../../ui/form";
import { Loaded } from "../../ui/states";
import type { Entries } from "./kinds";
import type { Named } from "./lots";
import { namedOf, naming } from "./lots";
import type { Holdings, Portfolio } from "./queries";
import { holdingsAtQuery } from "./queries";

type Props = { form: FormState & { values: Entries }; portfolio: Portfolio };
type Lot = NonNullable<Holdings["holdings"][number]["lots"]>[number];

/** Which lots a sale takes: those that it names, and by the portfolio's own method if it names none. */
export function LotsField({ form, portfolio }: Props) {
  const tell = useTexts(ledger);
  const { symbol, lots } = form.values;
  const named = namedOf(lots, symbol);
  const wrong = [...named.keys()].some((_, place) => wrongAt(form, place).length > 0);
  const forced = named.size > 0 || wrong || form.errorAt("/lots") !== undefined;
  const [open, setOpen] = useState(forced);
  return (
    <details
      className="entry-more"
      open={forced || open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{tell("lots_choose")}</summary>
      {(forced || open) && <Choice form={form} portfolio={portfolio} named={named} />}
    </details>
  );
}

const wrongAt = (form: FormState, place: number) =>
  ["quantity", "transaction_id"].flatMap((part) => form.errorAt(`/lots/${place}/${part}`) ?? []);

function Choice({ form, portfolio, named }: Props & { named: Named }) {
  const tell = useTexts(ledger);
  const { symbol, trade_date } = form.values;
  const query = useQuery(holdingsAtQuery(portfolio.id, trade_date));
  const wrong = form.errorAt("/lots");
  if (symbol.trim() === "" || trade_date === "") return <p className="quiet small">{tell("lots_symbol")}</p>;
  return (
    <Loaded query={query} lines={2}>
      {(found) => {
        const open = openLots(found, symbol);
        const gone = [...named.keys()].filter((id) => !open.some((lot) => lot.transaction_id === id));
        const rows = [...gone.map((id) => ({ id, lot: undefined })), ...open.map(rowOf)];
        return (
          <fieldset className="field lots" data-pointer="/lots">
            <legend className="visually-hidden">{tell("lots_choose")}</legend>
            <p className="field-hint">{tell(rows.length === 0 ? "lots_none" : "lots_hint")}</p>
            {rows.map(({ id, lot }) => (
              <Row key={id} form={form} id={id} lot={lot} currency={found.currency} named={named} />
            ))}
            {wrong && (
              <p className="field-error" role="alert" tabIndex={-1}>
                {wrong}
              </p>
            )}
          </fieldset>
        );
      }}
    </Loaded>
  );
}

/** The lots of a symbol that a transaction brought and of which units are left. */
function openLots(found: Holdings, symbol: string): readonly Lot[] {
  const held = found.holdings.find((one) => one.symbol === symbol.trim().toUpperCase());
  return (held?.lots ?? []).filter((lot) => lot.transaction_id > 0 && sign(lot.quantity) > 0);
}

const rowOf = (lot: Lot) => ({ id: lot.transaction_id, lot });

type RowProps = {
  form: Props["form"];
  id: number;
  lot: Lot | undefined;
  currency: string;
  named: Named;
};

function Row({ form, id, lot, currency, named }: RowProps) {
  const tell = useTexts(ledger);
  const format = useFormat();
  const field = useId();
  const place = [...named.keys()].indexOf(id);
  const wrong = place < 0 ? [] : wrongAt(form, place);
  const set = (quantity: string) =>
    form.set("lots" as never, naming(form.values.lots, form.values.symbol, id, quantity) as never);
  const told = lot === undefined ? tell("lot_taken", { id: String(id) }) : format.day(lot.acquired);
  return (
    <div className="lot">
      <label htmlFor={field}>{told}</label>
      {lot !== undefined && (
        <span className="quiet small">
          <Figure as="quantity" value={lot.quantity} /> {tell("lot_at")}{" "}
          <Money value={lot.unit_price} currency={currency} />
        </span>
      )}
      <input
        id={field}
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={named.get(id) ?? ""}
        onChange={(event) => set(event.target.value)}
        aria-invalid={wrong.length > 0}
        aria-describedby={wrong.length > 0 ? `${field}-error` : undefined}
        {...(place >= 0 && { "data-pointer": `/lots/${place}/quantity` })}
      />
      {lot !== undefined && (
        <Button kind="plain" small onClick={() => set(lot.quantity)}>
          {tell("lot_all")}
          <span className="visually-hidden"> {told}</span>
        </Button>
      )}
      {wrong.length > 0 && (
        <p id={`${field}-error`} className="field-error" data-pointer={`/lots/${place}/transaction_id`}>
          {wrong.join(" ")}
        </p>
      )}
    </div>
  );
}
