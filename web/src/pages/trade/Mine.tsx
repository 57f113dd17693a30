import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Tabs } from "../../ui/Tabs";
import { Activity } from "./Activity";
import { OpenOrders } from "./OpenOrders";
import { Positions } from "./Positions";
import type { Account } from "./queries";
import { openOrdersQuery } from "./queries";

type Open = "orders" | "positions" | "activity";

/** What is the person's own: open orders, the account with its positions, and what has happened. */
export function Mine({ portfolio, account }: { portfolio: number; account: Account | null }) {
  const tell = useTexts(trade);
  const [open, setOpen] = useState<Open>("orders");
  const count = useQuery(openOrdersQuery(portfolio)).data?.length ?? 0;
  const tabs = [
    {
      id: "orders" as const,
      label: count === 0 ? tell("open_orders") : `${tell("open_orders")} (${count})`,
      content: () => <OpenOrders portfolio={portfolio} />,
    },
    // Positions and events are those of an account of the exchange: without one there are none.
    ...(account === null
      ? []
      : [
          {
            id: "positions" as const,
            label: tell("positions"),
            content: () => <Positions account={account} />,
          },
          {
            id: "activity" as const,
            label: tell("activity"),
            content: () => <Activity account={account} />,
          },
        ]),
  ];
  return (
    <section className="card trade-mine">
      <h2 className="visually-hidden">{tell("mine")}</h2>
      <Tabs label={tell("mine")} tabs={tabs} open={open} onOpen={setOpen} />
    </section>
  );
}
