import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Figure, Unknown } from "../../ui/Figure";
import { More } from "../../ui/More";
import { Empty, Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { InstrumentDialog } from "./InstrumentDialog";
import type { Instrument } from "./queries";
import { instrumentsQuery } from "./queries";
import { symbolColumn } from "./symbolColumn";

export function Instruments() {
  const tell = useTexts(data);
  const query = useInfiniteQuery(instrumentsQuery);
  const [making, setMaking] = useState(false);
  const record = <Button onClick={() => setMaking(true)}>{tell("instrument_new")}</Button>;
  return (
    <Card title={tell("tab_instruments")}>
      <Loaded
        query={query}
        lines={8}
        empty={({ pages }) =>
          pages[0]?.data.length === 0 && (
            <Empty title={tell("instruments_none")} text={tell("instruments_none_text")}>
              {record}
            </Empty>
          )
        }
      >
        {({ pages }) => <List pages={pages} record={record} />}
      </Loaded>
      <More query={query}>{tell("more")}</More>
      {making && <InstrumentDialog onClose={() => setMaking(false)} />}
    </Card>
  );
}

type ListProps = { pages: readonly { data: Instrument[] }[]; record: React.ReactNode };

function List({ pages, record }: ListProps) {
  const tell = useTexts(data);
  const navigate = useNavigate();
  const rows = useMemo(() => pages.flatMap((page) => page.data), [pages]);
  const columns = useColumns();
  return (
    <Table
      id="instruments"
      label={tell("tab_instruments")}
      rows={rows}
      columns={columns}
      rowKey={({ symbol }) => symbol}
      onOpen={({ symbol }) => void navigate({ to: "/data/symbol", search: { symbol } })}
      actions={record}
    />
  );
}

function useColumns(): Column<Instrument>[] {
  const tell = useTexts(data);
  const format = useFormat();
  return useMemo(() => {
    const words = (
      id: "name" | "isin" | "figi" | "currency" | "sector",
      optional = false,
    ): Column<Instrument> => ({
      id,
      label: tell(id),
      cell: (row) => row[id] ?? <Unknown />,
      by: (row) => row[id],
      text: (row) => row[id] ?? "",
      optional,
    });
    return [
      symbolColumn(tell("symbol")),
      words("name"),
      {
        id: "kind",
        label: tell("kind"),
        cell: ({ kind }) => tell(`kind_${kind}`),
        by: ({ kind }) => tell(`kind_${kind}`),
        text: ({ kind }) => tell(`kind_${kind}`),
      },
      words("currency"),
      words("sector"),
      {
        id: "country",
        label: tell("country"),
        cell: ({ country }) => (country === null ? <Unknown /> : format.countryName(country)),
        by: ({ country }) => country && format.countryName(country),
        text: ({ country }) => (country === null ? "" : format.countryName(country)),
      },
      words("isin"),
      words("figi", true),
      {
        id: "multiplier",
        label: tell("multiplier"),
        numeric: true,
        cell: ({ multiplier }) => <Figure as="quantity" value={multiplier} />,
        by: ({ multiplier }) => ({ decimal: multiplier }),
        optional: true,
      },
    ];
  }, [tell, format]);
}
