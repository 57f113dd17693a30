import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Figure } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import { toast } from "../../ui/Toasts";
import { PriceDialog } from "./PriceDialog";
import type { Price } from "./queries";
import { priceQuery, useMarketChanged } from "./queries";
import { useSourceName } from "../../i18n/sources";
import { Age } from "./Source";

/** The price that counts now, where it comes from, and one's own in its place. */
export function PriceCard({ symbol }: { symbol: string }) {
  const tell = useTexts(data);
  const query = useQuery(priceQuery(symbol));
  const [open, setOpen] = useState<"enter" | "forget">();
  const close = () => setOpen(undefined);
  return (
    <Card
      title={tell("price")}
      actions={
        <Button kind="secondary" small onClick={() => setOpen("enter")}>
          {tell("price_enter")}
        </Button>
      }
    >
      <Loaded
        query={query}
        lines={3}
        empty={(price) =>
          price === null && <Empty title={tell("price_none", { symbol })} text={tell("prices_none_text")} />
        }
      >
        {(price) => price !== null && <Now price={price} onForget={() => setOpen("forget")} />}
      </Loaded>
      {open === "enter" && (
        <PriceDialog symbol={symbol} currency={query.data?.currency ?? "USD"} onClose={close} />
      )}
      {open === "forget" && <ForgetPrice symbol={symbol} onClose={close} />}
    </Card>
  );
}

function Now({ price, onForget }: { price: Price; onForget: () => void }) {
  const tell = useTexts(data);
  const format = useFormat();
  const sourceName = useSourceName();
  return (
    <>
      <p className="price-now">
        <Figure as="price" value={price.price} /> {price.currency}
      </p>
      <dl className="facts">
        <div>
          <dt>{tell("source")}</dt>
          <dd>{sourceName(price.source)}</dd>
        </div>
        <div>
          <dt>{tell("as_of")}</dt>
          <dd>{format.moment(price.as_of)}</dd>
        </div>
        <div>
          <dt>{tell("age")}</dt>
          <dd>
            <Age price={price} />
          </dd>
        </div>
      </dl>
      {price.source === "user" && (
        <div className="row">
          <Button kind="danger" small onClick={onForget}>
            {tell("price_forget")}
          </Button>
        </div>
      )}
    </>
  );
}

function ForgetPrice({ symbol, onClose }: { symbol: string; onClose: () => void }) {
  const tell = useTexts(data);
  const changed = useMarketChanged();
  const forget = async () => {
    await api.delete("/api/v1/prices/{symbol}", { path: { symbol } });
    toast(tell("price_forgotten", { symbol }));
    changed();
  };
  return (
    <Confirm
      title={tell("price_forget_title", { symbol })}
      text={tell("price_forget_text")}
      action={tell("price_forget")}
      onConfirm={forget}
      onClose={onClose}
    />
  );
}
