import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { api } from "../../api/client";
import { COUNTRIES } from "../../api/countries";
import type { Schemas } from "../../api/queries";
import { Dialog } from "../../ui/Dialog";
import { CheckField, SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import type { FormState } from "../../ui/form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import type { Instrument } from "./queries";
import { instrumentQuery, useMarketChanged } from "./queries";

const KINDS = [
  "stock",
  "etf",
  "fund",
  "bond",
  "crypto",
  "option",
  "future",
  "currency",
  "commodity",
  "other",
] as const satisfies readonly Instrument["kind"][];

const initialOf = (symbol: string, known: Instrument | null) => ({
  symbol,
  name: known?.name ?? "",
  kind: known?.kind ?? "stock",
  currency: known?.currency ?? "USD",
  isin: known?.isin ?? "",
  figi: known?.figi ?? "",
  sector: known?.sector ?? "",
  country: known?.country ?? "",
  multiplier: known?.multiplier ?? "1",
  listed_on: known?.listed_on ?? "",
  delisted_on: known?.delisted_on ?? "",
  prices_adjusted: known?.prices_adjusted ?? false,
});
type Entries = ReturnType<typeof initialOf>;

function termsOf({ symbol: _, ...entered }: Entries): Schemas["InstrumentTerms"] {
  const known = (text: string) => (text.trim() === "" ? null : text);
  return {
    ...entered,
    name: known(entered.name),
    isin: known(entered.isin),
    figi: known(entered.figi),
    sector: known(entered.sector),
    country: COUNTRIES.find((code) => code === entered.country) ?? null,
    listed_on: known(entered.listed_on),
    delisted_on: known(entered.delisted_on),
  };
}

type Props = { symbol?: string; known?: Instrument | null; onClose: () => void };

/** Records what a symbol stands for, in place of what was recorded before. */
export function InstrumentDialog({ symbol = "", known = null, onClose }: Props) {
  const tell = useTexts(data);
  const client = useQueryClient();
  const changed = useMarketChanged();
  const form = useForm({
    id: `data/instrument/${symbol}`,
    initial: initialOf(symbol, known),
    now: async ({ symbol: typed }) =>
      initialOf(typed, await client.fetchQuery({ ...instrumentQuery(typed.trim()), staleTime: 0 })),
    send: (values, attempt) =>
      api.put("/api/v1/instruments/{symbol}", {
        path: { symbol: values.symbol.trim() },
        body: termsOf(values),
        attempt,
      }),
    done: (kept) => {
      toast(tell("instrument_saved", { symbol: kept.symbol }));
      changed();
      onClose();
    },
  });
  return (
    <Dialog title={symbol || tell("instrument_new")} onClose={onClose}>
      <Form form={form} label={symbol || tell("instrument_new")}>
        {symbol === "" && (
          <TextField form={form} name="symbol" pointer="/path/symbol" label={tell("symbol")} autoFocus />
        )}
        <Terms form={form} />
        <Submit form={form}>{tell("instrument_save")}</Submit>
      </Form>
    </Dialog>
  );
}

function Terms({ form }: { form: FormState }) {
  const tell = useTexts(data);
  const kinds = KINDS.map((value) => ({ value, label: tell(`kind_${value}`) }));
  return (
    <>
      <TextField form={form} name="name" label={tell("name")} />
      <div className="pair">
        <SelectField form={form} name="kind" label={tell("kind")} choices={kinds} />
        <TextField form={form} name="currency" label={tell("currency")} />
      </div>
      <div className="pair">
        <TextField form={form} name="isin" label={tell("isin")} />
        <TextField form={form} name="figi" label={tell("figi")} />
      </div>
      <div className="pair">
        <TextField form={form} name="sector" label={tell("sector")} hint={tell("sector_hint")} />
        <CountryField form={form} />
      </div>
      <TextField
        form={form}
        name="multiplier"
        label={tell("multiplier")}
        hint={tell("multiplier_hint")}
        inputMode="decimal"
      />
      <div className="pair">
        <TextField form={form} name="listed_on" label={tell("listed_on")} type="date" />
        <TextField form={form} name="delisted_on" label={tell("delisted_on")} type="date" />
      </div>
      <CheckField form={form} name="prices_adjusted" label={tell("prices_adjusted")} />
    </>
  );
}

/** Countries by their names in the reader's language. */
function CountryField({ form }: { form: FormState }) {
  const tell = useTexts(data);
  const format = useFormat();
  const countries = useMemo(
    () =>
      COUNTRIES.map((value) => ({ value, label: format.countryName(value) })).sort((left, right) =>
        left.label.localeCompare(right.label, format.locale),
      ),
    [format],
  );
  const choices = [{ value: "", label: tell("country_none") }, ...countries];
  return <SelectField form={form} name="country" label={tell("country")} choices={choices} />;
}
