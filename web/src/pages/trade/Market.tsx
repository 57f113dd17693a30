import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { decimal, sign } from "../../api/numbers";
import type { Book, Liveness } from "../../api/stream";
import { useTexts } from "../../i18n/catalogue";
import { useFormat } from "../../i18n/format";
import { trade } from "../../i18n/trade";
import { Figure, Mark, Money, Simulated, Stale, Unknown } from "../../ui/Figure";
import { timeOf, useNow } from "./clock";
import type { Listing } from "./queries";
import { calendarQuery, clockQuery, priceQuery } from "./queries";
import type { Venue } from "./route";

const STALE_MILLISECONDS = 24 * 3_600_000;

type Props = {
  venue: Venue;
  symbol: string;
  listing: Listing | undefined;
  book: Book | null | undefined;
  liveness: Liveness | undefined;
};

/** One strip: what it costs, whether the market is open, what time it is there, and whether all this is live. */
export function Market({ venue, symbol, listing, book, liveness }: Props) {
  const tell = useTexts(trade);
  return (
    <div className="trade-market">
      <dl className="trade-strip" aria-label={tell("market")}>
        {venue !== "manual" && book && (
          <>
            <Entry label={tell("last_price")}>
              <Figure value={book.last_price} as="price" />
            </Entry>
            <Entry label={tell("best_bid")}>
              <Figure value={book.best_bid} as="price" />
            </Entry>
            <Entry label={tell("best_ask")}>
              <Figure value={book.best_ask} as="price" />
            </Entry>
          </>
        )}
        <Reference symbol={symbol} />
        {listing && book && <Status calendar={listing.calendar} status={book.status} />}
        {venue !== "manual" && <ExchangeClock />}
      </dl>
      {liveness && <Live venue={venue} liveness={liveness} />}
    </div>
  );
}

function Entry({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What the price source, or the person's own entry, says that one unit is worth. */
function Reference({ symbol }: { symbol: string }) {
  const tell = useTexts(trade);
  const { data: price } = useQuery(priceQuery(symbol));
  if (price === undefined) return null;
  return (
    <Entry label={tell("reference")}>
      {price === null ? (
        <Unknown />
      ) : (
        <>
          <Money value={price.price} currency={price.currency} /> {price.simulated && <Simulated />}
          {Date.now() - Date.parse(price.as_of) > STALE_MILLISECONDS && <Stale asOf={price.as_of} />}
        </>
      )}
    </Entry>
  );
}

function Status({ calendar, status }: { calendar: string; status: Book["status"] }) {
  const tell = useTexts(trade);
  const format = useFormat();
  const { data } = useQuery({ ...calendarQuery(calendar), enabled: calendar !== "24/7" });
  const opens = status === "closed" && data?.next_open;
  const closes = status === "continuous" && data?.next_close;
  return (
    <Entry label={tell("market")}>
      <Mark {...(status === "continuous" ? {} : { kind: "warn" })}>{tell(`status_${status}`)}</Mark>{" "}
      <span className="small quiet">
        {opens && tell("opens_at", { when: format.moment(opens) })}
        {closes && tell("closes_at", { when: format.moment(closes) })}
      </span>
    </Entry>
  );
}

function ExchangeClock() {
  const tell = useTexts(trade);
  const { locale } = useFormat();
  const { data: clock } = useQuery(clockQuery);
  const now = useNow();
  if (clock === undefined) return null;
  const shown = timeOf(clock, now);
  const time = new Intl.DateTimeFormat(locale, {
    timeStyle: "medium",
    ...(clock.real ? {} : { dateStyle: "medium" as const }),
  });
  return (
    <Entry label={tell("clock")}>
      <time dateTime={shown.toISOString()}>{time.format(shown)}</time>{" "}
      {!clock.real && <SimulatedClock speed={clock.speed} />}
    </Entry>
  );
}

function SimulatedClock({ speed }: { speed: string }) {
  const tell = useTexts(trade);
  const format = useFormat();
  const exact = decimal(speed);
  const written = exact === undefined || sign(exact) === 0 ? "0" : format.quantity(exact);
  return (
    <Mark kind="warn" title={tell("clock_simulated_hint", { speed: written })}>
      {tell("clock_simulated")}
    </Mark>
  );
}

function Live({ venue, liveness }: { venue: Venue; liveness: Liveness }) {
  const tell = useTexts(trade);
  const words = { live: tell("live"), connecting: tell("live_connecting"), lost: tell("live_lost") }[
    liveness
  ];
  const hint = liveness === "lost" ? tell("live_lost_hint") : tell("live_hint");
  return (
    <p className="trade-live" role="status">
      <span className="mark" data-kind={liveness === "live" ? "live" : "warn"} title={hint}>
        {words}
      </span>{" "}
      {venue === "paper" && (
        <span className="small quiet" title={tell("quoted_hint")}>
          {tell("quoted")}
        </span>
      )}
    </p>
  );
}
