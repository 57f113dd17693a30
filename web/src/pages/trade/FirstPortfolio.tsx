import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { portfoliosQuery } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";

/** Who has no portfolio makes one here, and goes on. */
export function FirstPortfolio() {
  const tell = useTexts(trade);
  const client = useQueryClient();
  const form = useForm({
    id: "trade/portfolio",
    initial: { name: "", base_currency: "USD" },
    send: (values, attempt) =>
      api.post("/api/v1/portfolios", {
        body: { ...values, base_currency: values.base_currency.trim().toUpperCase() },
        attempt,
      }),
    done: () => void client.invalidateQueries(portfoliosQuery),
  });
  return (
    <Card title={tell("no_portfolio")}>
      <p className="quiet">{tell("no_portfolio_text")}</p>
      <Form form={form} label={tell("no_portfolio_form")}>
        <div className="pair">
          <TextField form={form} name="name" label={tell("name")} />
          <TextField form={form} name="base_currency" label={tell("base_currency")} />
        </div>
        <div>
          <Submit form={form}>{tell("no_portfolio_form")}</Submit>
        </div>
      </Form>
    </Card>
  );
}
