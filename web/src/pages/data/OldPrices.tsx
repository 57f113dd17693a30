import { useMemo } from "react";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Figure, Money, Stale, Unknown } from "../../ui/Figure";
import { Empty } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import type { Appraised } from "./gaps";
import { oldLines } from "./gaps";
import { useSourceName } from "../../i18n/sources";
import { symbolColumn } from "./symbolColumn";

type Line = Appraised["lines"][number];

/** What is valued at a price of an earlier day. */
export function OldPrices({ found }: { found: Appraised }) {
  const tell = useTexts(data);
  const sourceName = useSourceName();
  const rows = useMemo(() => oldLines(found), [found]);
  const columns = useMemo((): Column<Line>[] => {
    const explain = { portfolio: found.portfolio_id, at: found.at, currency: found.currency };
    return [
      symbolColumn(tell("symbol")),
      {
        id: "age",
        label: tell("age"),
        numeric: true,
        cell: ({ price_age_days: days, price_on: on }) => (
          <>
            {on && <Stale asOf={on} />} {tell("old_days", { count: days ?? 0 })}
          </>
        ),
        by: ({ price_age_days: days }) => days,
      },
      {
        id: "price",
        label: tell("price"),
        numeric: true,
        cell: ({ symbol, price, currency }) => (
          <>
            <Figure as="price" value={price} explain={{ ...explain, figure: `valuation.${symbol}.price` }} />{" "}
            {currency}
          </>
        ),
      },
      {
        id: "source",
        label: tell("source"),
        cell: ({ price_source: source }) => (source === null ? <Unknown /> : sourceName(source)),
      },
      {
        id: "value",
        label: tell("value"),
        numeric: true,
        cell: ({ symbol, value, currency }) => (
          <Money
            value={value}
            currency={currency ?? ""}
            explain={{ ...explain, figure: `valuation.${symbol}.value` }}
          />
        ),
      },
    ];
  }, [found, tell]);
  if (rows.length === 0) return <Empty title={tell("old_none")} />;
  return (
    <Table id="old" label={tell("old_title")} rows={rows} columns={columns} rowKey={({ symbol }) => symbol} />
  );
}
