import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { portfoliosQuery } from "../../api/queries";
import { Card, Page } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import { usePreferences } from "../../i18n/preferences";
import { Button } from "../../ui/Button";
import { Figure, Money } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import { NewPortfolioDialog } from "./NewPortfolioDialog";
import type { Portfolio } from "./queries";
import { worthsQuery } from "./queries";
import "./portfolios.css";

export function PortfoliosPage() {
  const tell = useTexts(portfolios);
  const query = useQuery(portfoliosQuery);
  const [making, setMaking] = useState(false);
  const make = <Button onClick={() => setMaking(true)}>{tell("new")}</Button>;
  const some = query.data !== undefined && query.data.length > 0;
  return (
    <Page title={tell("title")} lead={tell("lead")} actions={some && make}>
      <Loaded
        query={query}
        lines={4}
        empty={(all) =>
          all.length === 0 && (
            <Card title={tell("none_title")}>
              <p className="quiet">{tell("none_text")}</p>
              <div className="row">{make}</div>
            </Card>
          )
        }
      >
        {(all) => (
          <ul className="plain-list portfolio-list">
            {all.map((one) => (
              <Entry key={one.id} portfolio={one} />
            ))}
          </ul>
        )}
      </Loaded>
      {making && <NewPortfolioDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Entry({ portfolio }: { portfolio: Portfolio }) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const chosen = usePreferences().currency;
  const currency = chosen ?? portfolio.base_currency;
  const { data } = useQuery(worthsQuery(currency));
  const worth = data?.portfolios.find((one) => one.portfolio_id === portfolio.id);
  const explain = (figure: string) => ({ portfolio: portfolio.id, figure, at: data?.at, currency: chosen });
  return (
    <li className="card portfolio-entry">
      <div>
        <h2>
          <Link to="/portfolios/$portfolioId" params={{ portfolioId: String(portfolio.id) }}>
            {portfolio.name}
          </Link>
        </h2>
        <p className="quiet small">
          {portfolio.base_currency} · {tell(`cost_${portfolio.cost_method}`)} ·{" "}
          {format.day(portfolio.created_at.slice(0, 10))}
        </p>
      </div>
      <dl className="key-figures">
        <div>
          <dt>{tell("net_worth")}</dt>
          <dd className="strong">
            {worth ? (
              <Money value={worth.net_worth} currency={currency} explain={explain("valuation.net_worth")} />
            ) : (
              <span className="quiet">…</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{tell("cash")}</dt>
          <dd>
            {worth ? (
              <Money value={worth.cash_value} currency={currency} explain={explain("valuation.cash_value")} />
            ) : (
              <span className="quiet">…</span>
            )}
          </dd>
        </div>
        {worth && worth.missing.length > 0 && (
          <div>
            <dt>{tell("coverage")}</dt>
            <dd>
              <Figure as="percent" value={worth.coverage} />
            </dd>
          </div>
        )}
      </dl>
    </li>
  );
}
