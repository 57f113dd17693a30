// Candles of the trades that the API gave. They are drawn, so floats are good enough; the table has the digits.
import type { Decimal } from "../../api/numbers";
import { compare } from "../../api/numbers";
import type { Trade } from "../../api/stream";

export type Candle = { at: string; open: Decimal; close: Decimal; low: Decimal; high: Decimal };

const STEPS_SECONDS = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800];
const WANTED = 60;

/** The shortest step in which what there is fits about sixty candles. */
export function stepOf(trades: readonly Trade[]): number {
  const moments = trades.map((trade) => Date.parse(trade.at));
  const seconds = (Math.max(...moments) - Math.min(...moments)) / 1000;
  return STEPS_SECONDS.find((step) => seconds / step <= WANTED) ?? 604_800;
}

/** Trades, the newest first, as candles, the oldest first. A step without a trade has none. */
export function candlesOf(trades: readonly Trade[]): Candle[] {
  const step = stepOf(trades) * 1000;
  const found = new Map<number, Candle>();
  for (const { at, price } of trades.toReversed()) {
    const start = Math.floor(Date.parse(at) / step) * step;
    const before = found.get(start);
    if (before === undefined) {
      const opened = { at: new Date(start).toISOString(), open: price, close: price };
      found.set(start, { ...opened, low: price, high: price });
      continue;
    }
    before.close = price;
    if (compare(price, before.low) < 0) before.low = price;
    if (compare(price, before.high) > 0) before.high = price;
  }
  return [...found.values()];
}
