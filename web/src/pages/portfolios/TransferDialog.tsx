import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { portfoliosQuery } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { ledger } from "../../i18n/ledger";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { Loaded } from "../../ui/states";
import { toast } from "../../ui/Toasts";
import { changed } from "./EntryDialogs";
import type { Portfolio } from "./queries";
import { SymbolField } from "./TransactionForm";
import { today } from "../../api/days";

type Props = { portfolio: Portfolio; onClose: () => void };
const INITIAL = {
  what: "units",
  to: "",
  trade_date: "",
  symbol: "",
  quantity: "",
  amount: "",
  currency: "",
  note: "",
};

function transferOf(values: typeof INITIAL, from: number, to: number): Schemas["NewTransfer"] {
  const moved =
    values.what === "units"
      ? { symbol: values.symbol, quantity: values.quantity }
      : { amount: values.amount, currency: values.currency.trim() || null };
  const note = values.note.trim() || null;
  return { from_portfolio_id: from, to_portfolio_id: to, trade_date: values.trade_date, note, ...moved };
}

/** Moves units with their lots, or cash, to another portfolio of the same person. */
export function TransferDialog({ portfolio, onClose }: Props) {
  const tell = useTexts(ledger);
  const query = useQuery(portfoliosQuery);
  return (
    <Dialog title={tell("transfer_title")} onClose={onClose}>
      <Loaded query={query} lines={6} empty={(all) => all.length < 2 && <p>{tell("transfer_alone")}</p>}>
        {(all) => (
          <TransferForm
            portfolio={portfolio}
            others={all.filter((one) => one.id !== portfolio.id)}
            onClose={onClose}
          />
        )}
      </Loaded>
    </Dialog>
  );
}

function TransferForm({ portfolio, others, onClose }: Props & { others: readonly Portfolio[] }) {
  const tell = useTexts(ledger);
  const client = useQueryClient();
  const form = useForm({
    id: `portfolio/${portfolio.id}/transfer`,
    initial: { ...INITIAL, to: String(others[0]?.id), trade_date: today() },
    send: (values, attempt) =>
      api.post("/api/v1/transfers", { body: transferOf(values, portfolio.id, Number(values.to)), attempt }),
    done: (_, { to }) => {
      const name = others.find((one) => String(one.id) === to)?.name ?? "";
      toast(tell("transfer_done", { name }));
      void changed(client);
      onClose();
    },
  });
  const units = form.values.what === "units";
  return (
    <Form form={form} label={tell("transfer_title")}>
      <div className="entry-fields">
        <SelectField
          form={form}
          name="to"
          pointer="/to_portfolio_id"
          label={tell("transfer_to")}
          choices={others.map((one) => ({ value: String(one.id), label: one.name }))}
        />
        <TextField form={form} name="trade_date" type="date" label={tell("date")} />
        <SelectField
          form={form}
          name="what"
          label={tell("transfer_what")}
          choices={[
            { value: "units", label: tell("transfer_units") },
            { value: "cash", label: tell("transfer_cash") },
          ]}
        />
        {units ? (
          <>
            <SymbolField form={form} />
            <TextField form={form} name="quantity" inputMode="decimal" label={tell("quantity")} />
          </>
        ) : (
          <>
            <TextField form={form} name="amount" inputMode="decimal" label={tell("transfer_amount")} />
            <TextField
              form={form}
              name="currency"
              label={tell("currency")}
              hint={tell("currency_hint", { currency: portfolio.base_currency })}
            />
          </>
        )}
        <TextField form={form} name="note" label={tell("note")} />
      </div>
      {units && <p className="quiet small">{tell("transfer_hint")}</p>}
      <div className="row">
        <Submit form={form}>{tell("transfer_send")}</Submit>
      </div>
    </Form>
  );
}
