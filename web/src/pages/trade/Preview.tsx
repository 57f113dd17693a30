import type { ReactNode } from "react";
import { sign } from "../../api/numbers";
import type { Book } from "../../api/stream";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Figure, Money } from "../../ui/Figure";
import type { Account, Listing } from "./queries";

type Props = {
  side: string;
  symbol: string;
  listing: Listing | undefined;
  book: Book | null | undefined;
  account: Account | null | undefined;
};

/** What is known before an order trades. Nothing is estimated: the fills decide what it costs. */
export function Preview({ side, symbol, listing, book, account }: Props) {
  const tell = useTexts(trade);
  const held = account?.holdings.find((one) => one.symbol === symbol);
  const best = side === "sell" ? book?.bids[0] : book?.asks[0];
  return (
    <div className="trade-preview" role="group" aria-label={tell("preview")}>
      <dl className="trade-facts">
        {book && (
          <Fact label={tell("touch")}>
            {best === undefined ? (
              tell("touch_none")
            ) : (
              <>
                <Figure value={best.price} as="price" /> × <Figure value={best.qty} as="quantity" />
              </>
            )}
          </Fact>
        )}
        {account && (
          <>
            <Fact label={tell("available")}>
              <Money value={account.available} currency={account.currency} />
            </Fact>
            {account.kind === "margin" && (
              <Fact label={tell("buying_power")}>
                <Money value={account.buying_power} currency={account.currency} />
              </Fact>
            )}
            {held && (
              <Fact label={tell("position")}>
                <Figure value={held.qty} as="quantity" />
              </Fact>
            )}
          </>
        )}
        {listing && (
          <Fact label={tell("fee")}>
            <FeeText listing={listing} />
          </Fact>
        )}
      </dl>
      <p className="small quiet">{tell("preview_hint")}</p>
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function FeeText({ listing }: { listing: Listing }) {
  const tell = useTexts(trade);
  const format = useFormat();
  const { fees, currency } = listing;
  const money = (value: (typeof fees)["minimum"]) => format.money(value, currency);
  const parts = [
    sign(fees.per_order) !== 0 && tell("fee_per_order", { money: money(fees.per_order) }),
    sign(fees.rate) !== 0 && tell("fee_rate", { percent: format.percent(fees.rate) }),
    sign(fees.per_unit) !== 0 && tell("fee_per_unit", { money: money(fees.per_unit) }),
    sign(fees.minimum) !== 0 && tell("fee_minimum", { money: money(fees.minimum) }),
    fees.maximum !== null && tell("fee_maximum", { money: money(fees.maximum) }),
  ].filter(Boolean);
  return <>{parts.length === 0 ? tell("fee_none") : parts.join(", ")}</>;
}
