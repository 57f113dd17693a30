import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Decimal } from "../../api/numbers";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { portfolios } from "../../i18n/portfolios";
import type { Explained } from "../../ui/Figure";
import { Figure, Money, Simulated } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import { Allocation } from "./Allocation";
import { FirstSteps } from "./FirstSteps";
import { History } from "./History";
import { FillCheck, Missing } from "./Missing";
import type { Holdings, Kind, Portfolio } from "./queries";
import { holdingsQuery } from "./queries";
import { explaining, useTold } from "./told";

type Props = { portfolio: Portfolio; onAdd: (kind: Kind) => void };

export const isEmpty = (told: Holdings) => told.holdings.length === 0 && told.cash.length === 0;

/** What a portfolio is worth, what it is made of and how it came there. */
export function Overview({ portfolio, onAdd }: Props) {
  const told = useTold();
  const query = useQuery(holdingsQuery(portfolio.id, told));
  return (
    <Loaded query={query} lines={8} empty={(found) => isEmpty(found) && <FirstSteps onAdd={onAdd} />}>
      {(found) => (
        <div className="stack wide">
          <Worth portfolio={portfolio} found={found} />
          <Missing missing={found.missing} currency={portfolio.base_currency} />
          <History portfolio={portfolio} />
          <Allocation portfolio={portfolio} found={found} />
        </div>
      )}
    </Loaded>
  );
}

function Worth({ portfolio, found }: { portfolio: Portfolio; found: Holdings }) {
  const tell = useTexts(portfolios);
  const format = useFormat();
  const explain = explaining(portfolio.id, useTold(), { at: found.at });
  const { totals, currency } = found;
  const of = (name: keyof typeof totals) => ({
    value: totals[name],
    currency,
    explain: explain(`holdings.totals.${name}`),
  });
  const simulated = found.holdings.some((one) => one.price_source === "simulated");
  return (
    <section className="card" aria-label={tell("net_worth")}>
      <div className="row spread">
        <div>
          <p className="quiet small">{tell("net_worth")}</p>
          <p className="big-figure">
            <Money {...of("net_worth")} />
          </p>
          <p className="quiet small row tight">
            {tell("as_of", { day: format.day(found.at), currency })} {simulated && <Simulated />}
          </p>
        </div>
        <FillCheck missing={found.missing} />
      </div>
      <dl className="key-figures">
        <Key label={tell("securities")} {...of("market_value")} />
        <Key label={tell("cash")} {...of("cash")} />
        <Key label={tell("contributions")} {...of("net_contributions")} />
        <Key label={tell("cost")} {...of("cost_basis")} />
        <Key label={tell("unrealized")} {...of("unrealized_gain_net")} signed />
        <Key label={tell("realized")} {...of("realized_gain_net")} signed />
        <Key label={tell("income")} {...of("dividends_net")} />
        <KeyFigure label={tell("coverage")} hint={tell("coverage_hint")}>
          <Figure as="percent" value={found.coverage} explain={explain("holdings.coverage")} />
        </KeyFigure>
      </dl>
    </section>
  );
}

type KeyProps = {
  label: string;
  value: Decimal | null;
  currency: string;
  explain: Explained;
  signed?: boolean;
};

const Key = ({ label, ...money }: KeyProps) => (
  <KeyFigure label={label}>
    <Money {...money} />
  </KeyFigure>
);

/** A figure under its name. */
export function KeyFigure({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div>
      <dt title={hint}>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
