import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../api/client";
import { portfoliosQuery } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { usePreferences } from "../../i18n/preferences";
import { Dialog } from "../../ui/Dialog";
import { CheckField, SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import type { FormState } from "../../ui/form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import type { Portfolio } from "./queries";

type Method = Portfolio["cost_method"];
const METHODS: readonly Method[] = ["fifo", "lifo", "hifo", "average"];

/** How a portfolio counts: the same for a new one and for one that is there. */
export function MethodFields({ form }: { form: FormState }) {
  const tell = useTexts(portfolios);
  return (
    <>
      <SelectField
        form={form}
        name="cost_method"
        label={tell("cost_method")}
        hint={tell("cost_method_hint")}
        choices={METHODS.map((value) => ({ value, label: tell(`cost_${value}`) }))}
      />
      <CheckField form={form} name="shorts_allowed" label={tell("shorts")} />
    </>
  );
}

export function NewPortfolioDialog({ onClose }: { onClose: () => void }) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { currency } = usePreferences();
  const form = useForm({
    id: "portfolio/new",
    initial: {
      name: "",
      base_currency: currency ?? "USD",
      cost_method: "fifo" as Method,
      shorts_allowed: false,
    },
    send: (body, attempt) => api.post("/api/v1/portfolios", { body, attempt }),
    done: (made) => {
      toast(tell("created", { name: made.name }));
      void client.invalidateQueries(portfoliosQuery);
      onClose();
      void navigate({ to: "/portfolios/$portfolioId", params: { portfolioId: String(made.id) } });
    },
  });
  const choices = Intl.supportedValuesOf("currency").map((value) => ({
    value,
    label: `${value} – ${format.currencyName(value)}`,
  }));
  return (
    <Dialog title={tell("new")} onClose={onClose}>
      <Form form={form} label={tell("new")}>
        <TextField form={form} name="name" label={tell("name")} autoFocus />
        <SelectField
          form={form}
          name="base_currency"
          label={tell("currency")}
          hint={tell("currency_hint")}
          choices={choices}
        />
        <MethodFields form={form} />
        <div className="row">
          <Submit form={form}>{tell("create")}</Submit>
        </div>
      </Form>
    </Dialog>
  );
}
