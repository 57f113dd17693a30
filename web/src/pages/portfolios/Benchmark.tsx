import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTexts } from "../../i18n/catalogue";
import { portfolios } from "../../i18n/portfolios";
import { Button } from "../../ui/Button";
import { Figure } from "../../ui/Figure";
import { Loaded } from "../../ui/states";
import { KeyFigure } from "./Overview";
import { usePeriod } from "./period";
import type { Portfolio } from "./queries";
import { performanceQuery, symbolsQuery } from "./queries";
import { portfolioRoute } from "./route";
import { explaining, useTold } from "./told";

/** The return of the period beside that of a symbol, which the address keeps. */
export function Benchmark({ portfolio, onCompare }: { portfolio: Portfolio; onCompare?: () => void }) {
  const tell = useTexts(portfolios);
  const { benchmark } = portfolioRoute.useSearch();
  const navigate = portfolioRoute.useNavigate();
  const { data: symbols = [] } = useQuery(symbolsQuery);
  const [typed, setTyped] = useState(benchmark ?? "");
  const id = useId();
  const compare = () =>
    void navigate({
      search: ({ benchmark: _, ...rest }) =>
        typed.trim() === "" ? rest : { ...rest, benchmark: typed.trim() },
      replace: true,
      resetScroll: false,
    });
  return (
    <div className="benchmark">
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          compare();
          onCompare?.();
        }}
      >
        <div className="field">
          <label htmlFor={id}>{tell("benchmark")}</label>
          <input
            id={id}
            list={`${id}-symbols`}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
          <datalist id={`${id}-symbols`}>
            {symbols.map((symbol) => (
              <option key={symbol} value={symbol} />
            ))}
          </datalist>
        </div>
        <Button type="submit" kind="secondary">
          {tell("benchmark_set")}
        </Button>
      </form>
      {benchmark !== undefined && <Compared portfolio={portfolio} benchmark={benchmark} />}
    </div>
  );
}

function Compared({ portfolio, benchmark }: { portfolio: Portfolio; benchmark: string }) {
  const tell = useTexts(portfolios);
  const told = useTold();
  const { from } = usePeriod();
  const query = useQuery(performanceQuery(portfolio.id, { ...told, from, benchmark }));
  return (
    <Loaded query={query} lines={1}>
      {(found) => {
        const also = { from: found.from, to: found.to, benchmark };
        const explain = explaining(portfolio.id, told, also);
        const { benchmark: against, currency } = found;
        if (against === null || against.time_weighted === null) {
          return <p className="quiet">{tell("benchmark_none", { symbol: against?.symbol ?? benchmark })}</p>;
        }
        const figures = [
          [tell("benchmark_portfolio"), found.returns.time_weighted, "performance.returns.time_weighted"],
          [against.symbol, against.time_weighted, "performance.benchmark.time_weighted"],
          [tell("benchmark_excess"), against.excess, "performance.benchmark.excess"],
        ] as const;
        return (
          <div>
            <dl className="key-figures">
              {figures.map(([label, value, figure]) => (
                <KeyFigure key={figure} label={label}>
                  <Figure as="percent" value={value} signed explain={explain(figure)} />
                </KeyFigure>
              ))}
            </dl>
            <p className="quiet small">{tell("benchmark_hint", { currency })}</p>
          </div>
        );
      }}
    </Loaded>
  );
}
