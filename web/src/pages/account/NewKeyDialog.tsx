import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { portfoliosQuery } from "../../api/queries";
import { account } from "../../i18n/account";
import { useTexts } from "../../i18n/catalogue";
import { Dialog } from "../../ui/Dialog";
import { CheckField, SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { KeySecret } from "./KeySecret";
import { apiKeysQuery } from "./queries";

const INITIAL = { name: "", read: true, trade: false, portfolio: "", expires: "" };

function newKey(values: typeof INITIAL): Schemas["NewApiKey"] {
  const scopes = (["read", "trade"] as const).filter((scope) => values[scope]);
  return {
    name: values.name,
    scopes,
    portfolio_id: values.portfolio === "" ? null : Number(values.portfolio),
    // Good through the whole of that day, where the person is.
    expires_at: values.expires === "" ? null : new Date(`${values.expires}T23:59:59`).toISOString(),
  };
}

export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const tell = useTexts(account);
  const client = useQueryClient();
  const { data: portfolios = [] } = useQuery(portfoliosQuery);
  const [made, setMade] = useState<Schemas["NewApiKeyAnswer"]>();
  const form = useForm({
    id: "account/api-key",
    initial: INITIAL,
    send: (values, attempt) => api.post("/api/v1/api-keys", { body: newKey(values), attempt }),
    done: (answer) => {
      setMade(answer);
      void client.invalidateQueries(apiKeysQuery);
    },
  });
  if (made !== undefined) return <KeySecret made={made} onClose={onClose} />;
  const choices = portfolios.map((one) => ({ value: String(one.id), label: one.name }));
  const scopeError = form.errorAt("/scopes");
  return (
    <Dialog title={tell("key_new")} onClose={onClose}>
      <Form form={form} label={tell("key_new")}>
        <TextField form={form} name="name" label={tell("key_name")} hint={tell("key_name_hint")} autoFocus />
        <fieldset className="field" data-pointer="/scopes">
          <legend>{tell("key_scopes")}</legend>
          <CheckField form={form} name="read" label={tell("scope_read_long")} />
          <CheckField form={form} name="trade" label={tell("scope_trade_long")} />
          {scopeError && <p className="field-error">{scopeError}</p>}
        </fieldset>
        <SelectField
          form={form}
          name="portfolio"
          pointer="/portfolio_id"
          label={tell("key_portfolio")}
          hint={tell("key_portfolio_hint")}
          choices={[{ value: "", label: tell("key_portfolio_none") }, ...choices]}
        />
        <TextField
          form={form}
          name="expires"
          pointer="/expires_at"
          type="date"
          label={tell("key_expiry")}
          hint={tell("key_expiry_hint")}
        />
        <Submit form={form}>{tell("key_make")}</Submit>
      </Form>
    </Dialog>
  );
}
