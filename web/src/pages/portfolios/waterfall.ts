import type { EChartsOption } from "echarts";
import type { Decimal } from "../../api/numbers";
import type { Colours } from "../../ui/chart/theme";
import type { Performance } from "./queries";

/** The lines of a statement, in the order in which they add up. */
export const LINES = [
  "opening_value",
  "contributions",
  "withdrawals",
  "realized_gains",
  "unrealized_gains",
  "currency_gains",
  "dividends",
  "interest",
  "fees",
  "taxes",
  "closing_value",
] as const;
export type Line = (typeof LINES)[number];
const TOTALS: ReadonlySet<Line> = new Set(["opening_value", "closing_value"]);
const TAKEN: ReadonlySet<Line> = new Set(["withdrawals", "fees", "taxes"]);

export type Step = { line: Line; from: number; to: number; told: Decimal };

/** Where the bar of each line begins and ends: floats, for the pixels alone. */
export function steps(statement: Performance["statement"]): Step[] {
  let level = 0;
  return LINES.flatMap((line): Step[] => {
    const told = statement[line];
    if (told === null) return [];
    const amount = Number(told);
    if (TOTALS.has(line)) {
      level = amount;
      return [{ line, from: 0, to: amount, told }];
    }
    // A line of nothing is no step; the table has it.
    if (amount === 0) return [];
    const from = level;
    level += TAKEN.has(line) ? -amount : amount;
    return [{ line, from, to: level, told }];
  });
}

type Words = { name: (line: Line) => string; money: (value: Decimal) => string; locale: string };

/** Horizontal steps: the names of the lines are read without turning the head. */
export function waterfall(
  statement: Performance["statement"],
  words: Words,
  colours: Colours,
): EChartsOption {
  const bars = steps(statement);
  const compact = new Intl.NumberFormat(words.locale, { notation: "compact" });
  const colour = ({ line, from, to }: Step) => {
    if (TOTALS.has(line)) return colours.series[0];
    if (line === "contributions" || line === "withdrawals") return colours.series[1];
    return to >= from ? colours.gain : colours.loss;
  };
  const told = ([first]: { dataIndex: number }[]) => {
    const bar = bars[first?.dataIndex ?? 0];
    return bar === undefined ? "" : `${words.name(bar.line)}\n${words.money(bar.told)}`;
  };
  return {
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, formatter: told as never },
    xAxis: {
      type: "value",
      axisLabel: { formatter: (value: number) => compact.format(value), hideOverlap: true },
    },
    yAxis: { type: "category", inverse: true, data: bars.map((bar) => words.name(bar.line)) },
    // The bar on top of an invisible one; each side of 0 stacks by itself.
    series: [
      {
        type: "bar",
        stack: "steps",
        stackStrategy: "all",
        silent: true,
        itemStyle: { color: "transparent" },
        data: bars.map((bar) => bar.from),
      },
      {
        type: "bar",
        stack: "steps",
        stackStrategy: "all",
        barWidth: "62%",
        data: bars.map((bar) => ({
          value: bar.to - bar.from,
          itemStyle: { color: colour(bar) ?? colours.accent },
        })),
      },
    ],
  };
}
