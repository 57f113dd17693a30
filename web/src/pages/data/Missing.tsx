import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Schemas } from "../../api/queries";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { data } from "../../i18n/data";
import { useFormat } from "../../i18n/format";
import { usePreferences } from "../../i18n/preferences";
import { Empty, Loaded } from "../../ui/states";
import type { Appraised } from "./gaps";
import { appraisedQuery, gapsQuery } from "./gaps";
import { Gaps, MissingNow } from "./MissingLists";
import { OldPrices } from "./OldPrices";
import { PortfolioSelect, useChosen } from "./PortfolioSelect";

/** What a portfolio's figures leave out, what they value at an old price, and how to mend it. */
export function Missing() {
  const tell = useTexts(data);
  const navigate = useNavigate();
  const search = useSearch({ from: "/framed/data" });
  const { query, chosen } = useChosen(search.portfolio);
  const choose = (portfolio: number) =>
    void navigate({ to: "/data", search: (before) => ({ ...before, portfolio }) });
  return (
    <div className="stack">
      <p className="quiet">{tell("missing_hint")}</p>
      <Loaded
        query={query}
        lines={8}
        empty={(portfolios) =>
          portfolios.length === 0 && (
            <Card title={tell("missing_now")}>
              <Empty title={tell("upload_no_portfolio")} text={tell("missing_no_portfolio_text")} />
            </Card>
          )
        }
      >
        {(portfolios) =>
          chosen && (
            <>
              <div className="asking">
                <PortfolioSelect value={chosen.id} portfolios={portfolios} onChange={choose} />
              </div>
              <Findings key={chosen.id} portfolio={chosen} />
            </>
          )
        }
      </Loaded>
    </div>
  );
}

function Findings({ portfolio }: { portfolio: Schemas["Portfolio"] }) {
  const tell = useTexts(data);
  const { currency } = usePreferences();
  const now = useQuery(appraisedQuery(portfolio.id, currency));
  const gaps = useQuery(gapsQuery(portfolio.id, currency));
  return (
    <>
      <Card title={tell("missing_now")}>
        <Loaded
          query={now}
          lines={4}
          empty={(found) =>
            found.missing.length === 0 && (
              <Empty title={tell("missing_none")} text={tell("missing_none_text")} />
            )
          }
        >
          {(found) => (
            <>
              <Coverage found={found} />
              <MissingNow found={found} />
            </>
          )}
        </Loaded>
      </Card>
      <Card title={tell("old_title")}>
        <Loaded query={now} lines={4}>
          {(found) => <OldPrices found={found} />}
        </Loaded>
      </Card>
      <Card title={tell("gaps_title")}>
        <Loaded
          query={gaps}
          lines={4}
          empty={(found) => found.length === 0 && <Empty title={tell("gaps_none")} />}
        >
          {(found) => <Gaps gaps={found} />}
        </Loaded>
      </Card>
    </>
  );
}

function Coverage({ found }: { found: Appraised }) {
  const tell = useTexts(data);
  const format = useFormat();
  if (found.coverage === null) return null;
  return (
    <p className="notice" data-kind="warn" title={format.exact(found.coverage, "percent")}>
      {tell("coverage", { share: format.percent(found.coverage) })}
    </p>
  );
}
