import { useMemo, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import type { Sheet } from "./csv";
import type { Field, RowProblem } from "./mapping";
import { useFieldName } from "./ColumnMapping";

type Row = { number: number; cells: readonly string[]; problems: readonly RowProblem[] };
type Props = {
  sheet: Sheet;
  mapping: readonly (Field | null)[];
  /** By the place of the row; undefined before anything was refused. */
  problems: ReadonlyMap<number, RowProblem[]> | undefined;
};

const NONE: readonly RowProblem[] = [];

/** Every row as it stands in the file, with what is wrong with it in words. */
export function Preview({ sheet, mapping, problems }: Props) {
  const tell = useTexts(data);
  const [onlyWrong, setOnlyWrong] = useState(problems !== undefined);
  const rows = useMemo(() => {
    const all = sheet.rows.map((cells, at): Row => ({
      number: at + 1,
      cells,
      problems: problems?.get(at) ?? NONE,
    }));
    return onlyWrong ? all.filter((row) => row.problems.length > 0) : all;
  }, [sheet, problems, onlyWrong]);
  const columns = useColumns(sheet, mapping, problems !== undefined);
  return (
    <Table
      id="upload"
      label={tell("upload_preview")}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.number}
      actions={
        problems && (
          <label className="choice">
            <input
              type="checkbox"
              checked={onlyWrong}
              onChange={(event) => setOnlyWrong(event.target.checked)}
            />
            {tell("upload_only_wrong")}
          </label>
        )
      }
    />
  );
}

function useColumns(sheet: Sheet, mapping: Props["mapping"], judged: boolean): Column<Row>[] {
  const tell = useTexts(data);
  const fieldName = useFieldName();
  return useMemo(() => {
    const told = ({ problems }: Row) =>
      problems
        .map(({ field, detail }) => (field === null ? detail : `${fieldName(field)}: ${detail}`))
        .join(" ");
    const problem: Column<Row> = {
      id: "problem",
      label: tell("problem"),
      cell: (row) => <span className="wrong">{told(row)}</span>,
      text: told,
    };
    const cells = sheet.columns.map((name, at): Column<Row> => {
      const field = mapping[at] ?? null;
      return {
        id: `cell-${at}`,
        label: field === null ? name : fieldName(field),
        cell: ({ cells }) => (
          <span className={`data-cell ${field === null ? "quiet" : ""}`} title={cells[at]}>
            {cells[at]}
          </span>
        ),
        text: ({ cells }) => cells[at] ?? "",
      };
    });
    const number: Column<Row> = { id: "row", label: tell("row"), cell: (row) => row.number };
    return [number, ...(judged ? [problem] : []), ...cells];
  }, [tell, sheet, mapping, judged]);
}
