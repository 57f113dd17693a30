import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Page } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { ledger } from "../../i18n/ledger";
import { portfolios } from "../../i18n/portfolios";
import { Button } from "../../ui/Button";
import { Failed, Loading } from "../../ui/states";
import { Tabs } from "../../ui/Tabs";
import { NewTransactionDialog } from "./EntryDialogs";
import { HoldingsView } from "./HoldingsView";
import { Income } from "./Income";
import { Overview } from "./Overview";
import { PerformanceView } from "./PerformanceView";
import type { Kind, Portfolio } from "./queries";
import { portfolioQuery } from "./queries";
import { portfolioRoute } from "./route";
import { SettingsDialog } from "./SettingsDialog";
import { Transactions } from "./Transactions";
import { TransferDialog } from "./TransferDialog";
import { VIEWS } from "./views";
import "./portfolios.css";

export function PortfolioPage() {
  const tell = useTexts(portfolios);
  const { portfolioId } = portfolioRoute.useParams();
  const query = useQuery(portfolioQuery(Number(portfolioId)));
  if (query.data !== undefined) return <Opened key={query.data.id} portfolio={query.data} />;
  return (
    <Page title={tell("title")}>
      {query.error === null ? (
        <Loading lines={8} />
      ) : (
        <Failed error={query.error} retry={() => void query.refetch()} />
      )}
    </Page>
  );
}

type Act = Kind | "transfer" | "settings";

function Opened({ portfolio }: { portfolio: Portfolio }) {
  const tell = useTexts(portfolios);
  const [act, setAct] = useState<Act>();
  const close = () => setAct(undefined);
  return (
    <Page title={portfolio.name} actions={<Actions onAct={setAct} />}>
      <Views portfolio={portfolio} onAdd={setAct} label={tell("view")} />
      {act === "settings" && <SettingsDialog portfolio={portfolio} onClose={close} />}
      {act === "transfer" && <TransferDialog portfolio={portfolio} onClose={close} />}
      {act !== undefined && act !== "settings" && act !== "transfer" && (
        <NewTransactionDialog portfolio={portfolio} kind={act} onClose={close} />
      )}
    </Page>
  );
}

function Actions({ onAct }: { onAct: (act: Act) => void }) {
  const tell = useTexts(portfolios);
  const tellLedger = useTexts(ledger);
  return (
    <>
      <Button kind="secondary" onClick={() => onAct("settings")}>
        {tell("settings")}
      </Button>
      <Button kind="secondary" onClick={() => onAct("transfer")}>
        {tellLedger("transfer")}
      </Button>
      <Button onClick={() => onAct("buy")}>{tellLedger("add")}</Button>
    </>
  );
}

type ViewsProps = { portfolio: Portfolio; label: string; onAdd: (kind: Kind) => void };

function Views({ portfolio, label, onAdd }: ViewsProps) {
  const tell = useTexts(portfolios);
  const { view = "overview" } = portfolioRoute.useSearch();
  const navigate = portfolioRoute.useNavigate();
  const content = {
    overview: () => <Overview portfolio={portfolio} onAdd={onAdd} />,
    holdings: () => <HoldingsView portfolio={portfolio} onAdd={onAdd} />,
    performance: () => <PerformanceView portfolio={portfolio} onAdd={onAdd} />,
    income: () => <Income portfolio={portfolio} />,
    transactions: () => <Transactions portfolio={portfolio} onAdd={onAdd} />,
  };
  return (
    <Tabs
      label={label}
      tabs={VIEWS.map((id) => ({ id, label: tell(`view_${id}`), content: content[id] }))}
      open={view}
      onOpen={(next) =>
        void navigate({ search: (before) => ({ ...before, view: next }), replace: true, resetScroll: false })
      }
    />
  );
}
