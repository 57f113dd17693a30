import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Button } from "../../ui/Button";
import { Figure, Unknown } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import type { Column } from "../../ui/Table";
import { Table } from "../../ui/Table";
import { PriceDialog } from "./PriceDialog";
import type { Price, Priced } from "./queries";
import { priceQuery, pricesQuery } from "./queries";
import { Rates } from "./Rates";
import { useSourceName } from "../../i18n/sources";
import { Age } from "./Source";
import { symbolColumn } from "./symbolColumn";

export function Prices() {
  const tell = useTexts(data);
  const query = useQuery(pricesQuery);
  const [entering, setEntering] = useState(false);
  const enter = <Button onClick={() => setEntering(true)}>{tell("price_enter")}</Button>;
  return (
    <div className="stack">
      <Card title={tell("prices")}>
        <Loaded
          query={query}
          lines={6}
          empty={(prices) =>
            prices.length === 0 && (
              <Empty title={tell("prices_none")} text={tell("prices_none_text")}>
                {enter}
              </Empty>
            )
          }
        >
          {(prices) => <List prices={prices} enter={enter} />}
        </Loaded>
      </Card>
      <Card title={tell("rates")}>
        <Rates />
      </Card>
      {entering && <PriceDialog currency="USD" onClose={() => setEntering(false)} />}
    </div>
  );
}

function List({ prices, enter }: { prices: readonly Priced[]; enter: React.ReactNode }) {
  const tell = useTexts(data);
  const navigate = useNavigate();
  const columns = useMemo(
    (): Column<Priced>[] => [
      symbolColumn(tell("symbol")),
      {
        id: "price",
        label: tell("price"),
        numeric: true,
        cell: ({ price }) => <Figure as="price" value={price} />,
      },
      {
        id: "currency",
        label: tell("currency"),
        cell: ({ symbol }) => <Detail symbol={symbol} show={(price) => price.currency} />,
      },
      { id: "source", label: tell("source"), cell: ({ symbol }) => <SourceCell symbol={symbol} /> },
      {
        id: "age",
        label: tell("age"),
        cell: ({ symbol }) => <Detail symbol={symbol} show={(price) => <Age price={price} />} />,
      },
    ],
    [tell],
  );
  return (
    <Table
      id="prices"
      label={tell("tab_prices")}
      rows={prices}
      columns={columns}
      rowKey={({ symbol }) => symbol}
      onOpen={({ symbol }) => void navigate({ to: "/data/symbol", search: { symbol } })}
      actions={enter}
    />
  );
}

// Asked for by the rows that are drawn, and by no others.
function Detail({ symbol, show }: { symbol: string; show: (price: Price) => React.ReactNode }) {
  const { data: price } = useQuery(priceQuery(symbol));
  if (price === undefined) return <span className="quiet">…</span>;
  return price === null ? <Unknown /> : show(price);
}

function SourceCell({ symbol }: { symbol: string }) {
  const sourceName = useSourceName();
  return <Detail symbol={symbol} show={(price) => sourceName(price.source)} />;
}
