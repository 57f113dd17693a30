import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { sign } from "../../api/numbers";
import { useTexts } from "../../i18n/catalogue";
import { portfolios } from "../../i18n/portfolios";
import { Empty, Loaded } from "../../ui/states";
import { Table } from "../../ui/Table";
import { FirstSteps } from "./FirstSteps";
import { useHoldingColumns } from "./holdingColumns";
import { LotsDialog } from "./LotsDialog";
import { FillCheck, Missing } from "./Missing";
import { isEmpty } from "./Overview";
import type { Holding, Holdings, Kind, Portfolio } from "./queries";
import { holdingsQuery } from "./queries";
import { explaining, useTold } from "./told";

type Props = { portfolio: Portfolio; onAdd: (kind: Kind) => void };

/** Every position with each of its figures. */
export function HoldingsView({ portfolio, onAdd }: Props) {
  const query = useQuery(holdingsQuery(portfolio.id, useTold()));
  return (
    <Loaded query={query} lines={8} empty={(found) => isEmpty(found) && <FirstSteps onAdd={onAdd} />}>
      {(found) => <Positions portfolio={portfolio} found={found} />}
    </Loaded>
  );
}

function Positions({ portfolio, found }: { portfolio: Portfolio; found: Holdings }) {
  const tell = useTexts(portfolios);
  const told = useTold();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<Holding>();
  const { at, currency, holdings } = found;
  const explain = useMemo(
    () => explaining(portfolio.id, told, { at }),
    [portfolio.id, told.currency, told.fill, at],
  );
  const columns = useHoldingColumns(portfolio.id, currency, at, explain);
  const held = useMemo(() => holdings.filter((one) => sign(one.quantity) !== 0), [holdings]);
  const rows = all ? holdings : held;
  return (
    <div className="stack wide">
      <Missing missing={found.missing} currency={portfolio.base_currency} />
      {holdings.length === 0 ? (
        <Empty title={tell("holdings_none")} />
      ) : (
        <Table
          id="holdings"
          label={tell("view_holdings")}
          rows={rows}
          columns={columns}
          rowKey={(row) => row.symbol}
          onOpen={setOpen}
          sort={{ column: "value", direction: "descending" }}
          actions={
            <>
              <FillCheck missing={found.missing} />
              {held.length < holdings.length && (
                <label className="choice small">
                  <input type="checkbox" checked={all} onChange={() => setAll(!all)} />
                  {tell("closed_positions")}
                </label>
              )}
            </>
          }
        />
      )}
      {open && (
        <LotsDialog
          portfolio={portfolio.id}
          holding={open}
          currency={currency}
          explain={explain}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  );
}
