import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { changed } from "./EntryDialogs";
import type { Holdings } from "./queries";
import { portfolioRoute } from "./route";
import { today } from "../../api/days";

type One = Holdings["missing"][number];
/** More would push what is known off the screen; the holdings mark each of them. */
const SHOWN = 6;

/** What is not known, and what can be done about it. */
export function Missing({ missing, currency }: { missing: readonly One[]; currency: string }) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const [pricing, setPricing] = useState<string>();
  if (missing.length === 0) return null;
  return (
    <section className="notice missing" data-kind="warn" aria-label={tell("missing_title")}>
      <h2>{tell("missing_title")}</h2>
      <ul className="plain-list">
        {missing.slice(0, SHOWN).map((one) => (
          <li key={`${one.what} ${one.subject}`} className="row">
            {tell(`missing_${one.what}`, { subject: one.subject, day: format.day(one.on) })}
            {one.what === "price" && (
              <Button kind="secondary" small onClick={() => setPricing(one.subject)}>
                {tell("enter_price")}
              </Button>
            )}
          </li>
        ))}
        {missing.length > SHOWN && <li>{tell("missing_more", { count: missing.length - SHOWN })}</li>}
      </ul>
      <p className="small">{tell("missing_effect")}</p>
      {pricing !== undefined && (
        <PriceDialog symbol={pricing} currency={currency} onClose={() => setPricing(undefined)} />
      )}
    </section>
  );
}

type PriceProps = { symbol: string; currency: string; onClose: () => void };

function PriceDialog({ symbol, currency, onClose }: PriceProps) {
  const tell = useTexts(portfolios);
  const client = useQueryClient();
  const form = useForm({
    id: `price/${symbol}`,
    initial: { day: today(), price: "", currency },
    send: (values, attempt) =>
      api.put("/api/v1/instruments/{symbol}/prices", {
        path: { symbol },
        body: { currency: values.currency, prices: { [values.day]: values.price } },
        attempt,
      }),
    done: () => {
      toast(tell("price_saved", { symbol }));
      void changed(client);
      onClose();
    },
  });
  return (
    <Dialog title={tell("price_title", { symbol })} onClose={onClose}>
      <Form form={form} label={tell("price_title", { symbol })}>
        <TextField form={form} name="day" type="date" label={tell("price_day")} pointer="/prices" />
        <TextField
          form={form}
          name="price"
          inputMode="decimal"
          label={tell("price")}
          pointer={`/prices/${form.values.day}`}
          autoFocus
        />
        <TextField form={form} name="currency" label={tell("currency")} />
        <div className="row">
          <Submit form={form}>{tell("price_save")}</Submit>
        </div>
      </Form>
    </Dialog>
  );
}

/** Lets older prices and those of trades stand in; offered where something is missing. */
export function FillCheck({ missing }: { missing: readonly { what: One["what"] }[] }) {
  const tell = useTexts(portfolios);
  const { fill } = portfolioRoute.useSearch();
  const navigate = portfolioRoute.useNavigate();
  const wanted = missing.some((one) => one.what === "price" || one.what === "rate");
  if (!wanted && fill === undefined) return null;
  return (
    <label className="choice small" title={tell("fill_hint")}>
      <input
        type="checkbox"
        checked={fill !== undefined}
        onChange={() =>
          void navigate({
            search: ({ fill: before, ...rest }) => (before ? rest : { ...rest, fill: "nearest" as const }),
            replace: true,
            resetScroll: false,
          })
        }
      />
      {tell("fill")}
    </label>
  );
}
