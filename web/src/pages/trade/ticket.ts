// What an order ticket asks for: which fields fit together, and the request that they become.
import type { Schemas } from "../../api/queries";
import type { Listing } from "./queries";
import type { Venue } from "./route";

type NewOrder = Partial<Schemas["NewOrder"]> & { security: string };

export const TYPES = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
  "market_if_touched",
  "limit_if_touched",
] as const;
export type OrderType = (typeof TYPES)[number];
export const TIMES = ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"] as const;
export type TimeInForce = (typeof TIMES)[number];
export const CLASSES = ["simple", "bracket", "oto", "oco"] as const;
export const SELF_TRADES = ["cancel_newest", "cancel_oldest", "cancel_both"] as const;
const WAITS = ["day", "gtc", "gtd"];
const LIMITED = ["limit", "stop_limit", "limit_if_touched"];
const STOPPED = ["stop", "stop_limit", "market_if_touched", "limit_if_touched"];
const AUCTION_ONLY = ["opg", "cls"];

export const BLANK = {
  side: "buy",
  type: "market",
  order_class: "simple",
  sized: "qty",
  qty: "",
  amount: "",
  limit_price: "",
  stop_price: "",
  trailed: "percent",
  trail_amount: "",
  trail_percent: "",
  time_in_force: "day",
  expires_at: "",
  take_profit: "",
  loss_stop: "",
  loss_limit: "",
  exit: "stop_loss",
  post_only: false,
  reduce_only: false,
  display_qty: "",
  self_trade: "cancel_newest",
  client_order_id: "",
};
export type Entries = { [K in keyof typeof BLANK]: (typeof BLANK)[K] extends boolean ? boolean : string };

/** Which fields an order of these entries has: all else would be refused, so it is neither shown nor sent. */
export function fieldsOf(entries: Entries, venue: Venue) {
  const exchange = venue !== "manual";
  const oco = entries.order_class === "oco";
  const alone = entries.order_class === "simple";
  const type = oco ? "none" : entries.type;
  const rests = LIMITED.includes(type) && WAITS.includes(entries.time_in_force);
  const sizable = exchange && alone && type === "market" && entries.time_in_force !== "fok";
  const amount = sizable && entries.sized === "amount";
  return {
    exchange,
    type: exchange && !oco,
    sized: sizable,
    amount,
    limit: exchange && LIMITED.includes(type),
    stop: exchange && STOPPED.includes(type),
    trail: exchange && type === "trailing_stop",
    expires: exchange && entries.time_in_force === "gtd",
    takeProfit: !alone && (entries.order_class !== "oto" || entries.exit === "take_profit"),
    stopLoss: !alone && (entries.order_class !== "oto" || entries.exit === "stop_loss"),
    postOnly: exchange && alone && type === "limit" && rests,
    reduceOnly: exchange && alone && !amount,
    iceberg: exchange && rests && !oco,
  };
}

/** How long an order of these entries may live. */
export function timesOf(entries: Entries, listing: Listing | undefined): readonly TimeInForce[] {
  if (entries.order_class !== "simple") return TIMES.filter((time) => WAITS.includes(time));
  const auctions = ["market", "limit"].includes(entries.type) && listing?.calendar !== "24/7";
  return TIMES.filter((time) => auctions || !AUCTION_ONLY.includes(time));
}

/** Changed entries; what no longer fits what was changed is put back to what always fits. */
export function fitted(entries: Entries, listing: Listing | undefined): Entries {
  const fits = timesOf(entries, listing).some((time) => time === entries.time_in_force);
  return fits ? entries : { ...entries, time_in_force: "day" };
}

type Place = { portfolio: number; venue: Venue; symbol: string };

/** The request. What was typed goes to the API as it is: it says what is wrong with it. */
export function bodyOf(entries: Entries, { portfolio, venue, symbol }: Place): NewOrder {
  const has = fieldsOf(entries, venue);
  const given = <K extends string>(name: K, value: string, when = true) =>
    (when && value.trim() !== "" ? { [name]: value.trim() } : {}) as { [P in K]?: string };
  const common = {
    portfolio_id: portfolio,
    security: symbol,
    side: entries.side,
    ...given("client_order_id", entries.client_order_id),
    ...given("qty", entries.qty, !has.amount),
  };
  if (!has.exchange) return common as NewOrder;
  return {
    ...common,
    venue,
    order_class: entries.order_class,
    time_in_force: entries.time_in_force,
    self_trade: entries.self_trade,
    ...(has.type ? { type: entries.type } : {}),
    ...given("amount", entries.amount, has.amount),
    ...given("limit_price", entries.limit_price, has.limit),
    ...given("stop_price", entries.stop_price, has.stop),
    ...given("trail_amount", entries.trail_amount, has.trail && entries.trailed === "amount"),
    ...given("trail_percent", entries.trail_percent, has.trail && entries.trailed === "percent"),
    ...given("display_qty", entries.display_qty, has.iceberg),
    ...(has.expires && entries.expires_at !== "" ? { expires_at: instant(entries.expires_at) } : {}),
    ...(has.postOnly && entries.post_only ? { post_only: true } : {}),
    ...(has.reduceOnly && entries.reduce_only ? { reduce_only: true } : {}),
    ...(has.takeProfit ? { take_profit: given("limit_price", entries.take_profit) } : {}),
    ...(has.stopLoss ? { stop_loss: lossOf(entries, given) } : {}),
  } as NewOrder;
}

const lossOf = (entries: Entries, given: (name: string, value: string) => object) => ({
  ...given("stop_price", entries.loss_stop),
  ...given("limit_price", entries.loss_limit),
});

/** A moment as a date-time field has it, in the zone of the browser. */
function instant(local: string): string {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? local : moment.toISOString();
}
