import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Decimal } from "../../api/numbers";
import { allocation } from "../../i18n/allocation";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { useSourceName } from "../../i18n/sources";
import type { Explained } from "../../ui/Figure";
import { Figure, Money } from "../../ui/Figure";
import type { Column } from "../../ui/Table";
import { PriceMarks } from "./PriceMarks";
import type { Holding } from "./queries";
import { instrumentsQuery } from "./queries";

type Explain = (figure: string) => Explained;
type Options = { optional?: boolean; signed?: boolean };
const known = (value: Decimal | null) => (value === null ? null : { decimal: value });

/** The columns of the holdings, each figure with the way to its explanation. */
export function useHoldingColumns(
  portfolio: number,
  currency: string,
  at: string,
  explain: Explain,
): Column<Holding>[] {
  const tell = useTexts(portfolios);
  const divided = useTexts(allocation);
  const format = useFormat();
  const sourceName = useSourceName();
  const { data: instruments } = useQuery(instrumentsQuery);
  return useMemo(() => {
    type Amount = keyof Holding & keyof typeof AMOUNTS;
    const money = (name: Amount, label: string, { optional = false, signed = false }: Options = {}) => ({
      id: name as string,
      label,
      numeric: true,
      optional,
      by: (row: Holding) => known(row[name]),
      cell: (row: Holding) => (
        <Money
          value={row[name]}
          currency={currency}
          signed={signed}
          explain={explain(`holdings.${row.symbol}.${name}`)}
        />
      ),
    });
    const ratio = (name: keyof Holding["ratios"], label: string, optional = false) => ({
      id: name as string,
      label,
      numeric: true,
      optional,
      by: (row: Holding) => known(row.ratios[name]),
      cell: (row: Holding) => (
        <Figure
          as="percent"
          value={row.ratios[name]}
          signed
          explain={explain(`holdings.${row.symbol}.ratios.${name}`)}
        />
      ),
    });
    const name = (row: Holding) => instruments?.get(row.symbol)?.name ?? "";
    const recorded = (row: Holding) => instruments?.get(row.symbol);
    const kind = (row: Holding) => {
      const known = recorded(row)?.kind;
      return known === undefined ? divided("unclassified_class") : divided(`class_${known}`);
    };
    const sector = (row: Holding) => recorded(row)?.sector ?? "";
    const country = (row: Holding) => {
      const code = recorded(row)?.country;
      return code == null ? "" : format.countryName(code);
    };
    const columns: Column<Holding>[] = [
      {
        id: "symbol",
        label: tell("symbol"),
        cell: (row) => row.symbol,
        by: (row) => row.symbol,
        text: (row) => row.symbol,
      },
      {
        id: "quantity",
        label: tell("quantity"),
        numeric: true,
        by: (row) => known(row.quantity),
        cell: (row) => (
          <Figure as="quantity" value={row.quantity} explain={explain(`holdings.${row.symbol}.quantity`)} />
        ),
      },
      {
        id: "price",
        label: tell("price_column"),
        numeric: true,
        by: (row) => known(row.price),
        cell: (row) => <PriceCell row={row} at={at} explain={explain} />,
      },
      { ...money("market_value", tell("value")), id: "value" },
      money("unrealized_gain_net", tell("unrealized"), { signed: true }),
      ratio("unrealized_net_over_cost", tell("gain_percent")),
      money("cost_basis", tell("cost")),
      money("day_change", tell("day_change"), { signed: true }),
      ratio("day_change_over_previous_value", tell("day_change_percent"), true),
      money("average_cost", tell("average_cost"), { optional: true }),
      money("realized_gain_net", tell("realized"), { optional: true, signed: true }),
      money("gain_net", tell("gain"), { optional: true, signed: true }),
      money("dividends_net", tell("income"), { optional: true }),
      money("absolute_gain", tell("absolute_gain"), { optional: true, signed: true }),
      money("realized_currency_gain", tell("realized_currency"), { optional: true, signed: true }),
      money("fees", tell("fees"), { optional: true }),
      money("taxes", tell("taxes"), { optional: true }),
      { id: "name", label: tell("instrument_name"), optional: true, cell: name, by: name, text: name },
      { id: "class", label: tell("class"), optional: true, cell: kind, by: kind, text: kind },
      { id: "sector", label: divided("by_sector"), optional: true, cell: sector, by: sector, text: sector },
      {
        id: "country",
        label: divided("by_country"),
        optional: true,
        cell: country,
        by: country,
        text: country,
      },
      {
        id: "price_on",
        label: tell("price_day_column"),
        optional: true,
        by: (row) => row.price_on,
        cell: (row) => row.price_on && format.day(row.price_on),
      },
      {
        id: "source",
        label: tell("source"),
        optional: true,
        cell: (row) => row.price_source && sourceName(row.price_source),
      },
      {
        id: "trade",
        label: tell("trade"),
        cell: ({ symbol }) => (
          <Link to="/trade" search={{ portfolio, symbol }}>
            {tell("trade")}
            <span className="visually-hidden"> {symbol}</span>
          </Link>
        ),
      },
    ];
    return columns;
  }, [tell, divided, format, portfolio, currency, at, explain, instruments]);
}

const AMOUNTS = {
  market_value: true,
  unrealized_gain_net: true,
  cost_basis: true,
  day_change: true,
  average_cost: true,
  realized_gain_net: true,
  gain_net: true,
  dividends_net: true,
  absolute_gain: true,
  realized_currency_gain: true,
  fees: true,
  taxes: true,
} as const;

function PriceCell({ row, at, explain }: { row: Holding; at: string; explain: Explain }) {
  const { symbol, price, currency } = row;
  return (
    <>
      <PriceMarks row={row} at={at} />{" "}
      {currency === null ? (
        <Figure as="price" value={price} />
      ) : (
        <Money value={price} currency={currency} explain={explain(`holdings.${symbol}.price`)} />
      )}
    </>
  );
}
