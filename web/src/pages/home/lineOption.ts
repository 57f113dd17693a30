import type { EChartsOption } from "echarts";
import type { Decimal } from "../../api/numbers";
import { sign } from "../../api/numbers";
import type { Format } from "../../i18n/format";
import type { Colours } from "../../ui/chart/theme";
import type { Day } from "./queries";

export type Drawn = {
  days: readonly Day[];
  currency: string;
  format: Format;
  words: { unknown: string; in: string; out: string };
};

const moved = (value: Decimal | null): boolean => value !== null && sign(value) !== 0;

/** What stands beside the line at one day. */
export function toldOf(day: Day, { currency, format, words }: Drawn): string {
  const money = (value: Decimal | null) => (value === null ? words.unknown : format.money(value, currency));
  const lines = [format.day(day.on), money(day.value)];
  if (day.money_in === null || moved(day.money_in)) lines.push(`${words.in}: ${money(day.money_in)}`);
  if (day.money_out === null || moved(day.money_out)) lines.push(`${words.out}: ${money(day.money_out)}`);
  return lines.join("\n");
}

function flows({ days }: Drawn, colours: Colours) {
  const mark = (day: Day, side: "in" | "out") => ({
    name: day.on,
    coord: [day.on, Number(day.value)],
    symbolRotate: side === "in" ? 0 : 180,
    symbolOffset: [0, side === "in" ? 9 : -9],
    itemStyle: { color: colours.series[side === "in" ? 1 : 2] ?? colours.accent },
  });
  return days.flatMap((day) => [
    ...(moved(day.money_in) ? [mark(day, "in")] : []),
    ...(moved(day.money_out) ? [mark(day, "out")] : []),
  ]);
}

/** The words of the time axis: months, or years where there are many. */
function axisLabel(days: readonly Day[], { locale }: Format) {
  const [first = "", last = ""] = [days[0]?.on, days.at(-1)?.on];
  const span = Date.parse(last) - Date.parse(first);
  const long = span > 400 * 86_400_000;
  const parts = long
    ? ({ month: "short", year: "numeric" } as const)
    : ({ day: "numeric", month: "short" } as const);
  const written = new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" });
  return { hideOverlap: true, formatter: (value: number) => written.format(value) };
}

export function lineOption(drawn: Drawn, colours: Colours): EChartsOption {
  const { days, format } = drawn;
  const compact = new Intl.NumberFormat(format.locale, { notation: "compact", maximumFractionDigits: 2 });
  return {
    useUTC: true,
    xAxis: { type: "time", axisLabel: axisLabel(days, format), boundaryGap: [0, 0], splitNumber: 4 },
    yAxis: {
      type: "value",
      scale: true,
      splitNumber: 4,
      axisLabel: { formatter: (value: number) => compact.format(value) },
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      formatter: (points) => {
        const [point] = Array.isArray(points) ? points : [points];
        const day = days[point?.dataIndex ?? -1];
        return day === undefined ? "" : toldOf(day, drawn);
      },
    },
    series: [
      {
        type: "line",
        data: days.map(({ on, value }) => [on, Number(value)]),
        showSymbol: days.length < 3,
        lineStyle: { width: 2, color: colours.accent },
        itemStyle: { color: colours.accent },
        areaStyle: { color: colours.accent, opacity: 0.08, origin: "start" },
        markPoint: {
          symbol: "triangle",
          symbolSize: 9,
          label: { show: false },
          silent: true,
          data: flows(drawn, colours),
        },
      },
    ],
  };
}
