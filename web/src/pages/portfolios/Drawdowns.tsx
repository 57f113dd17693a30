import { useQuery } from "@tanstack/react-query";
import type { EChartsOption } from "echarts";
import { useCallback, useMemo } from "react";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { performance } from "../../i18n/performance";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import { Figure } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import { lived } from "./History";
import { usePeriod } from "./period";
import type { Portfolio } from "./queries";
import { historyQuery } from "./queries";
import { useTold } from "./told";

type Day = Schemas["DayOfHistory"];

/** How far each day's growth lies below its last high, as a share of it: floats, for the pixels alone. */
export function depths(days: readonly Pick<Day, "time_weighted">[]): (number | null)[] {
  let high = 1;
  return days.map(({ time_weighted }) => {
    if (time_weighted === null) return null;
    const level = 1 + Number(time_weighted);
    high = Math.max(high, level);
    return high === 0 ? null : level / high - 1;
  });
}

export function Drawdowns({ portfolio }: { portfolio: Portfolio }) {
  const tell = useTexts(performance);
  const { period, from } = usePeriod();
  const interval = period === "all" ? ("week" as const) : ("day" as const);
  const query = useQuery(historyQuery(portfolio.id, { ...useTold(), from, interval }));
  return (
    <Card title={tell("drawdowns")}>
      <Loaded query={query} lines={1} tall>
        {(found) => <Depths days={found.days} />}
      </Loaded>
    </Card>
  );
}

function Depths({ days: all }: { days: readonly Day[] }) {
  const tell = useTexts(performance);
  const format = useFormat();
  const days = useMemo(() => lived(all), [all]);
  const found = useMemo(() => depths(days), [days]);
  const option = useCallback(
    (colours: Colours): EChartsOption => {
      const percent = new Intl.NumberFormat(format.locale, { style: "percent", maximumFractionDigits: 1 });
      const told = ([first]: { dataIndex: number }[]) => {
        const at = first?.dataIndex ?? 0;
        const [day, depth] = [days[at], found[at]];
        return day === undefined
          ? ""
          : `${format.day(day.on)}\n${depth == null ? "—" : percent.format(depth)}`;
      };
      return {
        tooltip: { trigger: "axis", formatter: told as never },
        xAxis: { type: "category", data: days.map((day) => format.day(day.on)), boundaryGap: false },
        yAxis: {
          type: "value",
          max: 0,
          axisLabel: { formatter: (value: number) => percent.format(value) },
        },
        series: [
          {
            type: "line",
            showSymbol: days.length < 3,
            color: colours.loss,
            lineStyle: { width: 1.5 },
            areaStyle: { opacity: 0.2 },
            data: found,
          },
        ],
      };
    },
    [days, found, format],
  );
  if (!found.some((depth) => depth !== null && depth < 0)) {
    return <p className="quiet">{tell("drawdowns_none")}</p>;
  }
  return (
    <Chart
      label={tell("drawdowns_label")}
      option={option}
      size="small"
      table={() => <Growth days={days} />}
    />
  );
}

// What the drawing is made of: the growth of each day, as the API tells it.
function Growth({ days }: { days: readonly Day[] }) {
  const tell = useTexts(performance);
  const format = useFormat();
  return (
    <div className="table-scroller growth" tabIndex={0} role="region" aria-label={tell("time_weighted")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{tell("day")}</th>
            <th scope="col" data-numeric="true">
              {tell("time_weighted")}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.on}>
              <th scope="row">{format.day(day.on)}</th>
              <td data-numeric="true">
                <Figure as="percent" value={day.time_weighted} signed />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
