import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { admin } from "../../i18n/admin";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { SelectField } from "../../ui/Field";
import { Mark } from "../../ui/Figure";
import { Form, Submit } from "../../ui/Form";
import { useForm } from "../../ui/form";
import { Loaded } from "../../ui/states";
import { toast } from "../../ui/Toasts";
import { timeOf, useNow } from "../trade/clock";
import { clockQuery } from "../trade/queries";
import { ClockDialog } from "./ClockDialog";
import type { Step } from "./exchange";
import { STEPS, useTimeChanged } from "./exchange";

const AGAIN_MILLISECONDS = 5_000;
type Read = Schemas["ClockShape"] & { read_at: number };

/** The one clock of the exchange: what it shows, how it runs, and what an administrator makes of it. */
export function Clock() {
  const tell = useTexts(admin);
  const query = useQuery({ ...clockQuery, refetchInterval: AGAIN_MILLISECONDS });
  const [setting, setSetting] = useState(false);
  return (
    <Card
      title={tell("clock")}
      actions={
        <Button kind="secondary" small onClick={() => setSetting(true)}>
          {tell("clock_set")}
        </Button>
      }
    >
      <Loaded query={query} lines={3}>
        {(clock) => <Shown clock={clock} />}
      </Loaded>
      <StepForm />
      {setting && <ClockDialog onClose={() => setSetting(false)} />}
    </Card>
  );
}

function Shown({ clock }: { clock: Read }) {
  const tell = useTexts(admin);
  const { locale } = useFormat();
  const shown = timeOf(clock, useNow());
  const time = shown.toLocaleString(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  const speed = Number(clock.speed);
  return (
    <div>
      <p className="clock-time">
        <time dateTime={shown.toISOString()}>{time}</time> <span className="quiet small">UTC</span>
      </p>
      <p className="row">
        <Mark {...(clock.real ? {} : { kind: "warn" })}>
          {tell(clock.real ? "clock_real" : "clock_simulated")}
        </Mark>
        {!clock.real && (
          <span className="quiet small">
            {speed === 0 ? tell("clock_still") : tell("clock_speed", { count: speed })}
          </span>
        )}
      </p>
    </div>
  );
}

function StepForm() {
  const tell = useTexts(admin);
  const changed = useTimeChanged();
  const form = useForm({
    id: "admin/step",
    initial: { step: "hour" as string },
    send: ({ step }, attempt) =>
      api.put("/api/v1/exchange/clock", { body: { step_seconds: STEPS[step as Step] }, attempt }),
    done: (clock) => {
      toast(tell("clock_stepped"));
      changed(clock);
    },
  });
  const choices = (Object.keys(STEPS) as Step[]).map((value) => ({ value, label: tell(`step_${value}`) }));
  return (
    <Form form={form} label={tell("clock_step")}>
      <div className="asking">
        <SelectField
          form={form}
          name="step"
          pointer="/step_seconds"
          label={tell("clock_forward")}
          choices={choices}
        />
        <Submit form={form}>{tell("clock_step")}</Submit>
      </div>
      <p className="quiet small">{tell("clock_hint")}</p>
    </Form>
  );
}
