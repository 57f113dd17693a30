import { useCallback } from "react";
import type { EChartsOption } from "echarts";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { performance } from "../../i18n/performance";
import { sign } from "../../api/numbers";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import type { Explained } from "../../ui/Figure";
import { Money } from "../../ui/Figure";
import type { Performance } from "./queries";
import type { Line } from "./waterfall";
import { LINES, waterfall } from "./waterfall";

type Props = { found: Performance; explain: (figure: string) => Explained };

/** The lines of the statement, drawn as steps and written out. */
export function Statement({ found, explain }: Props) {
  const tell = useTexts(performance);
  const format = useFormat();
  const { statement, currency } = found;
  const option = useCallback(
    (colours: Colours): EChartsOption =>
      waterfall(
        statement,
        {
          name: (line) => tell(line),
          money: (value) => format.money(value, currency),
          locale: format.locale,
        },
        colours,
      ),
    [statement, currency, tell, format],
  );
  const whole = LINES.every((line) => statement[line] !== null);
  const lines = (
    <StatementTable
      statement={statement}
      currency={currency}
      explain={(line) => explain(`performance.${line}`)}
    />
  );
  if (!whole) {
    return (
      <>
        <p className="quiet">{tell("statement_none")}</p>
        {lines}
      </>
    );
  }
  return (
    <div className="statement">
      <Chart label={tell("statement_label")} option={option} table={() => lines} size="tall" />
      {lines}
    </div>
  );
}

type TableProps = {
  statement: Performance["statement"];
  currency: string;
  explain: (line: Line | "residual") => Explained;
};

function StatementTable({ statement, currency, explain }: TableProps) {
  const tell = useTexts(performance);
  const { residual } = statement;
  return (
    <div>
      <table className="plain-table" aria-label={tell("statement")}>
        <tbody>
          {LINES.map((line) => (
            <tr key={line} data-total={line === "opening_value" || line === "closing_value"}>
              <th scope="row">{tell(line)}</th>
              <td>
                <Money value={statement[line]} currency={currency} explain={explain(line)} />
              </td>
            </tr>
          ))}
          {residual !== null && sign(residual) !== 0 && (
            <tr>
              <th scope="row">{tell("residual")}</th>
              <td>
                <Money value={residual} currency={currency} explain={explain("residual")} />
              </td>
            </tr>
          )}
        </tbody>
      </table>
      {residual !== null && sign(residual) === 0 && <p className="quiet small">{tell("adds_up")}</p>}
    </div>
  );
}
