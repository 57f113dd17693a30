import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { useMarketChanged } from "./queries";

type Props = { symbol?: string; currency: string; onClose: () => void };

/** Enters a price of one's own, which counts from now on. */
export function PriceDialog({ symbol = "", currency, onClose }: Props) {
  const tell = useTexts(data);
  const changed = useMarketChanged();
  const form = useForm({
    id: `data/price/${symbol}`,
    initial: { symbol, price: "", currency },
    send: (values, attempt) =>
      api.put("/api/v1/prices/{symbol}", {
        path: { symbol: values.symbol.trim() },
        body: { price: values.price.trim(), currency: values.currency },
        attempt,
      }),
    done: (kept) => {
      toast(tell("price_entered", { symbol: kept.symbol }));
      changed();
      onClose();
    },
  });
  const title = symbol === "" ? tell("price_enter") : `${tell("price_enter")}: ${symbol}`;
  return (
    <Dialog title={title} onClose={onClose}>
      <Form form={form} label={title}>
        {symbol === "" && (
          <TextField form={form} name="symbol" pointer="/path/symbol" label={tell("symbol")} autoFocus />
        )}
        <div className="pair">
          <TextField
            form={form}
            name="price"
            label={tell("price")}
            inputMode="decimal"
            autoFocus={symbol !== ""}
          />
          <TextField form={form} name="currency" label={tell("currency")} />
        </div>
        <p className="quiet small">{tell("price_own_hint")}</p>
        <Submit form={form}>{tell("price_enter")}</Submit>
      </Form>
    </Dialog>
  );
}
