import { useInfiniteQuery } from "@tanstack/react-query";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { ledger } from "../../i18n/ledger";
import { performance } from "../../i18n/performance";
import { Money } from "../../ui/Figure";
import { Failed, Loading } from "../../ui/states";
import type { Month } from "./Income";
import type { Kind, Portfolio } from "./queries";
import { transactionsQuery } from "./queries";

const PAYING: ReadonlySet<Kind> = new Set<Kind>([
  "dividend",
  "dividend_reinvested",
  "dividend_in_kind",
  "interest",
  "interest_charged",
]);
/** The most that one answer has: nobody is paid more often in a month. */
const LIMIT = 1000;

/** The payments of one month, out of the ledger. */
export function Payments({ portfolio, month }: { portfolio: Portfolio; month: Month }) {
  const tell = useTexts(performance);
  const tellLedger = useTexts(ledger);
  const format = useFormat();
  const query = useInfiniteQuery(
    transactionsQuery(portfolio.id, { from: month.first, to: month.last }, LIMIT),
  );
  if (query.error !== null && query.data === undefined) {
    return <Failed error={query.error} retry={() => void query.refetch()} />;
  }
  if (query.data === undefined) return <Loading lines={3} />;
  const paid = query.data.pages
    .flatMap((page) => page.data)
    .filter((one) => PAYING.has(one.kind) && one.reversed_by === null && one.reverses === null);
  const name = new Intl.DateTimeFormat(format.locale, { month: "long", year: "numeric", timeZone: "UTC" });
  const title = tell("income_payments", { month: name.format(new Date(`${month.first}T00:00Z`)) });
  if (paid.length === 0) return <p className="quiet">{tell("income_no_payments")}</p>;
  return (
    <section className="stack" aria-label={title}>
      <h3>{title}</h3>
      <ul className="plain-list">
        {paid.map((one) => (
          <li key={one.id} className="entry">
            <div>
              <p>
                {one.symbol ?? ""} {tellLedger(`kind_${one.kind}`)}
              </p>
              <p className="quiet small">{format.day(one.trade_date)}</p>
            </div>
            {one.gross_amount !== null && one.currency !== null && (
              <Money value={one.gross_amount} currency={one.currency} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
