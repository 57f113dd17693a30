import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { Decimal } from "../api/numbers";
import type { Column } from "./Table";
import { Table } from "./Table";

type Row = { id: number; name: string; value: string };
const columns: Column<Row>[] = [
  { id: "name", label: "Name", cell: (row) => row.name, by: (row) => row.name, text: (row) => row.name },
  {
    id: "value",
    label: "Value",
    numeric: true,
    cell: (row) => row.value,
    by: (row) => ({ decimal: row.value as Decimal }),
  },
  { id: "note", label: "Note", cell: (row) => `note ${row.id}`, optional: true },
];
const rows: Row[] = [
  { id: 1, name: "Beta", value: "2" },
  { id: 2, name: "Alpha", value: "10" },
];
const draw = (list: Row[], onOpen?: (row: Row) => void) =>
  render(
    <Table
      id="t"
      label="Holdings"
      rows={list}
      columns={columns}
      rowKey={(row) => row.id}
      {...(onOpen && { onOpen })}
    />,
  );
const names = () => screen.getAllByRole("rowheader").map((cell) => cell.textContent);

test("a heading sorts, a second press sorts the other way, and it is said", async () => {
  draw(rows);
  await userEvent.click(screen.getByRole("button", { name: "Value" }));
  expect(names()).toEqual(["Alpha", "Beta"]);
  expect(screen.getByRole("columnheader", { name: "Value" }).getAttribute("aria-sort")).toBe("descending");
  await userEvent.click(screen.getByRole("button", { name: "Value" }));
  expect(names()).toEqual(["Beta", "Alpha"]);
});

test("the filter narrows and counts, and says when nothing is left", async () => {
  draw(rows);
  await userEvent.type(screen.getByRole("searchbox"), "alp");
  expect(names()).toEqual(["Alpha"]);
  expect(screen.getByText("1 of 2")).toBeTruthy();
  await userEvent.type(screen.getByRole("searchbox"), "x");
  expect(screen.getByText("Nothing matches.")).toBeTruthy();
});

test("a column is chosen, and stays chosen in this browser", async () => {
  const { unmount } = draw(rows);
  expect(screen.queryByText("note 1")).toBeNull();
  await userEvent.click(screen.getByText("Columns"));
  await userEvent.click(screen.getByLabelText("Note"));
  unmount();
  draw(rows);
  expect(screen.getByText("note 1")).toBeTruthy();
});

test("the keyboard walks from row to row and opens one", async () => {
  const onOpen = vi.fn();
  draw(rows, onOpen);
  const [, first, second] = screen.getAllByRole("row");
  first?.focus();
  await userEvent.keyboard("{ArrowDown}");
  await vi.waitFor(() => expect(document.activeElement).toBe(second));
  await userEvent.keyboard("{Enter}");
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(rows[1]);
});

test("of ten thousand rows a few are drawn, and a reader is told how many there are", () => {
  draw(Array.from({ length: 10_000 }, (_, id) => ({ id, name: `Row ${id}`, value: "1" })));
  const table = screen.getByRole("table", { name: "Holdings" });
  expect(table.getAttribute("aria-rowcount")).toBe("10001");
  expect(within(table).queryAllByRole("rowheader").length).toBeLessThan(100);
});
