import type { EChartsOption } from "echarts";
import type { Decimal } from "../../api/numbers";
import type { Schemas } from "../../api/queries";
import type { Format } from "../../i18n/format";
import type { Colours } from "../../ui/chart/theme";

type Day = Schemas["DayOfHistory"];
type Drawn = {
  days: readonly Day[];
  shown: "value" | "return";
  currency: string;
  /** The symbol whose line stands beside that of the portfolio, and what the portfolio is called there. */
  benchmark: string | null;
  portfolio: string;
  format: Format;
};

/** In which of the colours the benchmark is drawn: one that is far from the portfolio's. */
export const BENCHMARK_PLACE = 2;

const pixels = (value: Decimal | null) => (value === null ? null : Number(value));

/** What stands beside the lines at one day. */
export function toldOf(day: Day, { shown, currency, benchmark, portfolio, format }: Drawn): string {
  const percent = (value: Decimal | null) => (value === null ? "—" : format.percent(value, "always"));
  if (shown === "value") return `${format.day(day.on)}\n${format.money(day.value, currency)}`;
  if (benchmark === null) return `${format.day(day.on)}\n${percent(day.time_weighted)}`;
  const lines = [`${portfolio}: ${percent(day.time_weighted)}`, `${benchmark}: ${percent(day.benchmark)}`];
  return [format.day(day.on), ...lines].join("\n");
}

export function historyOption(drawn: Drawn, colours: Colours): EChartsOption {
  const { days, shown, benchmark, format } = drawn;
  const axis = new Intl.NumberFormat(format.locale, {
    notation: "compact",
    ...(shown === "return" && { style: "percent", maximumFractionDigits: 1 }),
  });
  const told = ([first]: { dataIndex: number }[]) => {
    const day = days[first?.dataIndex ?? 0];
    return day === undefined ? "" : toldOf(day, drawn);
  };
  const line = {
    type: "line" as const,
    showSymbol: days.length < 3,
    lineStyle: { width: 2 },
    color: colours.series[0] ?? colours.accent,
    data: days.map((day) => pixels(shown === "return" ? day.time_weighted : day.value)),
  };
  const beside = {
    ...line,
    lineStyle: { width: 2, type: "dashed" as const },
    color: colours.series[BENCHMARK_PLACE] ?? colours.quiet,
    data: days.map((day) => pixels(day.benchmark)),
  };
  return {
    tooltip: { trigger: "axis", formatter: told as never },
    xAxis: {
      type: "category",
      data: days.map((day) => format.day(day.on)),
      boundaryGap: false,
      axisLabel: { hideOverlap: true },
    },
    yAxis: { type: "value", scale: true, axisLabel: { formatter: (value: number) => axis.format(value) } },
    series: benchmark === null ? [{ ...line, areaStyle: { opacity: 0.12 } }] : [line, beside],
  };
}
