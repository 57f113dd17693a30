import { useMemo } from "react";
import type { Trade } from "../../api/stream";
import { useTexts } from "../../i18n/catalogue";
import type { Format } from "../../i18n/format";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Figure } from "../../ui/Figure";
import { Empty } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";

/** A moment to the second, with the day where it is another one. */
export function secondText({ locale }: Format, at: string): string {
  const today = new Date().toDateString() === new Date(at).toDateString();
  const style = { timeStyle: "medium" as const, ...(today ? {} : { dateStyle: "short" as const }) };
  return new Intl.DateTimeFormat(locale, style).format(new Date(at));
}

/** The latest trades of everybody in this symbol. */
export function TradeList({ trades }: { trades: readonly Trade[] }) {
  const tell = useTexts(trade);
  const format = useFormat();
  const columns = useMemo<Column<Trade>[]>(
    () => [
      {
        id: "time",
        label: tell("time"),
        cell: ({ at }) => <span title={format.moment(at)}>{secondText(format, at)}</span>,
      },
      {
        id: "price",
        label: tell("price"),
        numeric: true,
        cell: ({ price }) => <Figure value={price} as="price" />,
      },
      {
        id: "size",
        label: tell("size"),
        numeric: true,
        cell: ({ qty }) => <Figure value={qty} as="quantity" />,
      },
    ],
    // The words change with the format: both are the reader's language.
    [format],
  );
  if (trades.length === 0) {
    return (
      <div className="trade-nothing">
        <Empty title={tell("no_trades")} text={tell("no_trades_text")} />
      </div>
    );
  }
  return (
    <div className="trade-list">
      <Table id="trades" label={tell("trades")} rows={trades} columns={columns} rowKey={({ seq }) => seq} />
    </div>
  );
}
