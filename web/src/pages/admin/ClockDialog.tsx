import { api } from "../../api/client";
import { admin } from "../../i18n/admin";
import { useTexts } from "../../i18n/catalogue";
import { Dialog } from "../../ui/Dialog";
import { CheckField, TextField } from "../../ui/Field";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { Segments } from "../../ui/Segments";
import { toast } from "../../ui/Toasts";
import { changeOf, useTimeChanged } from "./exchange";

/** Sets the exchange's clock for everybody: a time, a speed, or real time again. */
export function ClockDialog({ onClose }: { onClose: () => void }) {
  const tell = useTexts(admin);
  const changed = useTimeChanged();
  const form = useForm({
    id: "admin/clock",
    initial: { real: false as boolean, time: "", speed: "", reset: false },
    send: (values, attempt) => api.put("/api/v1/exchange/clock", { body: changeOf(values), attempt }),
    done: (clock) => {
      toast(tell("clock_done"));
      changed(clock);
      onClose();
    },
  });
  const toReal = form.values.real;
  return (
    <Dialog title={tell("clock_set")} onClose={onClose}>
      <Form form={form} label={tell("clock_set")}>
        <Segments
          legend={tell("clock_which")}
          value={toReal ? "real" : "simulated"}
          choices={[
            { value: "simulated", label: tell("clock_simulated") },
            { value: "real", label: tell("clock_real") },
          ]}
          onChange={(value) => form.set("real", value === "real")}
        />
        {!toReal && (
          <>
            <TextField
              form={form}
              name="time"
              label={tell("clock_time")}
              hint={tell("clock_time_hint")}
              type="datetime-local"
            />
            <TextField
              form={form}
              name="speed"
              label={tell("clock_speed_field")}
              hint={tell("clock_speed_hint")}
              inputMode="decimal"
            />
          </>
        )}
        <CheckField form={form} name="reset" label={tell("clock_reset")} />
        <p className="quiet small">{tell("clock_everybody")}</p>
        <Submit form={form}>{tell("clock_set")}</Submit>
      </Form>
    </Dialog>
  );
}
