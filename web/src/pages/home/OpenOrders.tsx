import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Decimal } from "../../api/numbers";
import { decimal, sign } from "../../api/numbers";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { home } from "../../i18n/home";
import { Button } from "../../ui/Button";
import { Mark } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import type { Order } from "./queries";
import { openOrdersQuery } from "./queries";

const FEW = 6;
const VENUES = ["manual", "paper", "book"] as const;
type Props = { portfolio: number | undefined; portfolios: readonly Schemas["Portfolio"][] };

export function OpenOrders({ portfolio, portfolios }: Props) {
  const tell = useTexts(home);
  const query = useQuery(openOrdersQuery(portfolio));
  const [every, setEvery] = useState(false);
  return (
    <Card title={tell("orders")}>
      <Loaded
        query={query}
        lines={2}
        empty={({ orders }) =>
          orders.length === 0 && <Empty title={tell("orders_none")} text={tell("orders_none_text")} />
        }
      >
        {({ orders, more }) => (
          <>
            <ul className="plain-list">
              {orders.slice(0, every ? undefined : FEW).map((order) => (
                <Entry key={order.id} order={order} portfolios={portfolios} />
              ))}
            </ul>
            {!every && orders.length > FEW && (
              <Button kind="plain" small onClick={() => setEvery(true)}>
                {tell("orders_more", { count: orders.length - FEW })}
              </Button>
            )}
            {every && more && <p className="quiet small">{tell("orders_cut")}</p>}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Entry({ order, portfolios }: { order: Order; portfolios: Props["portfolios"] }) {
  const tell = useTexts(home);
  const format = useFormat();
  const { terms } = order;
  const venue = VENUES.find((one) => one === order.venue);
  const priced = (text: string | null | undefined): Decimal | undefined => decimal(text ?? "");
  const limit = priced(terms?.limit_price);
  const stop = order.trigger_price ?? priced(terms?.stop_price);
  const notes = [
    limit && tell("order_limit", { price: format.price(limit) }),
    stop && tell("order_stop", { price: format.price(stop) }),
    portfolios.find(({ id }) => id === order.portfolio_id)?.name,
    format.age(order.created_at),
  ];
  const executed = { done: format.quantity(order.executed_qty), all: format.quantity(order.original_qty) };
  return (
    <li className="entry">
      <div>
        <p>
          <Mark>{tell(`side_${order.side}`)}</Mark>{" "}
          <span title={format.exact(order.pending_qty)}>{format.quantity(order.pending_qty)}</span>{" "}
          <span className="home-symbol">{order.security}</span>
        </p>
        <p className="quiet small">{notes.filter(Boolean).join(" · ")}</p>
      </div>
      <p className="quiet small home-right">
        {sign(order.executed_qty) === 0 ? tell("order_waits") : tell("order_partly", executed)}
        <br />
        {venue === undefined ? order.venue : tell(`venue_${venue}`)}
      </p>
    </li>
  );
}
