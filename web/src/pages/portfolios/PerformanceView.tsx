import { useQuery } from "@tanstack/react-query";
import { Card } from "../../app/Page";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { performance } from "../../i18n/performance";
import { Loaded } from "../../ui/states";
import { Drawdowns } from "./Drawdowns";
import { FirstSteps } from "./FirstSteps";
import { ByInstrument } from "./ByInstrument";
import { ReturnHistory } from "./History";
import { Months } from "./Months";
import { FillCheck } from "./Missing";
import { PeriodChoice, usePeriod } from "./period";
import type { Kind, Performance, Portfolio } from "./queries";
import { performanceQuery, transactionsQuery } from "./queries";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Returns } from "./Returns";
import { Statement } from "./Statement";
import { explaining, useTold } from "./told";

type Props = { portfolio: Portfolio; onAdd: (kind: Kind) => void };

/** How the value came about, what it has returned, and how rough the way was. */
export function PerformanceView({ portfolio, onAdd }: Props) {
  const told = useTold();
  const { from } = usePeriod();
  const query = useQuery(performanceQuery(portfolio.id, { ...told, from }));
  const any = useInfiniteQuery(transactionsQuery(portfolio.id, {}, 1));
  if (any.data?.pages[0]?.data.length === 0) return <FirstSteps onAdd={onAdd} />;
  return (
    <Loaded query={query} lines={10}>
      {(found) => <Found portfolio={portfolio} found={found} />}
    </Loaded>
  );
}

function Found({ portfolio, found }: { portfolio: Portfolio; found: Performance }) {
  const tell = useTexts(performance);
  const format = useFormat();
  const told = useTold();
  const { from, to, currency } = found;
  const explain = explaining(portfolio.id, told, { from, to });
  return (
    <div className="stack wide">
      <div className="row spread">
        <p className="quiet small">
          {tell("span", { from: format.day(from), to: format.day(to), currency })}
        </p>
        <div className="row">
          <FillCheck missing={found.missing} />
          <PeriodChoice />
        </div>
      </div>
      <Incomplete found={found} />
      <Card title={tell("statement")}>
        <Statement found={found} explain={explain} />
      </Card>
      <Card title={tell("returns")}>
        <Returns found={found} explain={explain} />
      </Card>
      <ReturnHistory portfolio={portfolio} />
      <Months portfolio={portfolio} />
      <Drawdowns portfolio={portfolio} />
      {found.by_instrument.length > 0 && (
        <Card title={tell("by_instrument")}>
          <ByInstrument found={found} explain={explain} />
        </Card>
      )}
    </div>
  );
}

function Incomplete({ found }: { found: Performance }) {
  const tell = useTexts(performance);
  const format = useFormat();
  if (found.complete) return null;
  const names = [
    ...new Set(found.missing.map((one) => tell(`missing_${one.what}`, { subject: one.subject }))),
  ];
  const missing = new Intl.ListFormat(format.locale).format(names);
  return (
    <p className="notice" data-kind="warn">
      {tell("incomplete", { missing })}
    </p>
  );
}
