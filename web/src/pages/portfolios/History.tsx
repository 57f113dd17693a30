import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sign } from "../../api/numbers";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { portfolios } from "../../i18n/portfolios";
import { Empty, Loaded } from "../../ui/states";
import { Segments } from "../../ui/Segments";
import { Benchmark } from "./Benchmark";
import { HistoryChart } from "./HistoryChart";
import { PeriodChoice, usePeriod } from "./period";
import type { Portfolio } from "./queries";
import { historyQuery } from "./queries";
import { portfolioRoute } from "./route";
import { explaining, useTold } from "./told";

export type Shown = "value" | "return";
type Day = Schemas["DayOfHistory"];

/** The days from the first on which there was something. */
export function lived(days: readonly Day[]): readonly Day[] {
  const begun = days.findIndex(
    (day) =>
      sign(day.value) !== 0 || day.coverage !== null || (day.money_in !== null && sign(day.money_in) !== 0),
  );
  return begun < 0 ? [] : days.slice(begun);
}

/** Value or return through time, and what a benchmark has returned meanwhile. */
export function History({ portfolio }: { portfolio: Portfolio }) {
  const tell = useTexts(portfolios);
  const { benchmark } = portfolioRoute.useSearch();
  const [shown, setShown] = useState<Shown>(benchmark === undefined ? "value" : "return");
  const choices = (["value", "return"] as const).map((value) => ({ value, label: tell(`of_${value}`) }));
  return (
    <Card title={tell("history")} actions={<PeriodChoice />}>
      <Segments legend={tell("history_of")} quiet value={shown} choices={choices} onChange={setShown} />
      <Line portfolio={portfolio} shown={shown} />
      <Benchmark portfolio={portfolio} onCompare={() => setShown("return")} />
    </Card>
  );
}

/** Return through time, beside that of a benchmark. */
export function ReturnHistory({ portfolio }: { portfolio: Portfolio }) {
  const tell = useTexts(portfolios);
  return (
    <Card title={tell("history_return")}>
      <Line portfolio={portfolio} shown="return" />
      <Benchmark portfolio={portfolio} />
    </Card>
  );
}

function Line({ portfolio, shown }: { portfolio: Portfolio; shown: Shown }) {
  const tell = useTexts(portfolios);
  const told = useTold();
  const { period, from } = usePeriod();
  const { benchmark: chosen } = portfolioRoute.useSearch();
  const benchmark = shown === "return" ? chosen : undefined;
  const interval = period === "all" ? ("week" as const) : ("day" as const);
  const query = useQuery(historyQuery(portfolio.id, { ...told, from, interval, benchmark }));
  return (
    <Loaded
      query={query}
      lines={1}
      tall
      empty={(found) => lived(found.days).length === 0 && <Empty title={tell("history_none")} />}
    >
      {(found) => (
        <HistoryChart
          // Both lines begin where the period does, and not where there was something first.
          days={found.benchmark === null ? lived(found.days) : found.days}
          currency={found.currency}
          shown={shown}
          benchmark={found.benchmark}
          explain={(figure, to) =>
            explaining(portfolio.id, told, { from: found.from, to, benchmark })(figure)
          }
        />
      )}
    </Loaded>
  );
}
