import { Link } from "@tanstack/react-router";
import type { Column } from "../../ui/Table";

/** The column that says which instrument a row is about, and leads to it. */
export function symbolColumn<Row extends { symbol: string }>(label: string): Column<Row> {
  return {
    id: "symbol",
    label,
    cell: ({ symbol }) => (
      <Link to="/data/symbol" search={{ symbol }}>
        {symbol}
      </Link>
    ),
    by: ({ symbol }) => symbol,
    text: ({ symbol }) => symbol,
  };
}
