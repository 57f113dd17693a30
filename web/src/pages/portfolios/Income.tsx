import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sign } from "../../api/numbers";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { performance } from "../../i18n/performance";
import { Button } from "../../ui/Button";
import { Money } from "../../ui/Figure";
import { Icon } from "../../ui/Icon";
import { Failed, Loading } from "../../ui/states";
import { KeyFigure } from "./Overview";
import { Payments } from "./Payments";
import type { Performance, Portfolio } from "./queries";
import { performanceQuery } from "./queries";
import { explaining, useTold } from "./told";
import { today } from "../../api/days";
import { before, monthsOf } from "./views";

const LINES = ["dividends", "interest", "taxes"] as const;
export type Month = ReturnType<typeof monthsOf>[number];

/** Dividends and interest of a year, month by month: each figure is that of the month's own statement. */
export function Income({ portfolio }: { portfolio: Portfolio }) {
  const tell = useTexts(performance);
  const now = today();
  const thisYear = Number(now.slice(0, 4));
  const [year, setYear] = useState(thisYear);
  const [picked, setPicked] = useState<Month>();
  const move = (step: number) => {
    setYear(year + step);
    setPicked(undefined);
  };
  return (
    <div className="stack wide">
      <div className="row">
        <Button kind="secondary" small aria-label={tell("income_before")} onClick={() => move(-1)}>
          <Turned to="left" />
        </Button>
        <strong aria-live="polite">{year}</strong>
        <Button
          kind="secondary"
          small
          aria-label={tell("income_after")}
          disabled={year >= thisYear}
          onClick={() => move(1)}
        >
          <Turned to="right" />
        </Button>
      </div>
      <Year portfolio={portfolio} year={year} />
      <Card title={tell("income_months")}>
        <Calendar portfolio={portfolio} months={monthsOf(year, now)} picked={picked} onPick={setPicked} />
        {picked === undefined ? (
          <p className="quiet small">{tell("income_pick")}</p>
        ) : (
          <Payments portfolio={portfolio} month={picked} />
        )}
      </Card>
    </div>
  );
}

const Turned = ({ to }: { to: "left" | "right" }) => (
  <span className={`turned-${to}`}>
    <Icon name="up" size={16} />
  </span>
);

function Year({ portfolio, year }: { portfolio: Portfolio; year: number }) {
  const tell = useTexts(performance);
  const now = today();
  const end = `${year}-12-31`;
  const span = { from: `${year - 1}-12-31`, to: end > now ? now : end };
  const told = useTold();
  const { data: found } = useQuery(performanceQuery(portfolio.id, { ...told, ...span }));
  const explain = explaining(portfolio.id, told, span);
  return (
    <section className="card" aria-label={tell("income_year", { year: String(year) })}>
      <dl className="key-figures">
        {LINES.map((line) => (
          <KeyFigure key={line} label={tell(line)}>
            {found ? (
              <Money
                value={found.statement[line]}
                currency={found.currency}
                explain={explain(`performance.${line}`)}
              />
            ) : (
              <span className="quiet">…</span>
            )}
          </KeyFigure>
        ))}
      </dl>
    </section>
  );
}

type CalendarProps = {
  portfolio: Portfolio;
  months: readonly Month[];
  picked: Month | undefined;
  onPick: (month: Month) => void;
};

function Calendar({ portfolio, months, picked, onPick }: CalendarProps) {
  const told = useTold();
  const answers = useQueries({
    queries: months.map(({ first, last }) =>
      performanceQuery(portfolio.id, { ...told, from: before(first), to: last }),
    ),
  });
  const failed = answers.find((one) => one.data === undefined && one.error !== null);
  if (failed?.error)
    return <Failed error={failed.error} retry={() => answers.forEach((one) => void one.refetch())} />;
  if (answers.some((one) => one.data === undefined)) return <Loading lines={6} />;
  return (
    <ul className="calendar">
      {months.map((month, index) => {
        const found = answers[index]?.data;
        return (
          found && (
            <MonthCell
              key={month.month}
              month={month}
              found={found}
              picked={picked?.month === month.month}
              onPick={onPick}
            />
          )
        );
      })}
    </ul>
  );
}

type CellProps = { month: Month; found: Performance; picked: boolean; onPick: (month: Month) => void };

function MonthCell({ month, found, picked, onPick }: CellProps) {
  const tell = useTexts(performance);
  const format = useFormat();
  const name = new Intl.DateTimeFormat(format.locale, { month: "long", timeZone: "UTC" });
  const { statement, currency } = found;
  const lines = (["dividends", "interest"] as const).filter((line) => {
    const value = statement[line];
    return value === null || sign(value) !== 0;
  });
  return (
    <li>
      <button
        type="button"
        className="month"
        aria-pressed={picked}
        data-any={lines.length > 0}
        onClick={() => onPick(month)}
      >
        <span className="month-name">{name.format(new Date(`${month.first}T00:00Z`))}</span>
        {lines.map((line) => (
          <span key={line} className="month-line">
            <span className="quiet small">{tell(line)}</span>
            <Money value={statement[line]} currency={currency} />
          </span>
        ))}
        {lines.length === 0 && <span className="quiet">·</span>}
      </button>
    </li>
  );
}
