import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { Button } from "../../ui/Button";
import { Figure, Stale } from "../../ui/Figure";
import { TextField } from "../../ui/Field";
import { useForm } from "../../ui/form";
import { Empty, Loaded } from "../../ui/states";
import { rateQuery } from "./queries";
import { RateDialog } from "./RateDialog";
import { useSourceName } from "../../i18n/sources";
import { today } from "./Source";

/** Look a rate up, with what it is made of; enter one of one's own. */
export function Rates() {
  const tell = useTexts(data);
  const [asked, setAsked] = useState({ pair: "", day: today() });
  const [entering, setEntering] = useState(false);
  const form = useForm({
    id: "data/rate-asked",
    initial: { pair: "", day: today() },
    send: (values) => Promise.resolve(setAsked({ ...values, pair: values.pair.trim().toUpperCase() })),
  });
  const query = useQuery(rateQuery(asked.pair, asked.day));
  return (
    <div className="stack">
      <p className="quiet small">{tell("rates_hint")}</p>
      <form
        className="asking"
        aria-label={tell("rates")}
        onSubmit={(event) => {
          event.preventDefault();
          setAsked({ pair: form.values.pair.trim().toUpperCase(), day: form.values.day });
        }}
      >
        <TextField form={form} name="pair" label={tell("pair")} />
        <TextField form={form} name="day" label={tell("day")} type="date" />
        <Button type="submit" kind="secondary">
          {tell("rate_show")}
        </Button>
        <Button kind="secondary" onClick={() => setEntering(true)}>
          {tell("rate_enter")}
        </Button>
      </form>
      <p className="quiet small">{tell("pair_hint")}</p>
      {asked.pair !== "" && (
        <Loaded
          query={query}
          lines={3}
          empty={(rate) => rate === null && <Empty title={tell("rate_none", { pair: asked.pair })} />}
        >
          {(rate) => rate !== null && <Found rate={rate} day={asked.day} />}
        </Loaded>
      )}
      {entering && (
        <RateDialog pair={form.values.pair} day={form.values.day} onClose={() => setEntering(false)} />
      )}
    </div>
  );
}

function Found({ rate, day }: { rate: Schemas["steward__api__rates__RateShape"]; day: string }) {
  const tell = useTexts(data);
  const format = useFormat();
  const sourceName = useSourceName();
  return (
    <dl className="facts">
      <div>
        <dt>{rate.pair}</dt>
        <dd className="price-now">
          <Figure as="price" value={rate.rate} />
        </dd>
      </div>
      <div>
        <dt>{tell("source")}</dt>
        <dd>{sourceName(rate.source)}</dd>
      </div>
      <div>
        <dt>{tell("as_of")}</dt>
        <dd>
          {format.day(rate.on)} {rate.on < day && <Stale asOf={rate.on} />}
        </dd>
      </div>
      <div>
        <dt>{tell("rate_legs")}</dt>
        {rate.legs.map((leg) => (
          <dd key={leg.pair}>
            {leg.pair} <Figure as="price" value={leg.rate} />{" "}
            <span className="quiet small">
              {[sourceName(leg.source), format.day(leg.on), leg.inverted ? tell("rate_inverted") : ""]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </dd>
        ))}
      </div>
    </dl>
  );
}
