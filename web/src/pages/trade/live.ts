import type { QueryClient } from "@tanstack/react-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Liveness, OrderEvent, Told } from "../../api/stream";
import { follow } from "../../api/stream";
import type { Account, Exchange, Order } from "./queries";
import {
  accountQuery,
  bookQuery,
  eventsQuery,
  KEPT_EVENTS,
  KEPT_TRADES,
  openOrdersQuery,
  tradesQuery,
} from "./queries";

/** What the page follows: the orders of an account that is there, and the desk that is shown. */
export type Followed = { account: Account | undefined; venue: Exchange; symbol: string | undefined };

// Several events come with one order: the account is read once for all of them.
const TOGETHER_MILLISECONDS = 250;

/** The open orders after an event, the newest first. */
export function openAfter(orders: readonly Order[], order: Order): Order[] {
  const isOpen = order.status === "pending" || order.status === "partial";
  const known = orders.find((one) => one.id === order.id);
  // An answer to a request may have been here before the event of an older version.
  if (known !== undefined && known.version > order.version) return [...orders];
  if (known === undefined) return isOpen ? [order, ...orders] : [...orders];
  return isOpen
    ? orders.map((one) => (one.id === order.id ? order : one))
    : orders.filter((one) => one.id !== order.id);
}

/** Put what is new, by its number, before what is known. */
export function ahead<T extends { seq: number }>(known: readonly T[], one: T, most: number): T[] {
  return (known[0]?.seq ?? 0) >= one.seq ? [...known] : [one, ...known].slice(0, most);
}

/** Keep what is on the screen as it is on the exchange; tells whether it is. */
export function useLive({ account, venue, symbol }: Followed): Liveness {
  const client = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>("connecting");
  // The stream goes on behind the events that are known: none can be lost between the two.
  const events = useQuery({
    ...eventsQuery(account ?? { portfolio_id: 0, last_event: 0 }),
    enabled: account !== undefined,
  });
  const portfolio = events.data === undefined ? undefined : account?.portfolio_id;
  useEffect(() => {
    if (portfolio === undefined && symbol === undefined) return;
    const desk = symbol === undefined ? [] : [`${venue}/${symbol}`];
    const topics = { orders: portfolio === undefined ? [] : [portfolio], trades: desk, depth: desk };
    const known = events.data?.[0]?.seq ?? 0;
    const after: Record<string, number> = portfolio === undefined ? {} : { [portfolio]: known };
    let reading: ReturnType<typeof setTimeout> | undefined;
    const readAccount = () => {
      clearTimeout(reading);
      reading = setTimeout(() => {
        if (portfolio !== undefined) void client.invalidateQueries(accountQuery(portfolio));
      }, TOGETHER_MILLISECONDS);
    };
    const end = follow(topics, after, {
      told: (message) => {
        take(client, message);
        if (message.channel === "orders") readAccount();
      },
      liveness: (now) => {
        setLiveness(now);
        if (now === "live") readAgain(client, portfolio, venue, symbol);
      },
    });
    return () => {
      clearTimeout(reading);
      end();
    };
    // The events change with each of them; the stream goes on by its own numbers.
  }, [client, portfolio, venue, symbol]);
  return liveness;
}

// What happened to states, and to sequences that begin with now, before the stream was open.
function readAgain(
  client: QueryClient,
  portfolio: number | undefined,
  venue: Exchange,
  symbol: string | undefined,
) {
  if (portfolio !== undefined) {
    void client.invalidateQueries(openOrdersQuery(portfolio));
    void client.invalidateQueries(accountQuery(portfolio));
  }
  if (symbol !== undefined) {
    void client.invalidateQueries(bookQuery(venue, symbol));
    void client.invalidateQueries(tradesQuery(venue, symbol));
  }
}

function take(client: QueryClient, message: Told): void {
  if (message.channel === "orders") {
    happened(client, message.portfolio_id, message.data);
  } else if (message.channel === "trades") {
    const { queryKey } = tradesQuery(message.venue as Exchange, message.symbol);
    client.setQueryData(queryKey, (known) => known && ahead(known, message.data, KEPT_TRADES));
  } else if (message.channel === "depth") {
    const { queryKey } = bookQuery(message.venue as Exchange, message.symbol);
    const { data } = message;
    client.setQueryData(queryKey, (known) => (known && known.version > data.version ? known : data));
  }
}

function happened(client: QueryClient, portfolio: number, event: OrderEvent): void {
  client.setQueryData(openOrdersQuery(portfolio).queryKey, (known) => known && openAfter(known, event.order));
  client.setQueryData<OrderEvent[]>(["portfolios", portfolio, "order-events"], (known) =>
    known === undefined ? known : ahead(known, event, KEPT_EVENTS),
  );
}
