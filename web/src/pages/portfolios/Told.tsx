import type { ReactNode } from "react";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { ledger } from "../../i18n/ledger";
import { Figure, Money } from "../../ui/Figure";
import type { Transaction } from "./queries";

/** Everything that a transaction states, and nothing that it does not. */
export function Told({ one }: { one: Transaction }) {
  const tell = useTexts(ledger);
  const format = useFormat();
  const { currency } = one;
  const settled = one.settlement_currency ?? currency;
  const money = (value: Transaction["fee"] | null, of = currency) =>
    value !== null && of !== null ? <Money value={value} currency={of} /> : null;
  const entries: [string, ReactNode][] = [
    [tell("kind"), tell(`kind_${one.kind}`)],
    [tell("date"), one.occurred_at === null ? format.day(one.trade_date) : format.moment(one.occurred_at)],
    [tell("symbol"), one.symbol],
    [tell("quantity"), one.quantity !== null && <Figure as="quantity" value={one.quantity} />],
    [tell("price"), one.price !== null && <Figure as="price" value={one.price} />],
    [tell("gross"), money(one.gross_amount)],
    [tell("fee"), one.fee !== NONE && money(one.fee)],
    [tell("tax"), one.tax !== NONE && money(one.tax)],
    [tell("net"), money(one.net_amount, settled)],
    [
      tell("rate"),
      one.exchange_rate && (
        <>
          {one.exchange_rate.pair} <Figure as="price" value={one.exchange_rate.rate} />
        </>
      ),
    ],
    [tell("security_amount"), money(one.security_amount, one.security_currency)],
    [tell("settlement_date"), one.settlement_date && format.day(one.settlement_date)],
    [
      tell("lots"),
      one.lots?.map((lot) => `#${lot.transaction_id}: ${format.quantity(lot.quantity)}`).join(", "),
    ],
    [tell("note"), one.note],
    [tell("external_id"), one.external_id],
  ];
  return (
    <dl className="told">
      {entries
        .filter(([, value]) => Boolean(value))
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

// A fee of nothing is not worth a line.
const NONE = "0" as Transaction["fee"];
