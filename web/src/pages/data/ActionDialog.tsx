import { api } from "../../api/client";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import type { FormState } from "../../ui/form";
import { useForm } from "../../ui/form";
import { toast } from "../../ui/Toasts";
import { useMarketChanged } from "./queries";
import { today } from "./Source";
import type { Entered, Part } from "./terms";
import { actionOf, KINDS, PARTS, paysCash } from "./terms";

const initial = (): Entered => ({
  kind: "split",
  ex_date: today(),
  new: "",
  old: "1",
  into: "",
  basis_share: "",
  cash_per_unit: "",
  cash_in_lieu_price: "",
  currency: "USD",
  note: "",
});

/** Enters what an issuer did; only the fields that the kind has are asked for. */
export function ActionDialog({ symbol, onClose }: { symbol: string; onClose: () => void }) {
  const tell = useTexts(data);
  const changed = useMarketChanged();
  const form = useForm({
    id: `data/action/${symbol}`,
    initial: initial(),
    send: (values, attempt) =>
      api.post("/api/v1/instruments/{symbol}/actions", {
        path: { symbol },
        body: actionOf(values),
        attempt,
      }),
    done: () => {
      toast(tell("action_entered"));
      changed();
      onClose();
    },
  });
  const title = `${tell("action_enter")}: ${symbol}`;
  const kinds = KINDS.map((value) => ({ value, label: tell(`action_${value}`) }));
  return (
    <Dialog title={title} onClose={onClose}>
      <Form form={form} label={title}>
        <div className="pair">
          <SelectField form={form} name="kind" label={tell("kind")} choices={kinds} />
          <TextField form={form} name="ex_date" label={tell("ex_date")} type="date" />
        </div>
        {PARTS[form.values.kind].map((part) => (
          <PartField key={part} part={part} form={form} />
        ))}
        {paysCash(form.values) && <TextField form={form} name="currency" label={tell("currency")} />}
        <TextField form={form} name="note" label={tell("note")} />
        <Submit form={form}>{tell("action_enter")}</Submit>
      </Form>
    </Dialog>
  );
}

function PartField({ part, form }: { part: Part; form: FormState }) {
  const tell = useTexts(data);
  switch (part) {
    case "ratio":
      return (
        <div className="pair">
          <TextField form={form} name="new" label={tell("new_units")} inputMode="decimal" />
          <TextField form={form} name="old" label={tell("old_units")} inputMode="decimal" />
        </div>
      );
    case "into":
      return <TextField form={form} name="into" label={tell("into")} />;
    case "basis_share":
      return (
        <TextField
          form={form}
          name="basis_share"
          label={tell("basis_share")}
          hint={tell("basis_share_hint")}
          inputMode="decimal"
        />
      );
    case "cash_per_unit":
      return <TextField form={form} name="cash_per_unit" label={tell("cash_per_unit")} inputMode="decimal" />;
    case "cash_in_lieu_price":
      return (
        <TextField
          form={form}
          name="cash_in_lieu_price"
          label={tell("cash_in_lieu")}
          hint={tell("cash_in_lieu_hint")}
          inputMode="decimal"
        />
      );
  }
}
