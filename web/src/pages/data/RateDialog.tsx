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

type Props = { pair: string; day: string; onClose: () => void };

/** Enters a rate of one's own for a day. */
export function RateDialog({ pair, day, onClose }: Props) {
  const tell = useTexts(data);
  const format = useFormat();
  const changed = useMarketChanged();
  const form = useForm({
    id: "data/rate",
    initial: { pair, day, rate: "" },
    send: (values, attempt) =>
      api.put("/api/v1/rates/{pair}", {
        path: { pair: values.pair.trim().toUpperCase() },
        body: { rates: { [values.day]: values.rate.trim() } },
        attempt,
      }),
    done: (kept, values) => {
      toast(tell("rate_entered", { pair: kept.pair, day: format.day(values.day) }));
      changed();
      onClose();
    },
  });
  return (
    <Dialog title={tell("rate_enter")} onClose={onClose}>
      <Form form={form} label={tell("rate_enter")}>
        <TextField
          form={form}
          name="pair"
          pointer="/path/pair"
          label={tell("pair")}
          hint={tell("pair_hint")}
        />
        <TextField form={form} name="day" pointer="/rates" label={tell("day")} type="date" />
        <TextField
          form={form}
          name="rate"
          pointer={`/rates/${form.values.day}`}
          label={tell("rate")}
          inputMode="decimal"
        />
        <Submit form={form}>{tell("rate_enter")}</Submit>
      </Form>
    </Dialog>
  );
}
