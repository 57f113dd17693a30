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
import { useTold } from "./told";

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
  const told = useTold();
  const { period, from } = usePeriod();
  const [shown, setShown] = useState<Shown>("value");
  const interval = period === "all" ? ("week" as const) : ("day" as const);
  const query = useQuery(historyQuery(portfolio.id, { ...told, from, interval }));
  const choices = (["value", "return"] as const).map((value) => ({ value, label: tell(`of_${value}`) }));
  return (
    <Card title={tell("history")} actions={<PeriodChoice />}>
      <Segments legend={tell("history_of")} quiet value={shown} choices={choices} onChange={setShown} />
      <Loaded
        query={query}
        lines={1}
        tall
        empty={(found) => lived(found.days).length === 0 && <Empty title={tell("history_none")} />}
      >
        {(found) => <HistoryChart days={lived(found.days)} currency={found.currency} shown={shown} />}
      </Loaded>
      <Benchmark portfolio={portfolio} />
    </Card>
  );
}
