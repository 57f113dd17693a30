import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Button } from "../../ui/Button";
import { Figure, Money } from "../../ui/Figure";
import { Empty } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { ResetDialog } from "./OpenAccount";
import type { Account } from "./queries";

type Held = Account["holdings"][number];
const CASH = ["cash", "unsettled", "reserved", "available", "buying_power"] as const;

/** What the account has: its cash, what of it may be used, and its positions. */
export function Positions({ account }: { account: Account }) {
  const tell = useTexts(trade);
  const [resetting, setResetting] = useState(false);
  const held = useMemo(() => account.holdings.filter(({ qty }) => Number(qty) !== 0), [account.holdings]);
  const { currency, kind } = account;
  const columns = useColumns(currency);
  return (
    <div className="stack">
      <div className="row spread">
        <dl className="trade-strip">
          <div>
            <dt>{tell("kind")}</dt>
            <dd>{tell(`kind_${kind}`)}</dd>
          </div>
          {CASH.filter((name) => name !== "buying_power" || kind === "margin").map((name) => (
            <div key={name}>
              <dt>{tell(name)}</dt>
              <dd>
                <Money value={account[name]} currency={currency} />
              </dd>
            </div>
          ))}
        </dl>
        <Button kind="danger" small onClick={() => setResetting(true)}>
          {tell("reset")}
        </Button>
      </div>
      {held.length === 0 ? (
        <Empty title={tell("no_positions")} text={tell("no_positions_text")} />
      ) : (
        <Table
          id="positions"
          label={tell("positions")}
          rows={held}
          columns={columns}
          rowKey={({ symbol }) => symbol}
        />
      )}
      {resetting && <ResetDialog account={account} onClose={() => setResetting(false)} />}
    </div>
  );
}

function useColumns(currency: string): Column<Held>[] {
  const tell = useTexts(trade);
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "symbol",
        label: tell("symbol"),
        by: ({ symbol }) => symbol,
        cell: ({ symbol }) => (
          <Link to="/trade" search={(before) => ({ ...before, symbol })}>
            {symbol}
          </Link>
        ),
      },
      {
        id: "quantity",
        label: tell("quantity"),
        numeric: true,
        by: ({ qty }) => ({ decimal: qty }),
        cell: ({ qty }) => <Figure value={qty} as="quantity" />,
      },
      {
        id: "reserved",
        label: tell("reserved"),
        numeric: true,
        cell: ({ reserved_qty }) => <Figure value={reserved_qty} as="quantity" />,
      },
      {
        id: "average",
        label: tell("average"),
        numeric: true,
        cell: ({ average_price }) => <Figure value={average_price} as="price" />,
      },
      {
        id: "cost",
        label: tell("cost"),
        numeric: true,
        by: ({ cost }) => ({ decimal: cost }),
        cell: ({ cost }) => <Money value={cost} currency={currency} />,
      },
      {
        id: "realized",
        label: tell("realized"),
        numeric: true,
        by: ({ realized_gain }) => ({ decimal: realized_gain }),
        cell: ({ realized_gain }) => <Money value={realized_gain} currency={currency} signed />,
      },
    ],
    // The words change with the format: both are the reader's language.
    [format, currency],
  );
}
