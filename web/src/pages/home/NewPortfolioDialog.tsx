import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { portfoliosQuery } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { home } from "../../i18n/home";
import { usePreferences } from "../../i18n/preferences";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";

type Props = { onMade: (portfolio: number) => void; onClose: () => void };

export function NewPortfolioDialog({ onMade, onClose }: Props) {
  const tell = useTexts(home);
  const format = useFormat();
  const client = useQueryClient();
  const { currency = "USD" } = usePreferences();
  const form = useForm({
    id: "portfolios/new",
    initial: { name: "", base_currency: currency },
    send: (values, attempt) => api.post("/api/v1/portfolios", { body: values, attempt }),
    done: async ({ id }, { name }) => {
      // The new one must be known before it is chosen.
      await client.invalidateQueries({ queryKey: portfoliosQuery.queryKey, exact: true });
      onClose();
      onMade(id);
      toast(tell("portfolio_made", { name }));
    },
  });
  const currencies = Intl.supportedValuesOf("currency").map((code) => ({
    value: code,
    label: `${code} – ${format.currencyName(code)}`,
  }));
  return (
    <Dialog title={tell("new_portfolio")} onClose={onClose}>
      <Form form={form} label={tell("new_portfolio")}>
        <TextField form={form} name="name" label={tell("name")} hint={tell("name_hint")} autoFocus />
        <SelectField
          form={form}
          name="base_currency"
          label={tell("base_currency")}
          hint={tell("base_currency_hint")}
          choices={currencies}
        />
        <Submit form={form}>{tell("make")}</Submit>
      </Form>
    </Dialog>
  );
}
