import { useMemo } from "react";
import { useTexts } from "../../i18n/catalogue";
import { performance } from "../../i18n/performance";
import type { Explained } from "../../ui/Figure";
import { Money } from "../../ui/Figure";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import type { Performance } from "./queries";
import type { Line } from "./waterfall";
import { LINES } from "./waterfall";

type Row = Performance["by_instrument"][number];
const GAINS: ReadonlySet<Line> = new Set(["realized_gains", "unrealized_gains", "currency_gains"]);
const RARE: ReadonlySet<Line> = new Set(["currency_gains", "interest", "fees", "taxes"]);

/** The statement of each instrument alone. */
export function ByInstrument({
  found,
  explain,
}: {
  found: Performance;
  explain: (figure: string) => Explained;
}) {
  const tell = useTexts(performance);
  const { currency, from, to, by_instrument: rows } = found;
  const columns = useMemo((): Column<Row>[] => {
    const symbol = (row: Row) => row.symbol;
    return [
      { id: "symbol", label: tell("symbol"), cell: symbol, by: symbol, text: symbol },
      ...LINES.map((line): Column<Row> => ({
        id: line,
        label: tell(line),
        numeric: true,
        optional: RARE.has(line),
        by: ({ statement }) => (statement[line] === null ? null : { decimal: statement[line] }),
        cell: ({ symbol: of, statement }) => (
          <Money
            value={statement[line]}
            currency={currency}
            signed={GAINS.has(line)}
            explain={explain(`performance.${of}.${line}`)}
          />
        ),
      })),
    ];
    // The figures of an answer are explained by its period.
  }, [tell, currency, from, to]);
  return (
    <Table
      id="by-instrument"
      label={tell("by_instrument")}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.symbol}
      sort={{ column: "closing_value", direction: "descending" }}
    />
  );
}
