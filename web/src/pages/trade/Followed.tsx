import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { ProblemError } from "../../api/problems";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import type { Order } from "./queries";
import { openOrdersQuery } from "./queries";
import { useOrderWords } from "./words";

const OVERTAKEN = ["stale-version", "order-not-open"];

/** The version that the person saw: an order that has changed since is not changed unseen. */
const seen = (order: Order): string => `"${order.version}"`;

/** What has become of an order, and of those that took its place. */
async function latest(order_id: string): Promise<Order> {
  const found = await api.get("/api/v1/orders/{order_id}", { path: { order_id } });
  return found.replaced_by_id == null ? found : latest(found.replaced_by_id);
}

/** The order that a dialog changes. When it has changed meanwhile, `now` is what became of it: the next try is for that. */
export function useFollowed(order: Order) {
  const client = useQueryClient();
  const [now, setNow] = useState(order);
  const change = async <R,>(send: (order_id: string, ifMatch: string) => Promise<R>): Promise<R> => {
    try {
      return await send(now.id, seen(now));
    } catch (error) {
      if (error instanceof ProblemError && OVERTAKEN.includes(error.code)) {
        setNow(await latest(now.id));
        void client.invalidateQueries(openOrdersQuery(order.portfolio_id));
      }
      throw error;
    }
  };
  return { order, now, change };
}

const ENDS = {
  executed: "executed",
  cancelled: "event_cancelled",
  expired: "event_expired",
  rejected: "event_rejected",
} as const;

/** Says what became of the order, when it is no longer what the dialog was opened for. */
export function Became({ order, now }: { order: Order; now: Order }) {
  const tell = useTexts(trade);
  const words = useOrderWords();
  if (now === order) return null;
  const ended = now.status in ENDS ? ENDS[now.status as keyof typeof ENDS] : undefined;
  const told = { what: words.brief(now), state: ended === undefined ? words.state(now) : tell(ended) };
  return (
    <p className="notice" data-kind="warn" role="status">
      {tell(ended === undefined ? "became" : "became_over", told)}
    </p>
  );
}
