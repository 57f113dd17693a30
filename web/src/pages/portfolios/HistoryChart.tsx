import type { EChartsOption } from "echarts";
import { useCallback, useMemo } from "react";
import type { Decimal } from "../../api/numbers";
import type { Schemas } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import { Figure, Money } from "../../ui/Figure";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import type { Shown } from "./History";

type Day = Schemas["DayOfHistory"];
type Props = { days: readonly Day[]; currency: string; shown: Shown };

export function HistoryChart({ days, currency, shown }: Props) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const write = useCallback(
    (value: Decimal) =>
      shown === "return" ? format.percent(value, "always") : format.money(value, currency),
    [shown, format, currency],
  );
  const option = useCallback(
    (colours: Colours): EChartsOption => {
      const of = (day: Day) => (shown === "return" ? day.time_weighted : day.value);
      const axis = new Intl.NumberFormat(format.locale, {
        notation: "compact",
        ...(shown === "return" && { style: "percent", maximumFractionDigits: 1 }),
      });
      const told = ([first]: { dataIndex: number }[]) => {
        const day = days[first?.dataIndex ?? 0];
        const value = day && of(day);
        return day === undefined ? "" : `${format.day(day.on)}\n${value == null ? "—" : write(value)}`;
      };
      return {
        tooltip: { trigger: "axis", formatter: told as never },
        xAxis: {
          type: "category",
          data: days.map((day) => format.day(day.on)),
          boundaryGap: false,
          axisLabel: { hideOverlap: true },
        },
        yAxis: {
          type: "value",
          scale: true,
          axisLabel: { formatter: (value: number) => axis.format(value) },
        },
        series: [
          {
            type: "line",
            showSymbol: days.length < 3,
            lineStyle: { width: 2 },
            areaStyle: { opacity: 0.12 },
            data: days.map((day) => {
              const value = of(day);
              return value === null ? null : Number(value);
            }),
            color: colours.series[0] ?? colours.accent,
          },
        ],
      };
    },
    [days, shown, format, write],
  );
  const label = tell(shown === "return" ? "history_return_label" : "history_label");
  return <Chart label={label} option={option} table={() => <Days days={days} currency={currency} />} />;
}

function Days({ days, currency }: { days: readonly Day[]; currency: string }) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const columns = useMemo((): Column<Day>[] => {
    const money = (value: Decimal | null) => <Money value={value} currency={currency} />;
    return [
      { id: "on", label: tell("day"), cell: (day) => format.day(day.on), by: (day) => day.on },
      { id: "value", label: tell("net_worth"), numeric: true, cell: (day) => money(day.value) },
      { id: "cash", label: tell("cash"), numeric: true, cell: (day) => money(day.cash) },
      { id: "in", label: tell("net_paid_in"), numeric: true, cell: (day) => money(day.money_in) },
      { id: "out", label: tell("money_out"), numeric: true, cell: (day) => money(day.money_out) },
      {
        id: "return",
        label: tell("return"),
        numeric: true,
        cell: (day) => <Figure as="percent" value={day.time_weighted} signed />,
      },
    ];
  }, [tell, format, currency]);
  return (
    <Table
      id="history"
      label={tell("history_label")}
      rows={days}
      columns={columns}
      rowKey={(day) => day.on}
      sort={{ column: "on", direction: "descending" }}
    />
  );
}
