import { useTexts } from "../../i18n/catalogue";
import { portfolios } from "../../i18n/portfolios";
import { Segments } from "../../ui/Segments";
import { portfolioRoute } from "./route";
import { opening, today } from "../../api/days";
import { PERIODS, SPANS } from "./views";

/** The period that the address names, and the day with whose close it opens. */
export function usePeriod() {
  const { period = "year" } = portfolioRoute.useSearch();
  return { period, from: opening(SPANS[period], today()) };
}

export function PeriodChoice() {
  const tell = useTexts(portfolios);
  const { period } = usePeriod();
  const navigate = portfolioRoute.useNavigate();
  return (
    <Segments
      legend={tell("period")}
      quiet
      value={period}
      choices={PERIODS.map((value) => ({ value, label: tell(`period_${value}`) }))}
      onChange={(next) =>
        void navigate({
          search: (before) => ({ ...before, period: next }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
