"""The books of one portfolio, and what is wrong with them: stored figures against the ledger."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from steward.domain.assets import is_asset
from steward.domain.corporate_actions import CorporateAction
from steward.domain.exchange_books import AccountBooks, account_faults
from steward.domain.findings import Finding
from steward.domain.money import ZERO, add, multiply, plain
from steward.domain.orders import Fill, Order, Side, Status
from steward.domain.portfolios import Portfolio
from steward.domain.positions import Position, fold, fold_through
from steward.domain.transactions import Entry, Kind, Transaction, digest_of

_TRANSFERS: Final = ({Kind.TRANSFER_OUT, Kind.TRANSFER_IN}, {Kind.WITHDRAWAL, Kind.DEPOSIT})


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order with the figures that are stored beside it."""

    order: Order
    pending_qty: Decimal
    average_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that is kept for one portfolio, in the order in which it was kept.

    `actions` are those of its owner. `sides` are, from all portfolios, the transactions of transfers that
    it is a side of. `trading` is its account on the exchange, if it has one.
    """

    portfolio: Portfolio
    transactions: Sequence[Transaction]
    positions: Sequence[Position]
    orders: Sequence[StoredOrder]
    fills: Sequence[Fill]
    actions: Sequence[CorporateAction] = ()
    sides: Sequence[Transaction] = ()
    trading: AccountBooks | None = None


def faults(books: Books) -> Iterator[Finding]:
    """Compare every stored figure of a portfolio with what its ledger and fills say."""
    yield from _chain_faults(books)
    yield from _position_faults(books)
    yield from _asset_faults(books)
    fills: dict[UUID, list[Fill]] = defaultdict(list)
    for fill in books.fills:
        fills[fill.order_id].append(fill)
    for stored in books.orders:
        its_fills, currency = fills.get(stored.order.id, []), books.portfolio.base_currency
        for invariant, detail in _order_faults(stored, its_fills, currency):
            yield Finding(invariant, f"order {stored.order.id}", detail)
    yield from _trade_faults(books)
    yield from _transfer_faults(books)
    if books.trading is not None:
        yield from account_faults(books.trading, books.transactions, books.positions)


def _chain_faults(books: Books) -> Iterator[Finding]:
    portfolio, digest = books.portfolio, ""
    for expected, transaction in enumerate(books.transactions, 1):
        subject = f"transaction {transaction.id}"
        if transaction.seq != expected:
            yield Finding("C5", subject, f"stands at {transaction.seq} where {expected} was expected")
        digest = digest_of(digest, portfolio.id, transaction.seq, transaction.recorded_at, transaction.entry)
        if digest != transaction.digest:
            yield Finding("C5", subject, "its digest does not fit its content and the one before")
            digest = transaction.digest
    if (portfolio.ledger_seq, portfolio.ledger_digest) != (len(books.transactions), digest):
        yield Finding("C5", f"portfolio {portfolio.id}", "its head is not its last transaction")


def _position_faults(books: Books) -> Iterator[Finding]:
    if books.actions:
        folded = fold_through(books.transactions, books.actions)
    else:
        folded = fold(transaction.entry for transaction in books.transactions)
    stored = {position.symbol: position for position in books.positions}
    for symbol in sorted(folded.keys() | stored.keys()):
        if folded.get(symbol, Position(symbol)) != stored.get(symbol, Position(symbol)):
            yield Finding(
                "C2", f"portfolio {books.portfolio.id} {symbol}", "position is not what the ledger folds to"
            )


def _asset_faults(books: Books) -> Iterator[Finding]:
    by_id = {transaction.id: transaction for transaction in books.transactions}
    standing = 0
    for transaction in books.transactions:
        entry = transaction.entry
        if entry.reverses is None:
            standing += is_asset(entry)
            continue
        reversed_one = by_id.get(entry.reverses)
        if reversed_one is None or _content(reversed_one.entry) != _content(entry):
            yield Finding("C5", f"transaction {transaction.id}", "reverses something else than it says")
        standing -= is_asset(replace(entry, reverses=None))
    if standing != books.portfolio.asset_count:
        yield Finding("C2", f"portfolio {books.portfolio.id}", "asset_count is not the number of assets")


def _content(entry: Entry) -> tuple[object, ...]:
    terms = replace(entry.terms, note=None, external_id=None, replaces=None)
    return (entry.kind, *_amounts(entry), entry.fill_id, terms)


def _amounts(entry: Entry) -> tuple[object, ...]:
    return (entry.symbol, entry.quantity, entry.price, entry.gross_amount, entry.currency)


def _order_faults(stored: StoredOrder, fills: Sequence[Fill], currency: str) -> Iterator[tuple[str, str]]:
    order, executed = stored.order, ZERO
    value: Decimal | None = ZERO
    for expected, fill in enumerate(fills, 1):
        if fill.seq != expected:
            yield "O6", f"fill {fill.seq} where {expected} was expected"
        executed = add(executed, fill.qty)
        unknown = value is None or fill.price is None or fill.currency != currency
        value = None if unknown else add(value or ZERO, multiply(fill.qty, fill.price or ZERO))
    if not ZERO <= order.executed_qty <= order.original_qty:
        yield "O1", f"executed {plain(order.executed_qty)} of {plain(order.original_qty)}"
    if executed != order.executed_qty or len(fills) != order.fill_count:
        yield "O2", f"executed {plain(order.executed_qty)} but its fills sum to {plain(executed)}"
    if value != order.executed_value or order.average_price != stored.average_price:
        yield "O2", "its value or average price is not that of its fills"
    if stored.pending_qty != order.pending_qty:
        yield "O2", "its pending quantity is not what is left"
    if not _status_fits(order):
        yield "O3", f"{order.status.value} does not fit its quantities"


def _status_fits(order: Order) -> bool:
    if order.status is Status.EXECUTED:
        return order.executed_qty == order.original_qty
    if order.executed_qty == order.original_qty:
        return False
    if order.status is Status.PARTIAL:
        return order.executed_qty > ZERO
    return order.status is not Status.PENDING or order.executed_qty == ZERO


def _trade_faults(books: Books) -> Iterator[Finding]:
    orders = {stored.order.id: stored.order for stored in books.orders}
    entries = [
        transaction.entry
        for transaction in books.transactions
        if transaction.entry.fill_id is not None and transaction.entry.reverses is None
    ]
    kept = Counter(_trade(entry) for entry in entries)
    told = Counter(_expected(orders[fill.order_id], fill) for fill in books.fills)
    for trade in (kept - told) + (told - kept):
        yield Finding("C2", f"fill {trade[0]}", "the ledger and the execution do not say the same")


def _trade(entry: Entry) -> tuple[object, ...]:
    sell = entry.kind is Kind.SELL
    return (entry.fill_id, sell, entry.symbol, entry.quantity, entry.price, entry.currency)


def _expected(order: Order, fill: Fill) -> tuple[object, ...]:
    return (fill.id, order.side is Side.SELL, order.security, fill.qty, fill.price, fill.currency)


def _transfer_faults(books: Books) -> Iterator[Finding]:
    """Compare both sides of each transfer. A portfolio that was removed has taken its side along."""
    gone = {one.entry.reverses for one in books.sides}
    sides: dict[UUID, list[Transaction]] = defaultdict(list)
    for one in books.sides:
        if one.entry.terms.transfer_id is not None and one.entry.reverses is None:
            sides[one.entry.terms.transfer_id].append(one)
    for transfer_id, both in sides.items():
        if len(both) > 1 and not _fit(both, gone):
            yield Finding("C2", f"transfer {transfer_id}", "its sides do not say the same")


def _fit(sides: Sequence[Transaction], gone: Container[int | None]) -> bool:
    first, *others = sides
    if len(others) != 1 or first.portfolio_id == others[0].portfolio_id:
        return False
    one, other = first.entry, others[0].entry
    same = (_amounts(one), one.occurred_at) == (_amounts(other), other.occurred_at)
    return same and {one.kind, other.kind} in _TRANSFERS and (first.id in gone) == (others[0].id in gone)
