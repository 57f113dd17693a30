import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { admin } from "../../i18n/admin";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { Mark, Simulated } from "../../ui/Figure";
import { Empty, Loaded } from "../../ui/states";
import { useSourceName } from "../../i18n/sources";
import { isOld } from "./ages";
import { Fact } from "./Fact";
import { sourcesQuery } from "./queries";

type Sources = Schemas["SourcesShape"];

export function Sources() {
  const tell = useTexts(admin);
  const query = useQuery(sourcesQuery);
  return (
    <Loaded query={query} lines={6}>
      {(found) => (
        <div className="stack">
          <div className="columns">
            <Prices {...found} />
            <Rates {...found} />
          </div>
          <p className="quiet small">{tell("sources_hint", { count: found.max_age_days })}</p>
        </div>
      )}
    </Loaded>
  );
}

function Prices({ prices, max_age_days }: Sources) {
  const tell = useTexts(admin);
  const format = useFormat();
  return (
    <Card title={tell("prices")}>
      {prices.length === 0 && <Empty title={tell("prices_none")} text={tell("prices_none_text")} />}
      {prices.map(({ source, simulated, count, oldest, newest }) => (
        <Source key={`${source} ${simulated}`} source={source} mark={simulated && <Simulated />}>
          <Fact label={tell("symbols")}>{format.count(count)}</Fact>
          <Moment label={tell("newest")} at={newest} days={max_age_days} />
          <Moment label={tell("oldest")} at={oldest} days={max_age_days} />
        </Source>
      ))}
      <Link to="/data" search={{ tab: "prices" }}>
        {tell("prices_all")}
      </Link>
    </Card>
  );
}

function Rates({ rates, max_age_days }: Sources) {
  const tell = useTexts(admin);
  return (
    <Card title={tell("rates")}>
      {rates.length === 0 && <Empty title={tell("rates_none")} />}
      {rates.map(({ source, newest }) => (
        <Source key={source} source={source}>
          <Moment label={tell("last_day")} at={newest} days={max_age_days} />
        </Source>
      ))}
      {rates.some(({ newest }) => isOld(newest, max_age_days)) && (
        <p className="notice" data-kind="warn">
          {tell("rates_old")}
        </p>
      )}
    </Card>
  );
}

type SourceProps = { source: string; mark?: ReactNode; children: ReactNode };

function Source({ source, mark, children }: SourceProps) {
  const sourceName = useSourceName();
  return (
    <section className="stack">
      <h3>
        {sourceName(source)} {mark}
      </h3>
      <dl className="facts">{children}</dl>
    </section>
  );
}

/** When it was so, and how long ago that is. */
function Moment({ label, at, days }: { label: string; at: string; days: number }) {
  const tell = useTexts(admin);
  const format = useFormat();
  const written = at.length === 10 ? format.day(at) : format.moment(at);
  return (
    <Fact label={label}>
      <time dateTime={at}>{written}</time>
      <span className="quiet small fact-age">
        {format.age(at)} {isOld(at, days) && <Mark kind="warn">{tell("too_old")}</Mark>}
      </span>
    </Fact>
  );
}
