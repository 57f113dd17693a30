import type { ReactNode } from "react";
import { useMemo, useState } from "react";
import { useTexts } from "../i18n/catalogue";
import { useLocale } from "../i18n/preferences";
import { shell } from "../i18n/shell";
import { Icon } from "./Icon";
import { Menu } from "./Menu";
import type { Direction, Sortable } from "./ordering";
import { filtered, sorted } from "./ordering";
import { TableRows } from "./TableRows";
import "./table.css";

export type Column<Row> = {
  id: string;
  label: string;
  /** Right-aligned, and first sorted with the greatest on top. */
  numeric?: boolean;
  cell: (row: Row) => ReactNode;
  /** Makes the column sortable. */
  by?: (row: Row) => Sortable;
  /** Makes the column's words findable by the filter. */
  text?: (row: Row) => string;
  /** Not shown until it is chosen. */
  optional?: boolean;
};

export type TableProps<Row> = {
  /** What the table is, for screen readers; also names its choice of columns in this browser. */
  label: string;
  id: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string | number;
  /** Enter or a click on a row. */
  onOpen?: (row: Row) => void;
  sort?: { column: string; direction: Direction };
  /** Shown beside the filter. */
  actions?: ReactNode;
};

/** Rows that can be sorted, filtered and walked through with the keyboard, however many there are. */
export function Table<Row>(props: TableProps<Row>) {
  const { rows, columns, id, label, actions } = props;
  const { locale } = useLocale();
  const [sort, setSort] = useState(props.sort);
  const [typed, setTyped] = useState("");
  const [hidden, setHidden] = useHidden(id, columns);
  const shown = useMemo(() => columns.filter((column) => !hidden.has(column.id)), [columns, hidden]);
  const ordered = useMemo(() => {
    const words = (row: Row) => columns.map((column) => column.text?.(row) ?? "").join(" ");
    const found = filtered(rows, words, typed);
    const by = columns.find((column) => column.id === sort?.column)?.by;
    return sort === undefined || by === undefined ? found : sorted(found, by, sort.direction, locale);
  }, [rows, columns, typed, sort, locale]);
  const sortBy = ({ id: column, numeric }: Column<Row>) => {
    const first: Direction = numeric === true ? "descending" : "ascending";
    const other: Direction = first === "ascending" ? "descending" : "ascending";
    setSort({ column, direction: sort?.column === column && sort.direction === first ? other : first });
  };
  return (
    <div className="table-block">
      <div className="row table-tools">
        {columns.some((column) => column.text) && <Filter typed={typed} onType={setTyped} label={label} />}
        <Shown count={rows.length} shown={ordered.length} />
        <span className="row table-actions">
          {columns.some((column) => column.optional) && (
            <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />
          )}
          {actions}
        </span>
      </div>
      <TableRows {...props} rows={ordered} columns={shown} sort={sort} onSort={sortBy} />
    </div>
  );
}

function Filter({ typed, onType, label }: { typed: string; onType: (text: string) => void; label: string }) {
  const tell = useTexts(shell);
  return (
    <input
      type="search"
      className="table-filter"
      value={typed}
      onChange={(event) => onType(event.target.value)}
      placeholder={tell("filter")}
      aria-label={`${tell("filter")}: ${label}`}
    />
  );
}

function Shown({ count, shown }: { count: number; shown: number }) {
  const tell = useTexts(shell);
  const text = shown === count ? tell("rows", { count }) : tell("rows_of", { shown, count });
  return (
    <span className="quiet small" role="status">
      {text}
    </span>
  );
}

type Hidden = ReadonlySet<string>;

function useHidden<Row>(id: string, columns: readonly Column<Row>[]) {
  const place = `steward.columns.${id}`;
  const [hidden, setHidden] = useState<Hidden>(() => {
    const usual = columns.filter((column) => column.optional).map((column) => column.id);
    try {
      return new Set(JSON.parse(localStorage.getItem(place) ?? JSON.stringify(usual)) as string[]);
    } catch {
      return new Set(usual);
    }
  });
  const keep = (next: Hidden) => {
    setHidden(next);
    localStorage.setItem(place, JSON.stringify([...next]));
  };
  return [hidden, keep] as const;
}

type ColumnMenuProps<Row> = {
  columns: readonly Column<Row>[];
  hidden: Hidden;
  onChange: (hidden: Hidden) => void;
};

function ColumnMenu<Row>({ columns, hidden, onChange }: ColumnMenuProps<Row>) {
  const tell = useTexts(shell);
  const toggle = (column: string) => {
    const next = new Set(hidden);
    if (!next.delete(column)) next.add(column);
    onChange(next);
  };
  return (
    <Menu
      label={tell("columns")}
      button={
        <>
          <Icon name="columns" size={18} /> <span className="small">{tell("columns")}</span>
        </>
      }
    >
      {/* The first column says what a row is: without it the others mean nothing. */}
      {columns.slice(1).map((column) => (
        <label key={column.id} className="choice">
          <input type="checkbox" checked={!hidden.has(column.id)} onChange={() => toggle(column.id)} />
          {column.label}
        </label>
      ))}
    </Menu>
  );
}
