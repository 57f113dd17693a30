import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { OrderEvent } from "../../api/stream";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Figure, Money } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import type { Account } from "./queries";
import { eventsQuery } from "./queries";
import { secondText } from "./TradeList";
import { useOrderWords } from "./words";

/** Everything that happened to the orders of the account, the newest first, as it happens. */
export function Activity({ account }: { account: Account }) {
  const tell = useTexts(trade);
  const query = useQuery(eventsQuery(account));
  const columns = useColumns(account.currency);
  return (
    <Loaded
      query={query}
      lines={4}
      empty={(events) =>
        events.length === 0 && <Empty title={tell("no_activity")} text={tell("no_activity_text")} />
      }
    >
      {(events) => (
        <Table
          id="activity"
          label={tell("activity")}
          rows={events}
          columns={columns}
          rowKey={({ seq }) => seq}
        />
      )}
    </Loaded>
  );
}

function useColumns(currency: string): Column<OrderEvent>[] {
  const tell = useTexts(trade);
  const format = useFormat();
  const words = useOrderWords();
  return useMemo(
    () => [
      {
        id: "time",
        label: tell("time"),
        cell: ({ at }) => <span title={format.moment(at)}>{secondText(format, at)}</span>,
      },
      {
        id: "event",
        label: tell("event"),
        text: ({ kind }) => tell(`event_${kind}`),
        cell: ({ kind, order }) => (
          <>
            {tell(`event_${kind}`)}
            {order.phase === "done" && order.reason != null && (
              <span className="quiet small"> ({words.reason(order.reason)})</span>
            )}
          </>
        ),
      },
      {
        id: "order",
        label: tell("order"),
        text: ({ order }) => words.brief(order),
        cell: ({ order }) => (
          <span data-side={order.side} className="trade-brief">
            {words.brief(order)}
          </span>
        ),
      },
      {
        id: "quantity",
        label: tell("quantity"),
        numeric: true,
        cell: ({ fill }) => fill && <Figure value={fill.qty} as="quantity" />,
      },
      {
        id: "price",
        label: tell("price"),
        numeric: true,
        cell: ({ fill }) => fill && <Figure value={fill.price} as="price" />,
      },
      {
        id: "fee",
        label: tell("fee"),
        numeric: true,
        cell: ({ fill }) => fill && <Money value={fill.fee} currency={fill.currency ?? currency} />,
      },
    ],
    // The words change with the format: both are the reader's language.
    [format, currency],
  );
}
