import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import type { Account } from "./queries";
import { accountQuery, accountsQuery } from "./queries";

type Props = { portfolio: Schemas["Portfolio"]; venue: "paper" | "book" };

/** In place of the ticket, where a portfolio has no account of the exchange yet. */
export function OpenAccount({ portfolio, venue }: Props) {
  const tell = useTexts(trade);
  const client = useQueryClient();
  const form = useForm({
    id: `trade/${portfolio.id}/account`,
    initial: { kind: "cash", starting_balance: "10000", settlement_days: "0" },
    send: (values, attempt) =>
      api.put("/api/v1/portfolios/{portfolio_id}/account", {
        path: { portfolio_id: portfolio.id },
        body: {
          kind: values.kind === "margin" ? "margin" : "cash",
          starting_balance: values.starting_balance.trim(),
          settlement_days: Number(values.settlement_days),
        },
        attempt,
      }),
    done: (account) => {
      client.setQueryData(accountQuery(portfolio.id).queryKey, account);
      void client.invalidateQueries({ queryKey: ["portfolios", portfolio.id] });
      void client.invalidateQueries(accountsQuery);
      toast(tell("account_opened"));
    },
  });
  return (
    <Card title={tell("open_account")}>
      <p className="quiet">{tell("open_account_text", { venue: tell(`venue_${venue}`) })}</p>
      <Form form={form} label={tell("open_account")}>
        <SelectField
          form={form}
          name="kind"
          label={tell("kind")}
          hint={tell("kind_hint")}
          choices={[
            { value: "cash", label: tell("kind_cash") },
            { value: "margin", label: tell("kind_margin") },
          ]}
        />
        <TextField
          form={form}
          name="starting_balance"
          label={tell("starting_balance", { currency: portfolio.base_currency })}
          inputMode="decimal"
        />
        <TextField
          form={form}
          name="settlement_days"
          label={tell("settlement_days")}
          hint={tell("settlement_hint")}
          inputMode="numeric"
        />
        <Submit form={form}>{tell("open_account")}</Submit>
      </Form>
    </Card>
  );
}

export function ResetDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const tell = useTexts(trade);
  const client = useQueryClient();
  const { portfolio_id, currency, starting_balance } = account;
  const form = useForm({
    id: `trade/${portfolio_id}/reset`,
    initial: { starting_balance: starting_balance as string },
    send: (values, attempt) =>
      api.post("/api/v1/portfolios/{portfolio_id}/account/reset", {
        path: { portfolio_id },
        body: { starting_balance: values.starting_balance.trim() },
        attempt,
      }),
    done: () => {
      void client.invalidateQueries({ queryKey: ["portfolios", portfolio_id] });
      toast(tell("reset_done"));
      onClose();
    },
  });
  return (
    <Dialog title={tell("reset")} onClose={onClose}>
      <p>{tell("reset_text")}</p>
      <Form form={form} label={tell("reset")}>
        <TextField
          form={form}
          name="starting_balance"
          label={tell("starting_balance", { currency })}
          inputMode="decimal"
        />
        <Button type="submit" kind="danger" disabled={form.sending}>
          {tell("reset")}
        </Button>
      </Form>
    </Dialog>
  );
}
