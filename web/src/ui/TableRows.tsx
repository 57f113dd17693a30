import { useVirtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent } from "react";
import { memo, useRef, useState } from "react";
import { useTexts } from "../i18n/catalogue";
import { shell } from "../i18n/shell";
import { Icon } from "./Icon";
import type { Direction } from "./ordering";
import type { Column, TableProps } from "./Table";

type Props<Row> = TableProps<Row> & {
  sort: { column: string; direction: Direction } | undefined;
  onSort: (column: Column<Row>) => void;
};

/** As high as a row is drawn: one line of text, one line between rows. */
const ROW_PIXELS = 40;
/** With fewer, all rows are drawn: the browser's own search then finds them. */
const MANY = 100;

export function TableRows<Row>(props: Props<Row>) {
  const { rows, columns, label, rowKey, onOpen, sort, onSort } = props;
  const tell = useTexts(shell);
  const scroller = useRef<HTMLDivElement>(null);
  const many = rows.length > MANY;
  const virtual = useVirtualizer({
    count: rows.length,
    enabled: many,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 12,
  });
  const items = many ? virtual.getVirtualItems().map((item) => item.index) : rows.map((_, index) => index);
  const above = many ? (virtual.getVirtualItems()[0]?.start ?? 0) : 0;
  const below = many ? virtual.getTotalSize() - (virtual.getVirtualItems().at(-1)?.end ?? 0) : 0;
  const walk = useWalk(rows.length, (index) => virtual.scrollToIndex(index));
  return (
    <div ref={scroller} className="table-scroller" data-many={many} tabIndex={-1}>
      <table aria-label={label} aria-rowcount={rows.length + 1} onKeyDown={walk.onKeyDown}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap pixels={above} />
          {items.map((index) => {
            const row = rows[index] as Row;
            return (
              <TableRow
                key={rowKey(row)}
                row={row}
                index={index}
                columns={columns}
                current={index === walk.at}
                onFocus={walk.setAt}
                onOpen={onOpen}
              />
            );
          })}
          <Gap pixels={below} />
        </tbody>
      </table>
      {rows.length === 0 && <p className="quiet table-none">{tell("no_rows")}</p>}
    </div>
  );
}

type RowProps<Row> = {
  row: Row;
  index: number;
  columns: readonly Column<Row>[];
  current: boolean;
  onFocus: (index: number) => void;
  onOpen: ((row: Row) => void) | undefined;
};

function PlainRow<Row>({ row, index, columns, current, onFocus, onOpen }: RowProps<Row>) {
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      tabIndex={current ? 0 : -1}
      data-opens={onOpen !== undefined}
      onFocus={() => onFocus(index)}
      onClick={(event) => {
        if (!inControl(event.target)) onOpen?.(row);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) onOpen?.(row);
      }}
    >
      {columns.map((column, place) => (
        <Cell key={column.id} column={column} row={row} heads={place === 0} />
      ))}
    </tr>
  );
}

// A row that stays in view while others come is not drawn again.
const TableRow = memo(PlainRow) as typeof PlainRow;

const inControl = (target: EventTarget) =>
  target instanceof Element && target.closest("a, button, input, label, summary") !== null;

// The room of the rows that are not drawn.
function Gap({ pixels }: { pixels: number }) {
  return pixels === 0 ? null : <tr aria-hidden="true" className="table-gap" style={{ height: pixels }} />;
}

function Cell<Row>({ column, row, heads }: { column: Column<Row>; row: Row; heads: boolean }) {
  const content = column.cell(row);
  if (heads) {
    return (
      <th scope="row" data-numeric={column.numeric}>
        {content}
      </th>
    );
  }
  return <td data-numeric={column.numeric}>{content}</td>;
}

type HeadingProps<Row> = Pick<Props<Row>, "sort" | "onSort"> & { column: Column<Row> };

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>) {
  const direction = sort?.column === column.id ? sort.direction : undefined;
  return (
    <th scope="col" data-numeric={column.numeric} aria-sort={column.by && (direction ?? "none")}>
      {column.by === undefined ? (
        column.label
      ) : (
        <button type="button" onClick={() => onSort(column)}>
          {column.label}
          <span className="table-arrow" data-shown={direction !== undefined}>
            <Icon name={direction === "ascending" ? "up" : "down"} size={14} />
          </span>
        </button>
      )}
    </th>
  );
}

/** Arrow keys, Page Up and Down, Home and End move from row to row; one row is in the tab order. */
function useWalk(count: number, scrollTo: (index: number) => void) {
  const [at, setAt] = useState(0);
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    if (!(event.target instanceof HTMLTableRowElement)) return;
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 10,
      PageUp: at - 10,
      Home: 0,
      End: count - 1,
    };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(count - 1, wanted));
    const table = event.currentTarget;
    setAt(next);
    scrollTo(next);
    // Two frames: one until the row is drawn, one until it has its place.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => table.querySelector<HTMLElement>(`tr[data-index="${next}"]`)?.focus()),
    );
  };
  return { at: Math.min(at, Math.max(0, count - 1)), setAt, onKeyDown };
}
