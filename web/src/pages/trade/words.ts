import type { Decimal } from "../../api/numbers";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import type { Order } from "./queries";
import type { OrderType, TimeInForce } from "./ticket";

const decimalOf = (text: string) => text as Decimal;

/** How orders are put into words. */
export function useOrderWords() {
  const tell = useTexts(trade);
  const format = useFormat();
  const size = ({ original_qty, terms }: Order) =>
    // The quantity of an order for an amount is what it came to, and known only afterwards.
    terms?.amount != null && original_qty === ("0" as Decimal)
      ? format.price(decimalOf(terms.amount))
      : format.quantity(original_qty);
  const prices = ({ terms }: Order): string => {
    const limit = terms?.limit_price;
    const stop = terms?.stop_price;
    const trail = terms?.trail_amount;
    const percent = terms?.trail_percent;
    return [
      stop && format.price(decimalOf(stop)),
      limit && format.price(decimalOf(limit)),
      trail && format.price(decimalOf(trail)),
      percent && `${format.quantity(decimalOf(percent))} %`,
    ]
      .filter(Boolean)
      .join(" / ");
  };
  const type = ({ terms }: Order) => (terms == null ? "" : tell(`type_${terms.type as OrderType}`));
  const time = ({ terms }: Order) =>
    terms == null ? "" : tell(`time_${terms.time_in_force as TimeInForce}`);
  /** "Buy 5 AAPL, Limit 101.20" */
  const brief = (order: Order) => {
    const how = `${type(order)} ${prices(order)}`.trim();
    return `${tell(order.side)} ${size(order)} ${order.security}${how === "" ? "" : `, ${how}`}`;
  };
  const reason = (word: string): string => {
    const key = `reason_${word}`;
    return key in trade.en ? tell(key as "reason_requested") : word;
  };
  const state = (order: Order) =>
    order.phase == null
      ? tell(order.status === "partial" ? "status_partial" : "status_pending")
      : tell(`phase_${order.phase}`);
  return { brief, prices, type, time, reason, state };
}
