import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "../../api/client";
import { Card } from "../../app/Page";
import { admin } from "../../i18n/admin";
import type { Tell } from "../../i18n/catalogue";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Button } from "../../ui/Button";
import { useErrorText } from "../../ui/errors";
import { Figure, Mark } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { toast } from "../../ui/Toasts";
import type { Listing } from "../trade/queries";
import { listingsQuery } from "../trade/queries";
import { ListingDialog } from "./ListingDialog";

const AGAIN_MILLISECONDS = 10_000;

/** What may be traded, and where trading is stopped and goes on. */
export function Listings() {
  const tell = useTexts(admin);
  const query = useQuery({ ...listingsQuery, refetchInterval: AGAIN_MILLISECONDS });
  const [open, setOpen] = useState<Listing | "new">();
  const list = <Button onClick={() => setOpen("new")}>{tell("listing_new")}</Button>;
  return (
    <Card title={tell("listings")}>
      <p className="quiet small">{tell("listings_hint")}</p>
      <Loaded
        query={query}
        lines={8}
        empty={(rows) => rows.length === 0 && <Empty title={tell("listings_none")}>{list}</Empty>}
      >
        {(rows) => <Rows rows={rows} list={list} onChange={setOpen} />}
      </Loaded>
      {open !== undefined && (
        <ListingDialog known={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />
      )}
    </Card>
  );
}

type RowsProps = { rows: readonly Listing[]; list: React.ReactNode; onChange: (listing: Listing) => void };

function Rows({ rows, list, onChange }: RowsProps) {
  const tell = useTexts(admin);
  const told = useTexts(trade);
  const columns = useMemo(() => columnsOf(tell, told, onChange), [tell, told, onChange]);
  return (
    <Table
      id="listings"
      label={tell("listings")}
      rows={rows}
      columns={columns}
      rowKey={({ venue, symbol }) => `${venue} ${symbol}`}
      actions={list}
    />
  );
}

type Words = Tell<(typeof admin)["en"]>;
type TradeWords = Tell<(typeof trade)["en"]>;

function columnsOf(tell: Words, told: TradeWords, onChange: RowsProps["onChange"]): Column<Listing>[] {
  const venue = (row: Listing) => told(`venue_${row.venue}`);
  const status = (row: Listing) => told(`status_${row.status}`);
  const symbol = (row: Listing) => row.symbol;
  return [
    { id: "symbol", label: tell("symbol"), cell: symbol, by: symbol, text: symbol },
    { id: "venue", label: told("venue"), cell: venue, by: venue, text: venue },
    {
      id: "status",
      label: told("market"),
      cell: (row) => <Mark {...(row.status === "continuous" ? {} : { kind: "warn" })}>{status(row)}</Mark>,
      by: status,
      text: status,
    },
    { id: "acts", label: told("actions"), cell: (row) => <Acts row={row} onChange={onChange} /> },
    {
      id: "last_price",
      label: told("last_price"),
      numeric: true,
      cell: ({ last_price }) => <Figure as="price" value={last_price} />,
    },
    { id: "currency", label: tell("currency"), cell: (row) => row.currency, by: (row) => row.currency },
    { id: "calendar", label: tell("calendar"), cell: (row) => row.calendar, by: (row) => row.calendar },
    {
      id: "tick",
      label: tell("tick"),
      numeric: true,
      cell: ({ tick }) => <Figure as="quantity" value={tick} />,
      optional: true,
    },
    {
      id: "lot",
      label: tell("lot"),
      numeric: true,
      cell: ({ lot }) => <Figure as="quantity" value={lot} />,
      optional: true,
    },
  ];
}

function Acts({ row, onChange }: { row: Listing; onChange: (listing: Listing) => void }) {
  const tell = useTexts(admin);
  const told = useTexts(trade);
  const { halted, turn, turning } = useTurn(row);
  const what = `${row.symbol}, ${told(`venue_${row.venue}`)}`;
  return (
    <span className="row acts">
      <Button
        kind="secondary"
        small
        disabled={turning}
        aria-label={tell(halted ? "resume_named" : "halt_named", { what })}
        onClick={() => void turn()}
      >
        {tell(halted ? "resume" : "halt")}
      </Button>
      <Button kind="plain" small aria-label={tell("change_named", { what })} onClick={() => onChange(row)}>
        {tell("change")}
      </Button>
    </span>
  );
}

/** Stops trading in a symbol, or lets it go on; each takes the other back. */
function useTurn({ venue, symbol, status }: Listing) {
  const tell = useTexts(admin);
  const errorText = useErrorText();
  const client = useQueryClient();
  const [turning, setTurning] = useState(false);
  const halted = status === "halted";
  const post = async (act: "halt" | "resume", again: boolean) => {
    setTurning(true);
    try {
      await api.post(`/api/v1/exchange/listings/{venue}/{symbol}/${act}`, { path: { venue, symbol } });
      await client.invalidateQueries(listingsQuery);
      const undo = act === "halt" && again ? { undo: () => void post("resume", false) } : {};
      toast(tell(act === "halt" ? "halted_done" : "resumed_done", { symbol }), undo);
    } catch (error) {
      toast(errorText(error as Error), { kind: "error" });
    } finally {
      setTurning(false);
    }
  };
  return { halted, turning, turn: () => post(halted ? "resume" : "halt", true) };
}
