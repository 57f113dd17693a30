import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { home } from "../../i18n/home";
import { Figure, Mark, Money } from "../../ui/Figure";
import { Segments } from "../../ui/Segments";
import { Empty, Loaded } from "../../ui/states";
import { begun } from "./figures";
import { Line } from "./Line";
import type { Asked, Holdings } from "./queries";
import { historyQuery } from "./queries";
import { RANGES, USUAL } from "./ranges";

const route = getRouteApi("/framed/");
type Props = { asked: Asked; told: Holdings };

export function NetWorth({ asked, told }: Props) {
  const tell = useTexts(home);
  const navigate = route.useNavigate();
  const { range = USUAL } = route.useSearch();
  const history = useQuery(historyQuery(asked, range));
  const choices = RANGES.map((value) => ({ value, label: tell(`range_${value}`) }));
  return (
    <section className="card" aria-labelledby="home-worth">
      <header className="row spread home-head">
        <Now asked={asked} told={told} />
        <Segments
          legend={tell("range")}
          quiet
          value={range}
          choices={choices}
          onChange={(next) =>
            void navigate({ search: (before) => ({ ...before, range: next }), replace: true })
          }
        />
      </header>
      <Loaded
        query={history}
        tall
        lines={1}
        empty={({ days }) => begun(days).length === 0 && <Empty title={tell("no_history")} />}
      >
        {(found) => <Line history={found} asked={asked} />}
      </Loaded>
    </section>
  );
}

/** What all is worth, and how much that changed. */
function Now({ asked, told }: Props) {
  const tell = useTexts(home);
  const format = useFormat();
  const explained = { ...asked, at: told.at };
  return (
    <div>
      <h2 id="home-worth" className="quiet home-label">
        {tell("worth")}
      </h2>
      <p className="home-figure">
        <Money
          value={told.totals.net_worth}
          currency={told.currency}
          explain={{ ...explained, figure: "holdings.totals.net_worth" }}
        />
      </p>
      <p>
        <Money
          value={told.totals.day_change}
          currency={told.currency}
          signed
          explain={{ ...explained, figure: "holdings.totals.day_change" }}
        />{" "}
        <span className="quiet small">{tell("change_hint", { day: format.day(told.at) })}</span>
        <Coverage asked={asked} told={told} />
      </p>
    </div>
  );
}

function Coverage({ asked, told }: Props) {
  const tell = useTexts(home);
  if (told.coverage === null || Number(told.coverage) === 1) return null;
  return (
    <>
      {" "}
      <Mark kind="warn" title={tell("coverage_hint")}>
        {tell("covers")}{" "}
        <Figure
          value={told.coverage}
          as="percent"
          explain={{ ...asked, at: told.at, figure: "holdings.coverage" }}
        />
      </Mark>
    </>
  );
}
