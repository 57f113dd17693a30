import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Figure } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { useErrorText } from "../../ui/errors";
import { toast } from "../../ui/Toasts";
import { ExecuteDialog } from "./ExecuteDialog";
import type { Order } from "./queries";
import { accountQuery, openOrdersQuery } from "./queries";
import { AmendDialog, ReplaceDialog } from "./ReplaceDialog";
import { secondText } from "./TradeList";
import { useOrderWords } from "./words";

type Act = "replace" | "execute";
type Doing = { act: Act; order: Order } | "cancel_all" | undefined;

/** What waits in the market, on whichever venue, each with what can be done to it. */
export function OpenOrders({ portfolio }: { portfolio: number }) {
  const tell = useTexts(trade);
  const query = useQuery(openOrdersQuery(portfolio));
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  const all = useColumns(portfolio, setDoing);
  const columns = useMemo(() => needed(all, query.data ?? []), [all, query.data]);
  return (
    <>
      <Loaded
        query={query}
        lines={3}
        empty={(orders) =>
          orders.length === 0 && <Empty title={tell("no_orders")} text={tell("no_orders_text")} />
        }
      >
        {(orders) => (
          <div className="trade-orders">
            <Table
              id="open-orders"
              label={tell("open_orders")}
              rows={orders}
              columns={columns}
              rowKey={({ id }) => id}
              actions={
                <Button kind="danger" small onClick={() => setDoing("cancel_all")}>
                  {tell("cancel_all")}
                </Button>
              }
            />
          </div>
        )}
      </Loaded>
      {doing === "cancel_all" && <CancelAll portfolio={portfolio} onClose={close} />}
      {typeof doing === "object" && <OrderDialog {...doing} onClose={close} />}
    </>
  );
}

function OrderDialog({ act, order, onClose }: { act: Act; order: Order; onClose: () => void }) {
  if (act === "execute") return <ExecuteDialog order={order} onClose={onClose} />;
  return order.terms == null ? (
    <AmendDialog order={order} onClose={onClose} />
  ) : (
    <ReplaceDialog order={order} onClose={onClose} />
  );
}

/** A column that would say the same, or nothing, of every order takes no room. */
function needed(columns: Column<Order>[], orders: readonly Order[]): Column<Order>[] {
  const venues = new Set(orders.map(({ venue }) => venue));
  const timed = orders.some(({ terms }) => terms != null);
  return columns.filter(({ id }) => (id === "venue" ? venues.size > 1 : id !== "time" || timed));
}

function useColumns(portfolio: number, onAct: (doing: Doing) => void): Column<Order>[] {
  const tell = useTexts(trade);
  const format = useFormat();
  const words = useOrderWords();
  return useMemo(
    () => [
      {
        id: "order",
        label: tell("order"),
        by: ({ security }) => security,
        text: words.brief,
        cell: (order) => (
          <span data-side={order.side} className="trade-brief" title={order.client_order_id ?? undefined}>
            {words.brief(order)}
          </span>
        ),
      },
      { id: "time", label: tell("time_in_force"), cell: words.time },
      {
        id: "executed",
        label: tell("executed"),
        numeric: true,
        cell: (order) => (
          <>
            <Figure value={order.executed_qty} as="quantity" /> /{" "}
            <Figure value={order.original_qty} as="quantity" />
          </>
        ),
      },
      {
        id: "average",
        label: tell("average"),
        numeric: true,
        optional: true,
        cell: ({ average_price }) => <Figure value={average_price} as="price" />,
      },
      {
        id: "trigger",
        label: tell("trigger"),
        numeric: true,
        optional: true,
        cell: ({ trigger_price }) => <Figure value={trigger_price ?? null} as="price" />,
      },
      { id: "state", label: tell("state"), cell: words.state },
      { id: "venue", label: tell("venue"), cell: ({ venue }) => tell(`venue_${venue as "book"}`) },
      {
        id: "placed",
        label: tell("placed_at"),
        optional: true,
        cell: ({ created_at }) => (
          <span title={format.moment(created_at)}>{secondText(format, created_at)}</span>
        ),
      },
      {
        id: "actions",
        label: tell("actions"),
        cell: (order) => <Actions order={order} portfolio={portfolio} onAct={onAct} />,
      },
    ],
    // The words change with the format: both are the reader's language.
    [format, portfolio, onAct],
  );
}

type ActionProps = { order: Order; portfolio: number; onAct: (doing: Doing) => void };

function Actions({ order, portfolio, onAct }: ActionProps) {
  const tell = useTexts(trade);
  const { brief } = useOrderWords();
  const errorText = useErrorText();
  const client = useQueryClient();
  const what = brief(order);
  const cancel = async () => {
    try {
      await api.delete("/api/v1/orders/{order_id}", { path: { order_id: order.id } });
      toast(tell("cancelled", { what }));
    } catch (error) {
      toast(errorText(error as Error), { kind: "error" });
    }
    void client.invalidateQueries(openOrdersQuery(portfolio));
    void client.invalidateQueries(accountQuery(portfolio));
  };
  const manual = order.terms == null;
  return (
    <span className="trade-actions">
      {manual && (
        <Button
          kind="plain"
          small
          aria-label={tell("execute_named", { what })}
          onClick={() => onAct({ act: "execute", order })}
        >
          {tell("execute")}
        </Button>
      )}
      {order.terms?.amount == null && (
        <Button
          kind="plain"
          small
          aria-label={tell(manual ? "amend_named" : "replace_named", { what })}
          onClick={() => onAct({ act: "replace", order })}
        >
          {tell(manual ? "amend" : "replace")}
        </Button>
      )}
      <Button kind="plain" small aria-label={tell("cancel_named", { what })} onClick={() => void cancel()}>
        {tell("cancel_order")}
      </Button>
    </span>
  );
}

function CancelAll({ portfolio, onClose }: { portfolio: number; onClose: () => void }) {
  const tell = useTexts(trade);
  const client = useQueryClient();
  const cancelAll = async () => {
    const results = await api.delete("/api/v1/orders", { query: { portfolio_id: portfolio } });
    const left = results.filter((one) => one.order === null).length;
    toast(tell("cancel_all_done", { count: results.length - left }));
    if (left > 0) toast(tell("cancel_all_left", { left, count: results.length }), { kind: "error" });
    await client.invalidateQueries(openOrdersQuery(portfolio));
    await client.invalidateQueries(accountQuery(portfolio));
  };
  return (
    <Confirm
      title={tell("cancel_all")}
      text={tell("cancel_all_text")}
      action={tell("cancel_all")}
      onConfirm={cancelAll}
      onClose={onClose}
    />
  );
}
