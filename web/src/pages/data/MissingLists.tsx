import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Figure } from "../../ui/Figure";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { CloseDialog } from "./CloseDialog";
import type { Appraised, Gap, Missing } from "./gaps";
import { RateDialog } from "./RateDialog";

/** What today's value leaves out, with what is held of it. */
export function MissingNow({ found }: { found: Appraised }) {
  const tell = useTexts(data);
  const format = useFormat();
  const columns = useMemo((): Column<Missing>[] => {
    const held = new Map(found.lines.map((line) => [line.symbol, line.quantity]));
    return [
      ...subjectColumns<Missing>(tell),
      { id: "mend", label: tell("mend"), cell: (row) => <Mend {...row} /> },
      {
        id: "held",
        label: tell("quantity_held"),
        numeric: true,
        cell: ({ subject }) => <Figure as="quantity" value={held.get(subject) ?? null} />,
      },
      { id: "on", label: tell("since_day"), cell: ({ on }) => format.day(on) },
    ];
  }, [found, tell, format]);
  return (
    <Table id="missing" label={tell("missing_now")} rows={found.missing} columns={columns} rowKey={keyOf} />
  );
}

/** The days that the history does not fully know, from when to when. */
export function Gaps({ gaps }: { gaps: readonly Gap[] }) {
  const tell = useTexts(data);
  const format = useFormat();
  const columns = useMemo(
    (): Column<Gap>[] => [
      ...subjectColumns<Gap>(tell),
      { id: "mend", label: tell("mend"), cell: (row) => <Mend {...row} on={row.first} /> },
      {
        id: "first",
        label: tell("first_day"),
        cell: ({ first }) => format.day(first),
        by: (row) => row.first,
      },
      { id: "last", label: tell("last_day"), cell: ({ last }) => format.day(last), by: (row) => row.last },
    ],
    [tell, format],
  );
  return (
    <Table
      id="gaps"
      label={tell("gaps_title")}
      rows={gaps}
      columns={columns}
      rowKey={(gap) => `${gap.what}/${gap.subject}/${gap.first}`}
      sort={{ column: "first", direction: "ascending" }}
    />
  );
}

const keyOf = ({ what, subject, on }: Missing) => `${what}/${subject}/${on}`;

type Tell = ReturnType<typeof useTexts<typeof data.en>>;
type Subject = Pick<Missing, "what" | "subject">;

function subjectColumns<Row extends Subject>(tell: Tell): Column<Row>[] {
  return [
    {
      id: "subject",
      label: tell("subject"),
      cell: ({ what, subject }) =>
        what === "price" || what === "cost" ? (
          <Link to="/data/symbol" search={{ symbol: subject }}>
            {subject}
          </Link>
        ) : (
          subject
        ),
      by: ({ subject }) => subject,
      text: ({ subject }) => subject,
    },
    { id: "what", label: tell("what"), cell: ({ what }) => tell(`what_${what}`) },
  ];
}

/** The way to mend it: a close or a rate is entered at once, what is wrong in the ledger is said. */
function Mend({ what, subject, on }: Missing) {
  const tell = useTexts(data);
  const [open, setOpen] = useState(false);
  if (what === "cost" || what === "cash") return <span className="quiet small">{tell(`mend_${what}`)}</span>;
  const close = () => setOpen(false);
  return (
    <>
      <Button kind="secondary" small onClick={() => setOpen(true)}>
        {tell(what === "price" ? "close_enter" : "rate_enter")}
      </Button>
      {open && what === "price" && <CloseDialog symbol={subject} day={on} onClose={close} />}
      {open && what === "rate" && <RateDialog pair={subject} day={on} onClose={close} />}
    </>
  );
}
