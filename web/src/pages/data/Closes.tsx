import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Decimal } from "../../api/numbers";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Figure } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { CloseDialog } from "./CloseDialog";
import { useRemoveClose } from "./closing";
import { closesQuery } from "./queries";

export type Close = { day: string; price: Decimal };

export function Closes({ symbol }: { symbol: string }) {
  const tell = useTexts(data);
  const query = useQuery(closesQuery(symbol));
  const [entering, setEntering] = useState(false);
  return (
    <Card
      title={tell("closes")}
      actions={
        <Button kind="secondary" small onClick={() => setEntering(true)}>
          {tell("close_enter")}
        </Button>
      }
    >
      <Loaded
        query={query}
        lines={4}
        empty={(closes) =>
          (closes === null || Object.keys(closes.prices).length === 0) && (
            <Empty title={tell("closes_none")} text={tell("closes_hint")} />
          )
        }
      >
        {(closes) => closes !== null && <List symbol={symbol} closes={closes} />}
      </Loaded>
      {entering && <CloseDialog symbol={symbol} onClose={() => setEntering(false)} />}
    </Card>
  );
}

function List({ symbol, closes }: { symbol: string; closes: Schemas["Closes"] }) {
  const tell = useTexts(data);
  const format = useFormat();
  const remove = useRemoveClose(symbol, closes.currency);
  const rows = useMemo(
    () => Object.entries(closes.prices).map(([day, price]): Close => ({ day, price })),
    [closes],
  );
  const columns = useMemo(
    (): Column<Close>[] => [
      { id: "day", label: tell("day"), cell: ({ day }) => format.day(day), by: ({ day }) => day },
      {
        id: "price",
        label: `${tell("price")} (${closes.currency})`,
        numeric: true,
        cell: ({ price }) => <Figure as="price" value={price} />,
        by: ({ price }) => ({ decimal: price }),
      },
      {
        id: "remove",
        label: tell("close_remove"),
        cell: (row) => (
          <Button
            kind="plain"
            small
            aria-label={tell("close_remove_named", { day: format.day(row.day) })}
            onClick={() => void remove(row)}
          >
            {tell("close_remove")}
          </Button>
        ),
      },
    ],
    [tell, format, closes, remove],
  );
  return (
    <Table
      id="closes"
      label={tell("closes")}
      rows={rows}
      columns={columns}
      rowKey={({ day }) => day}
      sort={{ column: "day", direction: "descending" }}
    />
  );
}
