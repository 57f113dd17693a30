import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { admin } from "../../i18n/admin";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import type { FormState } from "../../ui/form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import type { Exchange, Listing } from "../trade/queries";
import { listingsQuery } from "../trade/queries";
import { CALENDARS } from "./exchange";
import { entriesOf, termsOf } from "./terms";

/** Lists a symbol at a venue, in place of what was said of it before. */
export function ListingDialog({ known, onClose }: { known: Listing | undefined; onClose: () => void }) {
  const tell = useTexts(admin);
  const told = useTexts(trade);
  const client = useQueryClient();
  const form = useForm({
    id: known === undefined ? "admin/listing" : `admin/listing/${known.venue}/${known.symbol}`,
    initial: entriesOf(known),
    send: (values, attempt) =>
      api.put("/api/v1/exchange/listings/{venue}/{symbol}", {
        path: { venue: values.venue as Exchange, symbol: values.symbol.trim() },
        body: termsOf(values),
        attempt,
      }),
    done: ({ symbol }) => {
      toast(tell("listing_done", { symbol }));
      void client.invalidateQueries(listingsQuery);
      onClose();
    },
  });
  const title = known === undefined ? tell("listing_new") : known.symbol;
  return (
    <Dialog title={title} onClose={onClose}>
      <Form form={form} label={title}>
        {known === undefined && (
          <div className="pair">
            <TextField form={form} name="symbol" pointer="/path/symbol" label={tell("symbol")} autoFocus />
            <SelectField
              form={form}
              name="venue"
              label={told("venue")}
              choices={(["book", "paper"] as const).map((value) => ({
                value,
                label: told(`venue_${value}`),
              }))}
            />
          </div>
        )}
        <Terms form={form} />
        <Submit form={form}>{tell("listing_save")}</Submit>
      </Form>
    </Dialog>
  );
}

function Terms({ form }: { form: FormState }) {
  const tell = useTexts(admin);
  const number = (name: string, label: string, more: { pointer?: string; hint?: string } = {}) => (
    <TextField form={form} name={name} label={label} inputMode="decimal" {...more} />
  );
  return (
    <>
      <div className="pair">
        <TextField form={form} name="currency" label={tell("currency")} />
        <SelectField
          form={form}
          name="calendar"
          label={tell("calendar")}
          choices={CALENDARS.map((value) => ({ value, label: value }))}
        />
      </div>
      <div className="pair">
        {number("tick", tell("tick"))}
        {number("lot", tell("lot"))}
      </div>
      <div className="pair">
        {number("multiplier", tell("multiplier"))}
        {number("borrowable", tell("borrowable"), { hint: tell("no_limit") })}
      </div>
      <fieldset className="stack listing-fees">
        <legend>{tell("fees")}</legend>
        <div className="pair">
          {number("per_order", tell("fee_per_order"), { pointer: "/fees/per_order" })}
          {number("rate", tell("fee_rate"), { pointer: "/fees/rate" })}
        </div>
        <div className="pair">
          {number("per_unit", tell("fee_per_unit"), { pointer: "/fees/per_unit" })}
          {number("minimum", tell("fee_minimum"), { pointer: "/fees/minimum" })}
        </div>
        {number("maximum", tell("fee_maximum"), { pointer: "/fees/maximum", hint: tell("no_limit") })}
      </fieldset>
    </>
  );
}
