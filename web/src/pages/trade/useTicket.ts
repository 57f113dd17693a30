import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import type { Listing } from "./queries";
import { accountQuery, openOrdersQuery } from "./queries";
import type { Venue } from "./route";
import type { Entries } from "./ticket";
import { BLANK, bodyOf, fieldsOf, fitted } from "./ticket";
import { useOrderWords } from "./words";

export type Place = { portfolio: number; venue: Venue; symbol: string };

/** The entries of the ticket, and whether they are being looked over before they are sent. */
export function useTicket(place: Place, listing: Listing | undefined) {
  const { portfolio, venue, symbol } = place;
  const tell = useTexts(trade);
  const words = useOrderWords();
  const client = useQueryClient();
  const [reviewing, setReviewing] = useState(false);
  const form = useForm({
    id: `trade/${portfolio}/${venue}/${symbol}`,
    initial: BLANK as Entries,
    send: (values, attempt) => api.post("/api/v1/orders", { body: bodyOf(values, place) as never, attempt }),
    done: (order) => {
      void client.invalidateQueries(openOrdersQuery(portfolio));
      void client.invalidateQueries(accountQuery(portfolio));
      const ended = order.status === "cancelled" || order.status === "expired";
      if (order.status === "executed") toast(tell("filled", { what: words.brief(order) }));
      else if (ended) toast(tell("not_filled", { why: words.reason(order.reason ?? "") }), { kind: "error" });
      else toast(tell("placed", { what: words.brief(order) }));
    },
  });
  const set = (name: keyof Entries, value: never) => {
    form.set(name, value);
    const next = fitted({ ...form.values, [name]: value }, listing);
    if (next.time_in_force !== form.values.time_in_force) form.set("time_in_force", next.time_in_force);
  };
  const takePrice = (price: string) => {
    const has = fieldsOf(form.values, venue);
    if (!has.limit) set("type", "limit" as never);
    set("limit_price", price as never);
  };
  const submit = async () => setReviewing(true);
  const send = async () => {
    setReviewing(false);
    await form.submit();
  };
  return { ...form, set, submit, takePrice, reviewing, close: () => setReviewing(false), send };
}

export type TicketForm = ReturnType<typeof useTicket>;
