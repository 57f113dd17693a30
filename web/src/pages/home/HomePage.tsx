import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { Schemas } from "../../api/queries";
import { portfoliosQuery } from "../../api/queries";
import { Card, Page } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { home } from "../../i18n/home";
import { setPreferences, usePreferences } from "../../i18n/preferences";
import { Button } from "../../ui/Button";
import { Loaded } from "../../ui/states";
import { NewPortfolioDialog } from "./NewPortfolioDialog";
import { Overview } from "./Overview";
import { Picker } from "./Picker";
import "./home.css";

type Portfolio = Schemas["Portfolio"];
const route = getRouteApi("/framed/");

export function HomePage() {
  const tell = useTexts(home);
  const query = useQuery(portfoliosQuery);
  const navigate = route.useNavigate();
  const { portfolio: asked, range } = route.useSearch();
  const [making, setMaking] = useState(false);
  const portfolios = query.data ?? [];
  const choose = (portfolio: number | undefined) =>
    void navigate({ search: { ...(portfolio && { portfolio }), ...(range && { range }) } });
  // What is gone, or somebody else's, is no portfolio: all of one's own are shown.
  const chosen =
    portfolios.find(({ id }) => id === asked) ?? (portfolios.length === 1 ? portfolios[0] : undefined);
  const actions = portfolios.length > 0 && (
    <>
      {portfolios.length > 1 && <Picker portfolios={portfolios} chosen={chosen?.id} onChoose={choose} />}
      <Button kind="secondary" onClick={() => setMaking(true)}>
        {tell("new_portfolio")}
      </Button>
    </>
  );
  return (
    <Page title={tell("title")} actions={actions}>
      <Loaded
        query={query}
        tall
        lines={1}
        empty={(all) => all.length === 0 && <Welcome onBegin={() => setMaking(true)} />}
      >
        {(all) => <Told portfolios={all} chosen={chosen} />}
      </Loaded>
      {making && <NewPortfolioDialog onMade={choose} onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Told({ portfolios, chosen }: { portfolios: readonly Portfolio[]; chosen: Portfolio | undefined }) {
  const { currency } = usePreferences();
  const currencies = [...new Set(portfolios.map((one) => one.base_currency))].sort();
  if (chosen === undefined && currency === undefined && currencies.length > 1) {
    return <CurrencyNeeded currencies={currencies} />;
  }
  return <Overview asked={{ portfolio: chosen?.id, currency }} portfolios={portfolios} />;
}

/** Amounts in different currencies are added in one that somebody has to name. */
function CurrencyNeeded({ currencies }: { currencies: readonly string[] }) {
  const tell = useTexts(home);
  return (
    <Card title={tell("currency_title")}>
      <p className="quiet">{tell("currency_text")}</p>
      <div className="row">
        {currencies.map((currency) => (
          <Button key={currency} kind="secondary" onClick={() => setPreferences({ currency })}>
            {currency}
          </Button>
        ))}
      </div>
    </Card>
  );
}

function Welcome({ onBegin }: { onBegin: () => void }) {
  const tell = useTexts(home);
  return (
    <section className="card home-welcome">
      <h2>{tell("welcome")}</h2>
      <ol className="home-steps">
        {(["step_portfolio", "step_transaction", "step_worth"] as const).map((step) => (
          <li key={step}>{tell(step)}</li>
        ))}
      </ol>
      <Button onClick={onBegin}>{tell("first_portfolio")}</Button>
    </section>
  );
}
