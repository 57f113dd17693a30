import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Schemas } from "../../api/queries";
import { portfoliosQuery } from "../../api/queries";
import { Page } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Button } from "../../ui/Button";
import { Empty, Loaded } from "../../ui/states";
import { Desk, ManualDesk } from "./Desk";
import { FirstPortfolio } from "./FirstPortfolio";
import type { Account, Listing } from "./queries";
import { accountsQuery, listingsQuery } from "./queries";
import type { Venue } from "./route";
import { Where } from "./Where";
import "./trade.css";

type Portfolio = Schemas["Portfolio"];

export function TradePage() {
  const tell = useTexts(trade);
  const [help, setHelp] = useState(false);
  const query = useQuery(portfoliosQuery);
  const accounts = useQuery(accountsQuery);
  return (
    <Page
      title={tell("title")}
      actions={
        <Button kind="plain" small className="trade-help" onClick={() => setHelp(true)}>
          {tell("shortcuts")} <kbd>?</kbd>
        </Button>
      }
    >
      <Loaded query={query} lines={8} empty={(all) => all.length === 0 && <FirstPortfolio />}>
        {(portfolios) => (
          // Which portfolio comes first depends on who has an account.
          <Loaded query={accounts} lines={8}>
            {(known) => <Place portfolios={portfolios} accounts={known} help={help} onHelp={setHelp} />}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

type PlaceProps = {
  portfolios: readonly Portfolio[];
  accounts: readonly Account[];
  help: boolean;
  onHelp: (open: boolean) => void;
};

/** What the address names, or what is nearest at hand where it names nothing. */
function Place({ portfolios, accounts, help, onHelp }: PlaceProps) {
  const tell = useTexts(trade);
  const search = useSearch({ from: "/framed/trade" });
  const listings = useQuery(listingsQuery);
  const venue: Venue = search.venue ?? "paper";
  const portfolio = (portfolios.find(({ id }) => id === search.portfolio) ??
    portfolios.find(({ id }) => accounts.some((account) => account.portfolio_id === id)) ??
    portfolios[0]) as Portfolio;
  const symbols = useMemo(() => symbolsAt(listings.data ?? [], venue), [listings.data, venue]);
  const symbol = search.symbol ?? symbols[0];
  const listing = listings.data?.find((one) => one.venue === venue && one.symbol === symbol);
  const where = { portfolio, symbol: symbol as string, help, onHelp };
  const key = `${portfolio.id}/${venue}/${symbol}`;
  return (
    <div className="stack">
      <Where {...{ portfolios, venue, symbol, symbols }} portfolio={portfolio.id} />
      <p className="quiet small trade-venue">{tell(`venue_${venue}_hint`)}</p>
      <Loaded query={listings} lines={8}>
        {() => {
          if (symbol === undefined)
            return <Empty title={tell("nothing_listed")} text={tell("nothing_listed_text")} />;
          if (venue === "manual") return <ManualDesk key={key} {...where} />;
          return <Desk key={key} {...where} venue={venue} listing={listing} />;
        }}
      </Loaded>
    </div>
  );
}

/** On the manual venue anything may be ordered; what is listed anywhere is offered. */
function symbolsAt(listings: readonly Listing[], venue: Venue): string[] {
  const there = venue === "manual" ? listings : listings.filter((one) => one.venue === venue);
  return [...new Set(there.map(({ symbol }) => symbol))].sort();
}
