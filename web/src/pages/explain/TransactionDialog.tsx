import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Decimal } from "../../api/numbers";
import type { Schemas } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { explain } from "../../i18n/explain";
import { ledger } from "../../i18n/ledger";
import { Dialog } from "../../ui/Dialog";
import { Figure, Money } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import { transactionQuery } from "../../api/queries";

type Props = { portfolio: number; id: number; onClose: () => void };

/** A transaction as it was entered. */
export function TransactionDialog({ portfolio, id, onClose }: Props) {
  const tell = useTexts(explain);
  const query = useQuery(transactionQuery(portfolio, id));
  return (
    <Dialog title={tell("transaction", { id: String(id) })} onClose={onClose}>
      <Loaded query={query} lines={6}>
        {(found) => <Told transaction={found} />}
      </Loaded>
    </Dialog>
  );
}

function Told({ transaction: one }: { transaction: Schemas["TransactionShape"] }) {
  const tell = useTexts(explain);
  const tellLedger = useTexts(ledger);
  const format = useFormat();
  const money = (value: Decimal | null) =>
    value !== null &&
    (one.currency === null ? format.exact(value) : <Money value={value} currency={one.currency} />);
  const lines: [string, ReactNode][] = [
    [tell("kind"), tellLedger(`kind_${one.kind}`)],
    [tell("day"), format.day(one.trade_date)],
    [tell("symbol"), one.symbol],
    [tell("quantity"), one.quantity && <Figure value={one.quantity} as="quantity" />],
    [tell("price"), one.price && <Figure value={one.price} as="price" />],
    [tell("gross"), money(one.gross_amount)],
    [tell("fee"), money(one.fee)],
    [tell("tax"), money(one.tax)],
    [tell("note"), one.note],
    [tell("recorded"), format.moment(one.recorded_at)],
  ];
  return (
    <dl className="explain-transaction">
      {lines
        .filter(([, value]) => Boolean(value))
        .map(([label, value]) => (
          <div key={label}>
            <dt className="quiet small">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
