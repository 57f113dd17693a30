import { useQuery } from "@tanstack/react-query";
import { Card } from "../../app/Page";
import { admin } from "../../i18n/admin";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { Mark } from "../../ui/Figure";
import { Icon } from "../../ui/Icon";
import { Empty, Loaded } from "../../ui/states";
import type { Check } from "./checks";
import { checksOf } from "./checks";
import { Fact } from "./Fact";
import type { Numbers } from "./metrics";
import { healthQuery, numbersQuery } from "./queries";

export function Health() {
  return (
    <div className="stack">
      <Checks />
      <Counted />
    </div>
  );
}

function Checks() {
  const tell = useTexts(admin);
  const query = useQuery(healthQuery);
  return (
    <Card title={tell("health")}>
      <Loaded query={query} lines={6}>
        {(found) => {
          const checks = checksOf(found);
          const kind = checks.some(({ state }) => state === "error") || !found.ready ? "error" : "warn";
          const well = found.ready && checks.every(({ state }) => state === "well");
          return (
            <>
              <p className="notice" role="status" {...(well ? {} : { "data-kind": kind })}>
                {tell(well ? "all_well" : kind === "error" ? "something_wrong" : "something_soon")}
              </p>
              <ul className="plain-list">
                <Entry
                  state={found.ready ? "well" : "error"}
                  text={tell(found.ready ? "ready" : "not_ready")}
                />
                {checks.map((check) => (
                  <Looked key={check.looked ?? check.said} {...check} />
                ))}
              </ul>
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Looked({ looked, state, said }: Check) {
  const tell = useTexts(admin);
  if (looked === undefined) return <Entry state={state} text={said} />;
  return <Entry state={state} text={tell(state === "well" ? `${looked}_well` : `${looked}_wrong`)} />;
}

function Entry({ state, text }: { state: Check["state"]; text: string }) {
  const tell = useTexts(admin);
  return (
    <li className="entry health-entry" data-state={state}>
      <p className="row">
        <Icon name={state === "well" ? "check" : "close"} size={20} />
        <span>{text}</span>
      </p>
      <Mark {...(state === "well" ? {} : { kind: "warn" })}>{tell(`state_${state}`)}</Mark>
    </li>
  );
}

function Counted() {
  const tell = useTexts(admin);
  const query = useQuery(numbersQuery);
  return (
    <Card title={tell("numbers")}>
      <Loaded
        query={query}
        lines={4}
        empty={(found) =>
          found === null && <Empty title={tell("numbers_none")} text={tell("numbers_none_text")} />
        }
      >
        {(found) => found !== null && <List {...found} />}
      </Loaded>
    </Card>
  );
}

const LATE_SECONDS = 0.1;

function List(found: Numbers) {
  const tell = useTexts(admin);
  const { locale, count } = useFormat();
  const unit = (value: number, name: string, digits = 0) =>
    value.toLocaleString(locale, { style: "unit", unit: name, maximumFractionDigits: digits });
  return (
    <>
      <dl className="facts">
        <Fact label={tell("answered")}>{count(found.answered)}</Fact>
        <Fact label={tell("failed")}>
          {count(found.failed)} {found.failed > 0 && <Mark kind="warn">{tell("look_at_log")}</Mark>}
        </Fact>
        <Fact label={tell("limited")}>{count(found.limited)}</Fact>
        <Fact label={tell("in_flight")}>{count(found.inFlight)}</Fact>
        <Fact label={tell("waiting")}>{count(found.waiting)}</Fact>
        <Fact label={tell("lag")}>
          {unit(found.lagSeconds * 1000, "millisecond", 1)}{" "}
          {found.lagSeconds > LATE_SECONDS && <Mark kind="warn">{tell("late")}</Mark>}
        </Fact>
        <Fact label={tell("memory")}>{unit(found.memoryBytes / 1e6, "megabyte")}</Fact>
        <Fact label={tell("broken")}>
          {count(found.broken)} {found.broken > 0 && <Mark kind="warn">{tell("run_check")}</Mark>}
        </Fact>
      </dl>
      <p className="quiet small">{tell("numbers_hint")}</p>
    </>
  );
}
