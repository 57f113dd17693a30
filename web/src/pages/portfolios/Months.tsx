import { useQuery } from "@tanstack/react-query";
import type { Decimal } from "../../api/numbers";
import { sign } from "../../api/numbers";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { performance } from "../../i18n/performance";
import type { Explained } from "../../ui/Figure";
import { Figure } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import type { Performance, Portfolio } from "./queries";
import { performanceQuery } from "./queries";
import { explaining, useTold } from "./told";

/** The return of every month since the first transaction, whatever the period above is. */
export function Months({ portfolio }: { portfolio: Portfolio }) {
  const tell = useTexts(performance);
  const told = useTold();
  const query = useQuery(performanceQuery(portfolio.id, told));
  return (
    <Card title={tell("months")}>
      <Loaded query={query} lines={4}>
        {(found) => (
          <HeatMap
            returns={found.returns}
            explain={explaining(portfolio.id, told, { from: found.from, to: found.to })}
          />
        )}
      </Loaded>
    </Card>
  );
}

type Props = { returns: Performance["returns"]; explain: (figure: string) => Explained };

/** A table whose cells are coloured: it is read and walked as a table. */
function HeatMap({ returns, explain }: Props) {
  const tell = useTexts(performance);
  const format = useFormat();
  const years = Object.keys(returns.by_year).sort().reverse();
  const months = Array.from({ length: 12 }, (_, index) => index);
  const name = new Intl.DateTimeFormat(format.locale, { month: "short", timeZone: "UTC" });
  return (
    <div className="heat-scroller" tabIndex={0} role="region" aria-label={tell("months_label")}>
      <table className="heat" aria-label={tell("months_label")}>
        <thead>
          <tr>
            <th scope="col">{tell("year")}</th>
            {months.map((month) => (
              <th key={month} scope="col">
                {name.format(Date.UTC(2000, month))}
              </th>
            ))}
            <th scope="col">{tell("whole_year")}</th>
          </tr>
        </thead>
        <tbody>
          {years.map((year) => (
            <tr key={year}>
              <th scope="row">{year}</th>
              {months.map((month) => {
                const key = `${year}-${String(month + 1).padStart(2, "0")}`;
                return (
                  <Cell
                    key={key}
                    value={returns.by_month[key]}
                    explain={explain(`performance.returns.by_month.${key}`)}
                  />
                );
              })}
              <Cell value={returns.by_year[year]} explain={explain(`performance.returns.by_year.${year}`)} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How strong the colour of a return is: 1 to 4, for what a month moves by. */
export function heat(value: Decimal): number {
  const size = Math.abs(Number(value));
  return 1 + [0.01, 0.03, 0.06].filter((limit) => size >= limit).length;
}

function Cell({ value, explain }: { value: Decimal | null | undefined; explain: Explained }) {
  if (value === undefined) return <td />;
  const side = value === null ? "none" : ["loss", "flat", "gain"][sign(value) + 1];
  return (
    <td data-side={side} data-heat={value === null ? 0 : heat(value)}>
      <Figure as="percent" value={value} explain={explain} />
    </td>
  );
}
