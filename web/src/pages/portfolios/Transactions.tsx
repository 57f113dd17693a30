import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { ledger } from "../../i18n/ledger";
import { Figure, Mark, Money } from "../../ui/Figure";
import { More } from "../../ui/More";
import { Empty, Failed, Loading } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { FirstSteps } from "./FirstSteps";
import type { Kind, Portfolio, Sought, Transaction } from "./queries";
import { transactionsQuery } from "./queries";
import { Seek } from "./Seek";
import { TransactionDialog } from "./TransactionDialog";

type Props = { portfolio: Portfolio; onAdd: (kind: Kind) => void };

/** The ledger of a portfolio, newest first, with what was taken back and what took it back. */
export function Transactions({ portfolio, onAdd }: Props) {
  const tell = useTexts(ledger);
  const [sought, setSought] = useState<Sought>({});
  const [open, setOpen] = useState<Transaction>();
  const asked = useDeferredValue(sought);
  const query = useInfiniteQuery(transactionsQuery(portfolio.id, asked));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.data) ?? [], [query.data]);
  const columns = useColumns();
  const seeking = Object.values(sought).some(Boolean);
  return (
    <div className="stack">
      {(seeking || rows.length > 0) && <Seek sought={sought} onSeek={setSought} />}
      {query.data === undefined && query.error === null && <Loading lines={8} />}
      {query.data === undefined && query.error !== null && (
        <Failed error={query.error} retry={() => void query.refetch()} />
      )}
      {query.data !== undefined && rows.length === 0 && seeking && <Empty title={tell("none_found")} />}
      {query.data !== undefined && rows.length === 0 && !seeking && <FirstSteps onAdd={onAdd} />}
      {rows.length > 0 && (
        <Table
          id="transactions"
          label={tell("title")}
          rows={rows}
          columns={columns}
          rowKey={(row) => row.id}
          onOpen={setOpen}
        />
      )}
      <More query={query}>{tell("load_more")}</More>
      {open && <TransactionDialog portfolio={portfolio} first={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function useColumns(): Column<Transaction>[] {
  const tell = useTexts(ledger);
  const format = useFormat();
  return useMemo(() => {
    const money = (value: Transaction["fee"] | null, currency: string | null, signed = false) =>
      value === null || currency === null ? null : (
        <Money value={value} currency={currency} signed={signed} />
      );
    const quantity = ({ quantity: value }: Transaction) =>
      value === null ? null : <Figure as="quantity" value={value} />;
    const columns: Column<Transaction>[] = [
      { id: "date", label: tell("date"), cell: (row) => format.day(row.trade_date) },
      { id: "kind", label: tell("kind"), cell: (row) => <KindCell one={row} /> },
      { id: "symbol", label: tell("symbol"), cell: (row) => row.symbol },
      { id: "quantity", label: tell("quantity"), numeric: true, cell: quantity },
      {
        id: "price",
        label: tell("price"),
        numeric: true,
        cell: (row) => row.price !== null && <Figure as="price" value={row.price} />,
      },
      {
        id: "gross",
        label: tell("gross"),
        numeric: true,
        cell: (row) => money(row.gross_amount, row.currency),
      },
      {
        id: "net",
        label: tell("net"),
        numeric: true,
        cell: (row) => money(row.net_amount, row.settlement_currency ?? row.currency, true),
      },
      {
        id: "fee",
        label: tell("fee"),
        numeric: true,
        optional: true,
        cell: (row) => money(row.fee, row.currency),
      },
      {
        id: "tax",
        label: tell("tax"),
        numeric: true,
        optional: true,
        cell: (row) => money(row.tax, row.currency),
      },
      {
        id: "note",
        label: tell("note"),
        optional: true,
        cell: (row) => <span className="clipped">{row.note}</span>,
      },
    ];
    return columns;
  }, [tell, format]);
}

function KindCell({ one }: { one: Transaction }) {
  const tell = useTexts(ledger);
  const states = statesOf(one);
  return (
    <span data-void={one.reversed_by !== null || one.reverses !== null} className="kind-cell">
      <span>{tell(`kind_${one.kind}`)}</span>
      {states.map((state) => (
        <Mark key={state} {...(state === "reversed" && { kind: "warn" as const })}>
          {tell(`state_${state}`)}
        </Mark>
      ))}
    </span>
  );
}

/** What is special about a transaction, beside its kind. */
export function statesOf(one: Transaction) {
  const states: ("reversed" | "reversal" | "correction" | "order" | "transfer")[] = [];
  if (one.reversed_by !== null) states.push("reversed");
  if (one.reverses !== null) states.push("reversal");
  if (one.replaces !== null) states.push("correction");
  if (one.fill_id !== null) states.push("order");
  if (one.transfer_id !== null) states.push("transfer");
  return states;
}
