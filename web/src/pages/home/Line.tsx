import { useCallback, useMemo } from "react";
import { sign } from "../../api/numbers";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { home } from "../../i18n/home";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import { Figure, Money } from "../../ui/Figure";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { begun } from "./figures";
import { lineOption } from "./lineOption";
import type { Asked, Day, History } from "./queries";

/** The net worth through time; triangles say when money came and went. */
export function Line({ history, asked }: { history: History; asked: Asked }) {
  const tell = useTexts(home);
  const format = useFormat();
  const { currency } = history;
  const days = useMemo(() => begun(history.days), [history]);
  const option = useCallback(
    (colours: Colours) => {
      const words = { unknown: tell("unknown"), in: tell("money_in"), out: tell("money_out") };
      return lineOption({ days, currency, format, words }, colours);
    },
    // `tell` is made anew each time and says the same in one language.
    [days, currency, format],
  );
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const label = tell("line_label", {
    from: format.day(first.on),
    to: format.day(last.on),
    first: format.money(first.value, currency),
    last: format.money(last.value, currency),
  });
  const flowed = days.some(
    ({ money_in: came, money_out: went }) => (came && sign(came)) || (went && sign(went)),
  );
  return (
    <>
      <Chart
        label={label}
        option={option}
        table={() => <Days days={days} currency={currency} asked={asked} />}
      />
      {flowed && (
        <p className="small quiet home-legend">
          <span data-flow="in">▲</span> {tell("money_in")} <span data-flow="out">▼</span> {tell("money_out")}
        </p>
      )}
    </>
  );
}

function Days({ days, currency, asked }: { days: readonly Day[]; currency: string; asked: Asked }) {
  const tell = useTexts(home);
  const format = useFormat();
  const rows = useMemo(() => [...days].reverse(), [days]);
  const columns = useMemo<Column<Day>[]>(() => {
    const money = (value: Day["money_in"]) => <Money value={value} currency={currency} />;
    return [
      { id: "on", label: tell("day"), cell: ({ on }) => format.day(on), by: ({ on }) => on },
      {
        id: "value",
        label: tell("worth"),
        numeric: true,
        cell: ({ on, value }) => (
          <Money
            value={value}
            currency={currency}
            explain={{ ...asked, figure: "valuation.net_worth", at: on }}
          />
        ),
        by: ({ value }) => ({ decimal: value }),
      },
      { id: "in", label: tell("money_in"), numeric: true, cell: (one) => money(one.money_in) },
      { id: "out", label: tell("money_out"), numeric: true, cell: (one) => money(one.money_out) },
      {
        id: "growth",
        label: tell("growth"),
        numeric: true,
        cell: (one) => <Figure value={one.time_weighted} as="percent" signed />,
      },
    ];
  }, [currency, format, asked.portfolio, asked.currency]);
  return <Table id="home/days" label={tell("worth")} rows={rows} columns={columns} rowKey={({ on }) => on} />;
}
