import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { EChartsOption } from "echarts";
import { useCallback, useMemo, useState } from "react";
import type { Decimal } from "../../api/numbers";
import { sign } from "../../api/numbers";
import { allocationQuery } from "../../api/queries";
import { Card } from "../../app/Page";
import { allocation } from "../../i18n/allocation";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { Chart } from "../../ui/chart/Chart";
import type { Colours } from "../../ui/chart/theme";
import type { By, Division } from "../../ui/division";
import { DivisionSelect, useSliceName } from "../../ui/division";
import type { Explained } from "../../ui/Figure";
import { Money } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import type { Part } from "./parts";
import { byHolding, bySlice, inOrder } from "./parts";
import type { Holdings, Portfolio } from "./queries";
import { Slices } from "./Slices";
import { explaining, useTold } from "./told";
import { treemap } from "./treemap";

type Props = { portfolio: Portfolio; found: Holdings };

/** What a portfolio is made of: areas as large as the values, and what they have in common. */
export function Allocation({ portfolio, found }: Props) {
  const tell = useTexts(portfolios);
  const [by, setBy] = useState<By>("holding");
  const explain = explaining(portfolio.id, useTold(), { at: found.at });
  const cash = useCallback((currency: string) => tell("cash_in", { currency }), [tell]);
  const parts = useMemo(() => byHolding(found, cash), [found, cash]);
  return (
    <Card title={tell("allocation")} actions={<DivisionSelect by={by} onChange={setBy} />}>
      {by === "holding" ? (
        <Areas parts={parts} grouped={false} currency={found.currency} explain={explain} />
      ) : (
        <Divided by={by} portfolio={portfolio} parts={parts} />
      )}
    </Card>
  );
}

type DividedProps = { by: Division; portfolio: Portfolio; parts: readonly Part[] };

function Divided({ by, portfolio, parts }: DividedProps) {
  const tell = useTexts(allocation);
  const nameOf = useSliceName();
  const told = useTold();
  const query = useQuery(allocationQuery({ portfolio: portfolio.id, ...told }));
  const slices = useMemo(() => inOrder(query.data?.[`by_${by}`] ?? []), [query.data, by]);
  const grouped = useMemo(
    () => bySlice(slices, parts, (slice) => nameOf(by, slice)),
    [slices, parts, by, nameOf],
  );
  return (
    <Loaded query={query} lines={8}>
      {({ currency, at }) => {
        const explain = explaining(portfolio.id, told, { at });
        return (
          <>
            <Areas parts={grouped} grouped currency={currency} explain={explain} />
            <Slices by={by} slices={slices} currency={currency} explain={explain} />
            {by !== "currency" && slices.some(({ kind }) => kind === "unclassified") && (
              <p className="small">
                <Link to="/data">{tell("divided_hint")}</Link>
              </p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

type AreasProps = {
  parts: readonly Part[];
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
