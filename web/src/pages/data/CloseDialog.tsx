import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { useMarketChanged } from "./queries";
import { today } from "./Source";

type Props = { symbol: string; day?: string; onClose: () => void };

/** Enters the close of a symbol on a day. What is wrong with a price stands under the day it is keyed by. */
export function CloseDialog({ symbol, day = today(), onClose }: Props) {
  const tell = useTexts(data);
  const format = useFormat();
  const changed = useMarketChanged();
  const form = useForm({
    id: `data/close/${symbol}/${day}`,
    initial: { day, price: "", currency: "" },
    send: (values, attempt) =>
      api.put("/api/v1/instruments/{symbol}/prices", {
        path: { symbol },
        body: {
          currency: values.currency.trim() === "" ? null : values.currency.trim(),
          prices: { [values.day]: values.price.trim() },
        },
        attempt,
      }),
    done: (_, values) => {
      toast(tell("close_entered", { symbol, day: format.day(values.day) }));
      changed();
      onClose();
    },
  });
  const title = `${tell("close_enter")}: ${symbol}`;
  return (
    <Dialog title={title} onClose={onClose}>
      <Form form={form} label={title}>
        <TextField form={form} name="day" pointer="/prices" label={tell("day")} type="date" />
        <TextField
          form={form}
          name="price"
          pointer={`/prices/${form.values.day}`}
          label={tell("price")}
          hint={tell("close_hint")}
          inputMode="decimal"
          autoFocus
        />
        <TextField form={form} name="currency" label={tell("currency")} hint={tell("close_currency_hint")} />
        <Submit form={form}>{tell("close_enter")}</Submit>
      </Form>
    </Dialog>
  );
}
