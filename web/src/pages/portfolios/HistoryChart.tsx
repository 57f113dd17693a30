import { useCallback, useMemo } from "react";
import type { Decimal } from "../../api/numbers";
import type { Schemas } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import { Swatch } from "../../ui/division";
import type { Explained } from "../../ui/Figure";
import { Figure, Money } from "../../ui/Figure";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import type { Shown } from "./History";
import { BENCHMARK_PLACE, historyOption } from "./historyOption";

type Day = Schemas["DayOfHistory"];
type Props = {
  days: readonly Day[];
  currency: string;
  shown: Shown;
  /** The symbol of which each day has the return too. */
  benchmark: string | null;
  /** Names a figure until a day for its explanation. */
  explain: (figure: string, to: string) => Explained;
};

export function HistoryChart(props: Props) {
  const { days, currency, shown, benchmark } = props;
  const tell = useTexts(portfolios);
  const format = useFormat();
  const option = useCallback(
    (colours: Colours) => {
      const portfolio = tell("benchmark_portfolio");
      return historyOption({ days, shown, currency, benchmark, portfolio, format }, colours);
    },
    [days, shown, currency, benchmark, format, tell],
  );
  const label = tell(shown === "return" ? "history_return_label" : "history_label");
  return (
    <>
      <Chart
        label={benchmark === null ? label : tell("history_beside_label", { symbol: benchmark })}
        option={option}
        table={() => <Days {...props} />}
      />
      {benchmark !== null && (
        <p className="row small quiet history-legend">
          <span>
            <Swatch place={0} /> {tell("benchmark_portfolio")}
          </span>
          <span>
            <Swatch place={BENCHMARK_PLACE} /> {benchmark}
          </span>
        </p>
      )}
    </>
  );
}

function Days({ days, currency, benchmark, explain }: Props) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const columns = useMemo((): Column<Day>[] => {
    const money = (value: Decimal | null) => <Money value={value} currency={currency} />;
    const beside: Column<Day> = {
      id: "benchmark",
      label: benchmark ?? "",
      numeric: true,
      cell: (day) => (
        <Figure
          as="percent"
          value={day.benchmark}
          signed
          explain={explain("performance.benchmark.time_weighted", day.on)}
        />
      ),
    };
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
        cell: (day) => (
          <Figure
            as="percent"
            value={day.time_weighted}
            signed
            explain={explain("performance.returns.time_weighted", day.on)}
          />
        ),
      },
      ...(benchmark === null ? [] : [beside]),
    ];
    // `explain` is made anew each time and names the same for the same days.
  }, [tell, format, currency, benchmark, days]);
  return (
    <Table
      id={benchmark === null ? "history" : "history/benchmark"}
      label={tell("history_label")}
      rows={days}
      columns={columns}
      rowKey={(day) => day.on}
      sort={{ column: "on", direction: "descending" }}
    />
  );
}
