import type { ReactNode } from "react";
import { decimal } from "../../api/numbers";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { shell } from "../../i18n/shell";
import { trade } from "../../i18n/trade";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import type { CLASSES, OrderType, SELF_TRADES, TimeInForce } from "./ticket";
import { fieldsOf } from "./ticket";
import type { Place, TicketForm } from "./useTicket";

type Props = { ticket: TicketForm; place: Place; preview: ReactNode };

/** All of the order once more, in words; its button has the focus, so Enter places it and Escape goes back. */
export function Review({ ticket, place, preview }: Props) {
  const tell = useTexts(trade);
  const tellShell = useTexts(shell);
  const side = ticket.values.side === "sell" ? "sell" : "buy";
  return (
    <Dialog title={tell("review_title")} onClose={ticket.close}>
      <dl className="trade-facts">
        {useFacts(ticket, place).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {preview}
      <div className="row">
        <Button className={`trade-${side}`} data-first="true" onClick={() => void ticket.send()}>
          {tell(`place_${side}`, { symbol: place.symbol })}
        </Button>
        <Button kind="secondary" onClick={ticket.close}>
          {tellShell("cancel")}
        </Button>
      </div>
    </Dialog>
  );
}

/** What was entered, as it will be sent: a number that is none is shown as it was typed. */
function useFacts({ values }: TicketForm, { venue }: Place): [label: string, value: string][] {
  const tell = useTexts(trade);
  const format = useFormat();
  const has = fieldsOf(values, venue);
  const number = (text: string) => {
    const exact = decimal(text.trim());
    return exact === undefined ? text : format.exact(exact);
  };
  const facts: [string, string, boolean?][] = [
    [tell("venue"), tell(`venue_${venue}`)],
    [tell("type"), tell(`type_${values.type as OrderType}`), has.type],
    [tell("quantity"), number(values.qty), !has.amount],
    [tell("amount"), number(values.amount), has.amount],
    [tell("stop_price"), number(values.stop_price), has.stop],
    [tell("limit_price"), number(values.limit_price), has.limit],
    [tell("trail_amount"), number(values.trail_amount), has.trail && values.trailed === "amount"],
    [tell("trail_percent"), number(values.trail_percent), has.trail && values.trailed === "percent"],
    [tell("time_in_force"), tell(`time_${values.time_in_force as TimeInForce}`), has.exchange],
    [tell("expires_at"), values.expires_at.replace("T", " "), has.expires],
    [tell("exits"), tell(`class_${values.order_class as (typeof CLASSES)[number]}`), !plain(values)],
    [tell("take_profit_limit"), number(values.take_profit), has.takeProfit],
    [tell("stop_loss_stop"), number(values.loss_stop), has.stopLoss],
    [tell("stop_loss_limit"), number(values.loss_limit), has.stopLoss && values.loss_limit !== ""],
    [tell("post_only"), "✓", has.postOnly && values.post_only],
    [tell("reduce_only"), "✓", has.reduceOnly && values.reduce_only],
    [tell("display_qty"), number(values.display_qty), has.iceberg && values.display_qty !== ""],
    [
      tell("self_trade"),
      tell(`self_${values.self_trade as (typeof SELF_TRADES)[number]}`),
      values.self_trade !== "cancel_newest",
    ],
    [tell("client_order_id"), values.client_order_id, values.client_order_id !== ""],
  ];
  return facts.filter(([, , shown]) => shown !== false).map(([label, value]) => [label, value || "—"]);
}

const plain = (values: TicketForm["values"]) => values.order_class === "simple";
