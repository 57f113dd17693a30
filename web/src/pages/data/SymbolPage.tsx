import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useState } from "react";
import { api } from "../../api/client";
import { Card, Page } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Figure, Unknown } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import { toast } from "../../ui/Toasts";
import { ActionsCard } from "./ActionsCard";
import { Closes } from "./Closes";
import "./data.css";
import { InstrumentDialog } from "./InstrumentDialog";
import { PriceCard } from "./PriceCard";
import type { Instrument } from "./queries";
import { instrumentQuery, useMarketChanged } from "./queries";

/** Everything that is known of one symbol: what it stands for, its price, its closes, what its issuer did. */
export function SymbolPage() {
  const tell = useTexts(data);
  const { symbol } = useSearch({ from: "/framed/data/symbol" });
  const { data: known } = useQuery(instrumentQuery(symbol));
  const name = known?.name ?? undefined;
  return (
    <Page
      title={symbol}
      {...(name !== undefined && { lead: name })}
      actions={
        <Link to="/data" className="button" data-kind="secondary">
          {tell("back")}
        </Link>
      }
    >
      <div className="columns">
        <div className="stack">
          <PriceCard symbol={symbol} />
          <About symbol={symbol} />
        </div>
        <div className="stack">
          <Closes symbol={symbol} />
          <ActionsCard symbol={symbol} />
        </div>
      </div>
    </Page>
  );
}

function About({ symbol }: { symbol: string }) {
  const tell = useTexts(data);
  const query = useQuery(instrumentQuery(symbol));
  const [open, setOpen] = useState<"edit" | "forget">();
  const close = () => setOpen(undefined);
  const edit = (
    <Button kind="secondary" small onClick={() => setOpen("edit")}>
      {tell(query.data === null ? "instrument_new" : "instrument_edit")}
    </Button>
  );
  return (
    <Card title={tell("about")} actions={query.data !== undefined && edit}>
      <Loaded
        query={query}
        lines={4}
        empty={(known) => known === null && <Empty title={tell("instrument_none", { symbol })} />}
      >
        {(known) =>
          known !== null && (
            <>
              <Facts known={known} />
              <div className="row">
                <Button kind="danger" small onClick={() => setOpen("forget")}>
                  {tell("instrument_forget")}
                </Button>
              </div>
            </>
          )
        }
      </Loaded>
      {open === "edit" && <InstrumentDialog symbol={symbol} known={query.data ?? null} onClose={close} />}
      {open === "forget" && <Forget symbol={symbol} onClose={close} />}
    </Card>
  );
}

function Facts({ known }: { known: Instrument }) {
  const tell = useTexts(data);
  const format = useFormat();
  const day = (text: string | null) => text && format.day(text);
  const facts: [string, ReactNode][] = [
    [tell("kind"), tell(`kind_${known.kind}`)],
    [tell("currency"), known.currency],
    [tell("sector"), known.sector],
    [tell("country"), known.country && format.countryName(known.country)],
    [tell("isin"), known.isin],
    [tell("figi"), known.figi],
    [tell("multiplier"), <Figure key="multiplier" as="quantity" value={known.multiplier} />],
    [tell("listed_on"), day(known.listed_on)],
    [tell("delisted_on"), day(known.delisted_on)],
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value ?? <Unknown />}</dd>
          </div>
        ))}
      </dl>
      {known.prices_adjusted && <p className="small">{tell("prices_adjusted")}</p>}
    </>
  );
}

function Forget({ symbol, onClose }: { symbol: string; onClose: () => void }) {
  const tell = useTexts(data);
  const changed = useMarketChanged();
  const forget = async () => {
    await api.delete("/api/v1/instruments/{symbol}", { path: { symbol } });
    toast(tell("instrument_forgotten", { symbol }));
    changed();
  };
  return (
    <Confirm
      title={tell("instrument_forget_title", { symbol })}
      text={tell("instrument_forget_text")}
      action={tell("instrument_forget")}
      onConfirm={forget}
      onClose={onClose}
    />
  );
}
