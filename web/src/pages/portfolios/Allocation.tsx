import { useQuery } from "@tanstack/react-query";
import type { EChartsOption } from "echarts";
import { useCallback, useMemo, useState } from "react";
import type { Decimal } from "../../api/numbers";
import { sign } from "../../api/numbers";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import type { Explained } from "../../ui/Figure";
import { Money } from "../../ui/Figure";
import { Segments } from "../../ui/Segments";
import type { Holdings, Portfolio } from "./queries";
import { instrumentsQuery } from "./queries";
import { explaining, useTold } from "./told";
import { treemap } from "./treemap";

type By = "holding" | "class" | "currency";
/** One area: its value is that of the API. */
export type Part = { name: string; group: string; value: Decimal | null; figure: string };

type Props = { portfolio: Portfolio; found: Holdings };

/** What a portfolio is made of: areas as large as the values. */
export function Allocation({ portfolio, found }: Props) {
  const tell = useTexts(portfolios);
  const [by, setBy] = useState<By>("holding");
  const parts = useParts(found, by);
  const choices = (["holding", "class", "currency"] as const).map((value) => ({
    value,
    label: tell(`by_${value}`),
  }));
  return (
    <Card
      title={tell("allocation")}
      actions={
        <Segments legend={tell("allocation_by")} quiet value={by} choices={choices} onChange={setBy} />
      }
    >
      <Areas
        parts={parts}
        grouped={by === "class"}
        currency={found.currency}
        explain={explaining(portfolio.id, useTold(), { at: found.at })}
      />
    </Card>
  );
}

function useParts(found: Holdings, by: By): Part[] {
  const tell = useTexts(portfolios);
  const { data: instruments } = useQuery(instrumentsQuery);
  return useMemo(() => {
    const cash = found.cash.map((one) => ({
      name: tell("cash_in", { currency: one.currency }),
      group: tell("cash"),
      value: one.value,
      figure: `holdings.cash.${one.currency}.value`,
    }));
    if (by === "currency") {
      const securities = found.securities.map((one) => ({
        name: `${tell("securities")} ${one.currency}`,
        group: one.currency,
        value: one.value,
        figure: `holdings.securities.${one.currency}.value`,
      }));
      return [...securities, ...cash];
    }
    const holdings = found.holdings
      .filter((one) => sign(one.quantity) !== 0)
      .map(({ symbol, market_value: value }) => ({
        name: symbol,
        group: tell(`class_${instruments?.get(symbol)?.kind ?? "unknown"}`),
        value,
        figure: `holdings.${symbol}.market_value`,
      }));
    return [...holdings, ...cash];
  }, [found, by, instruments, tell]);
}

type AreasProps = {
  parts: Part[];
  grouped: boolean;
  currency: string;
  explain: (figure: string) => Explained;
};

function Areas({ parts, grouped, currency, explain }: AreasProps) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const money = useCallback((value: Decimal) => format.money(value, currency), [format, currency]);
  const option = useCallback(
    (colours: Colours): EChartsOption => treemap(parts, grouped, money, colours),
    [parts, grouped, money],
  );
  const below = parts.some((part) => part.value !== null && sign(part.value) < 0);
  const table = () => (
    <table className="plain-table">
      <tbody>
        {parts.map((part) => (
          <tr key={part.figure}>
            <th scope="row">{part.name}</th>
            <td>{part.group}</td>
            <td>
              <Money value={part.value} currency={currency} explain={explain(part.figure)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <>
      <Chart label={tell("allocation_label")} option={option} table={table} />
      {below && <p className="quiet small">{tell("allocation_below")}</p>}
    </>
  );
}
