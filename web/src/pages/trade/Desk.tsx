import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/queries";
import { useTexts } from "../../i18n/catalogue";
import { trade } from "../../i18n/trade";
import { Empty, Loaded, Loading } from "../../ui/states";
import { BookCard } from "./BookCard";
import { Charts } from "./Charts";
import { useLive } from "./live";
import { Market } from "./Market";
import { Mine } from "./Mine";
import { OpenAccount } from "./OpenAccount";
import { Preview } from "./Preview";
import type { Account, Exchange, Listing } from "./queries";
import { accountQuery, bookQuery } from "./queries";
import type { Venue } from "./route";
import { ShortcutsDialog } from "./ShortcutsDialog";
import { useShortcuts } from "./shortcuts";
import { Ticket } from "./Ticket";
import type { TicketForm } from "./useTicket";
import { useTicket } from "./useTicket";

type Props = {
  portfolio: Schemas["Portfolio"];
  symbol: string;
  help: boolean;
  onHelp: (open: boolean) => void;
};
type ExchangeProps = Props & { venue: Exchange; listing: Listing | undefined };

/** A symbol at a venue of the exchange, with everything of it on one screen. */
export function Desk({ portfolio, venue, symbol, listing, help, onHelp }: ExchangeProps) {
  const tell = useTexts(trade);
  const place = { portfolio: portfolio.id, venue, symbol };
  const ticket = useTicket(place, listing);
  const book = useQuery(bookQuery(venue, symbol));
  const account = useQuery(accountQuery(portfolio.id));
  const liveness = useLive({
    account: account.data ?? undefined,
    venue,
    symbol: book.data == null ? undefined : symbol,
  });
  const seen = { symbol, listing, book: book.data, account: account.data };
  const below = <Below {...{ portfolio, ticket, help, onHelp }} account={account.data} />;
  return (
    <>
      <Loaded
        query={book}
        lines={10}
        empty={(found) =>
          found === null && (
            <div className="stack">
              <div className="card">
                <Empty title={tell("not_listed", { symbol })} text={tell("not_listed_text")} />
              </div>
              {below}
            </div>
          )
        }
      >
        {(found) => (
          <>
            <Market {...{ venue, symbol, listing, liveness }} book={found} />
            <div className="trade-desk">
              <Loaded query={account} lines={8}>
                {(opened) =>
                  opened === null ? (
                    <OpenAccount portfolio={portfolio} venue={venue} />
                  ) : (
                    <Ticket
                      {...{ ticket, place, listing }}
                      preview={<Preview {...seen} side={ticket.values.side} />}
                    />
                  )
                }
              </Loaded>
              {found && <Charts {...{ venue, symbol }} book={found} />}
              {found && <BookCard book={found} onPrice={ticket.takePrice} />}
              {below}
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

/** The manual venue has no market: orders are taken down, and executed by hand. */
export function ManualDesk({ portfolio, symbol, help, onHelp }: Props) {
  const tell = useTexts(trade);
  const place: { portfolio: number; venue: Venue; symbol: string } = {
    portfolio: portfolio.id,
    venue: "manual",
    symbol,
  };
  const ticket = useTicket(place, undefined);
  const account = useQuery(accountQuery(portfolio.id));
  const hint = <p className="small quiet">{tell("manual_hint")}</p>;
  return (
    <>
      <Market venue="manual" symbol={symbol} listing={undefined} book={undefined} liveness={undefined} />
      <div className="trade-desk trade-desk-manual">
        <Ticket {...{ ticket, place }} listing={undefined} preview={hint} />
        <Below {...{ portfolio, ticket, help, onHelp }} account={account.data} />
      </div>
    </>
  );
}

type BelowProps = Omit<Props, "symbol"> & { ticket: TicketForm; account: Account | null | undefined };

function Below({ portfolio, ticket, account, help, onHelp }: BelowProps) {
  const [on, setOn] = useShortcuts(
    (side) => ticket.set("side", side as never),
    () => onHelp(true),
  );
  return (
    <>
      {account === undefined ? <Loading lines={4} /> : <Mine portfolio={portfolio.id} account={account} />}
      {help && <ShortcutsDialog on={on} onChange={setOn} onClose={() => onHelp(false)} />}
    </>
  );
}
