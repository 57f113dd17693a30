"""The books of the exchange, and what is wrong with them: accounts and desks against orders and trades."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.cash import net_amount_in
from steward.domain.findings import Finding
from steward.domain.listings import DeskState, Listing
from steward.domain.money import ZERO, plain, subtract, total
from steward.domain.open_orders import closes_short, opens_short
from steward.domain.orders import FINAL, Fill, Order, Side
from steward.domain.positions import Position
from steward.domain.reserves import reserves, standing_of
from steward.domain.terms import PAPER_VENUE, Phase
from steward.domain.trading import Trade
from steward.domain.transactions import Transaction


@dataclass(frozen=True, slots=True)
class AccountBooks:
    """An account as it is kept, with all orders that its portfolio has had on the exchange.

    `ledger_seq` is how much of the ledger is folded into it; `events` are the number of its events and the
    highest number that one has. `listings` are those of the desks, by venue and symbol.
    """

    account: Account
    ledger_seq: int
    orders: Sequence[Order]
    events: tuple[int, int]
    listings: Mapping[tuple[str, str], Listing]


@dataclass(frozen=True, slots=True)
class DeskBooks:
    """A desk as it is kept, with its trades in their order and the orders and fills that there still are.

    A portfolio that was deleted has taken its orders along; its trades stay.
    """

    listing: Listing
    state: DeskState
    trades: Sequence[Trade]
    orders: Mapping[UUID, Order]
    fills: Sequence[Fill]


def account_faults(
    books: AccountBooks, transactions: Sequence[Transaction], positions: Iterable[Position]
) -> Iterator[Finding]:
    """Compare an account with its orders, its events and the ledger of its portfolio."""
    account = books.account
    subject = f"account {account.portfolio_id}"
    for order in books.orders:
        yield from _order_faults(order, books.listings.get((order.venue, order.security)))
    standings = [standing_of(order) for order in books.orders if order.status not in FINAL]
    if account.open_orders != len(standings):
        yield Finding("X1", subject, f"counts {account.open_orders} open orders where {len(standings)} are")
    reserved = total(one.reserved_cash for one in standings)
    if account.reserved != reserved:
        detail = f"reserves {plain(account.reserved)} where its orders reserve {plain(reserved)}"
        yield Finding("X2", subject, detail)
    if books.events != (account.event_seq, account.event_seq):
        count, last = books.events
        detail = f"is at event {account.event_seq}, but there are {count} up to number {last}"
        yield Finding("X3", subject, detail)
    yield from _ledger_faults(books, transactions, positions)


def _order_faults(order: Order, listing: Listing | None) -> Iterator[Finding]:
    standing, subject = standing_of(order), f"order {order.id}"
    final = order.status in FINAL
    if (standing.phase is Phase.DONE) != final:
        yield Finding("X1", subject, f"is {order.status} in the phase {standing.phase}")
    if listing is None:
        yield Finding("X1", subject, "its desk is not there")
        return
    due = (ZERO, ZERO) if final else reserves(order, listing)
    if due != (standing.reserved_cash, standing.reserved_qty):
        yield Finding("X2", subject, "reserves something else than it can cost")


def _ledger_faults(
    books: AccountBooks, transactions: Sequence[Transaction], positions: Iterable[Position]
) -> Iterator[Finding]:
    account = books.account
    cash = total(net_amount_in(account.currency, one.entry) for one in transactions[: books.ledger_seq])
    if account.cash != cash:
        detail = f"has {plain(account.cash)} in cash where its ledger says {plain(cash)}"
        yield Finding("X4", f"account {account.portfolio_id}", detail)
    units = {one.symbol: one.quantity for one in positions}
    # What the ledger has had since without the exchange is folded in when the account is read next.
    behind = {one.entry.symbol for one in transactions[books.ledger_seq :]}
    open_orders = [one for one in books.orders if one.status not in FINAL]
    for symbol in sorted({*units, *account.holdings}):
        held, subject = account.holdings.get(symbol), f"account {account.portfolio_id} {symbol}"
        qty, reserved = (ZERO, ZERO) if held is None else (held.qty, held.reserved_qty)
        if symbol not in behind and qty != units.get(symbol, ZERO):
            yield Finding("X4", subject, "has other units than the position of its portfolio")
        due = total(standing_of(one).reserved_qty for one in open_orders if one.security == symbol)
        if reserved != due:
            yield Finding(
                "X2", subject, f"reserves {plain(reserved)} units where its orders reserve {plain(due)}"
            )


def desk_faults(books: DeskBooks) -> Iterator[Finding]:
    """Compare a desk with its trades, and each trade with the fills of its two sides."""
    listing, state = books.listing, books.state
    subject = f"desk {listing.venue} {listing.symbol}"
    for expected, trade in enumerate(books.trades, 1):
        if trade.seq != expected:
            yield Finding("X5", subject, f"trade {trade.seq} where {expected} was expected")
            break
    if state.trade_seq != (books.trades[-1].seq if books.trades else 0):
        yield Finding("X5", subject, f"is at trade {state.trade_seq}, but {len(books.trades)} are there")
    if books.trades and state.last_price != books.trades[-1].price:
        yield Finding("X5", subject, "its last price is not that of its last trade")
    yield from _side_faults(books)
    gone = {side for trade in books.trades for side in _sides(trade).values()} - books.orders.keys() - {None}
    if not gone and (short := _short(books)) != state.short_qty:
        detail = f"counts {plain(state.short_qty)} units sold short where {plain(short)} are"
        yield Finding("X7", subject, detail)


def _sides(trade: Trade) -> Mapping[Side, UUID | None]:
    return {Side.BUY: trade.buy_order_id, Side.SELL: trade.sell_order_id}


def _side_faults(books: DeskBooks) -> Iterator[Finding]:
    """Each trade is one purchase and one sale of its quantity and price; on paper one side is the house."""
    paper = books.listing.venue == PAPER_VENUE
    told = {
        (trade.seq, side): (order_id, trade.qty, trade.price)
        for trade in books.trades
        for side, order_id in _sides(trade).items()
        if order_id in books.orders
    }
    for trade in books.trades:
        if (None in _sides(trade).values()) != paper:
            yield Finding("X6", _named(books, trade.seq), "has not the two sides that a trade has there")
    for fill in books.fills:
        side = books.orders[fill.order_id].side
        if told.pop((fill.trade_seq or 0, side), None) != (fill.order_id, fill.qty, fill.price):
            yield Finding("X6", f"fill {fill.id}", "is no side of its trade")
    for seq, side in told:
        yield Finding("X6", _named(books, seq), f"has no fill of the order on its side {side}")


def _named(books: DeskBooks, seq: int) -> str:
    return f"trade {books.listing.venue} {books.listing.symbol} {seq}"


def _short(books: DeskBooks) -> Decimal:
    """Give the units that orders sold short less those that orders have bought back."""
    orders = books.orders.values()
    sold = total(one.executed_qty for one in orders if opens_short(one))
    bought = total(one.executed_qty for one in orders if closes_short(one))
    return subtract(sold, bought)
