"""Transactions as they stand on the wire: what is taken, and what is answered."""

from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen, MinLen

from steward.api.json import optional, quoted
from steward.api.values import BIGGEST_ID, Body, Day, Exact, Instant, Number, Shape, Uuid
from steward.domain.booking import Stated
from steward.domain.cash import net_amount
from steward.domain.instants import instant_text
from steward.domain.money import ZERO, plain
from steward.domain.transactions import Entry, Kind, LotChoice, Transaction
from steward.usecases.batches import ROWS_MAXIMUM

KindWord = Literal[
    "deposit",
    "withdrawal",
    "buy",
    "sell",
    "transfer_in",
    "transfer_out",
    "dividend",
    "dividend_reinvested",
    "dividend_in_kind",
    "interest",
    "interest_charged",
    "fee",
    "fee_refund",
    "tax",
    "tax_refund",
]
_FIELDS = (
    "id", "portfolio_id", "seq", "kind", "trade_date", "occurred_at", "settlement_date", "symbol", "quantity",
    "price", "gross_amount", "fee", "tax", "net_amount", "currency", "settlement_currency", "exchange_rate",
    "security_amount", "security_currency", "lots", "note", "external_id", "transfer_id", "fill_id",
    "reverses", "reversed_by", "replaces", "recorded_at", "digest",
)  # fmt: skip
_TEXT = "{" + ",".join(f'"{name}":%s' for name in _FIELDS) + "}"


class NewRate(Body):
    """The rate that the broker gave: `USDEUR` is the euros for one dollar."""

    pair: str
    rate: Number


class NewLot(Body):
    """Units of the lot that a transaction brought."""

    transaction_id: Annotated[int, Ge(1), Le(BIGGEST_ID)]
    quantity: Number


class NewTransaction(Body):
    """A transaction as it is stated; which fields a kind needs stands in docs/api.md."""

    kind: KindWord
    trade_date: Day | None = None
    occurred_at: Instant | None = None
    settlement_date: Day | None = None
    symbol: str | None = None
    quantity: Number | None = None
    price: Number | None = None
    gross_amount: Number | None = None
    fee: Number = ZERO
    tax: Number = ZERO
    currency: str | None = None
    settlement_currency: str | None = None
    exchange_rate: NewRate | None = None
    security_amount: Number | None = None
    security_currency: str | None = None
    lots: Annotated[list[NewLot], MinLen(1)] | None = None
    note: str | None = None
    external_id: str | None = None


class NewBatch(Body):
    """Transactions to append, in this order."""

    transactions: Annotated[list[NewTransaction], MinLen(1), MaxLen(ROWS_MAXIMUM)]


class Note(Body):
    """Why."""

    note: str | None = None


class RateShape(Shape):
    """Units of the second currency of the pair for one of the first."""

    pair: str
    rate: Exact


class LotShape(Shape):
    """Units of the lot that a transaction brought."""

    transaction_id: int
    quantity: Exact


class TransactionShape(Shape):
    """A transaction in its place in the ledger; what it does not state is null.

    `net_amount` is the signed change of cash, in `settlement_currency` or else `currency`. `occurred_at` is
    null for what has a day alone.
    """

    id: int
    portfolio_id: int
    seq: int
    kind: Kind
    trade_date: Day
    occurred_at: Instant | None
    settlement_date: Day | None
    symbol: str | None
    quantity: Exact | None
    price: Exact | None
    gross_amount: Exact | None
    fee: Exact
    tax: Exact
    net_amount: Exact | None
    currency: str | None
    settlement_currency: str | None
    exchange_rate: RateShape | None
    security_amount: Exact | None
    security_currency: str | None
    lots: list[LotShape] | None
    note: str | None
    external_id: str | None
    transfer_id: Uuid | None
    fill_id: Uuid | None
    reverses: int | None
    reversed_by: int | None
    replaces: int | None
    recorded_at: Instant
    digest: str


class Corrected(Shape):
    """What took the transaction back, and what stands in its place."""

    reversal: TransactionShape
    transaction: TransactionShape


class BatchMade(Shape):
    """How many transactions were appended, and the ids of the first and the last."""

    count: int
    first_id: int
    last_id: int


def stated(body: NewTransaction) -> Stated:
    """Take a transaction from its body."""
    rate = body.exchange_rate
    return Stated(
        kind=Kind(body.kind),
        trade_date=body.trade_date,
        occurred_at=body.occurred_at,
        settlement_date=body.settlement_date,
        symbol=body.symbol,
        quantity=body.quantity,
        price=body.price,
        gross_amount=body.gross_amount,
        fee=body.fee,
        tax=body.tax,
        currency=body.currency,
        settlement_currency=body.settlement_currency,
        exchange_rate=None if rate is None else (rate.pair, rate.rate),
        security_amount=body.security_amount,
        security_currency=body.security_currency,
        lots=lots_of(body.lots),
        note=body.note,
        external_id=body.external_id,
    )


def lots_of(lots: list[NewLot] | None) -> tuple[LotChoice, ...]:
    """Take the lots that a sale names."""
    return tuple(LotChoice(lot.transaction_id, lot.quantity) for lot in lots or ())


def written(transaction: Transaction, reversed_by: int | None) -> str:
    """Write a transaction; `reversed_by` is the id of its reversal."""
    entry, terms = transaction.entry, transaction.entry.terms
    alone = entry.occurred_at.timetz().replace(tzinfo=None) == time()
    return _TEXT % (
        transaction.id,
        transaction.portfolio_id,
        transaction.seq,
        f'"{entry.kind.value}"',
        f'"{entry.trade_date}"',
        "null" if alone else f'"{instant_text(entry.occurred_at)}"',
        _word(terms.settles_on),
        _word(entry.symbol),
        _number(entry.quantity),
        _number(entry.price),
        _number(entry.gross_amount),
        plain(terms.fee),
        plain(terms.tax),
        _number(net_amount(entry)),
        _word(entry.currency),
        _word(terms.cash_currency),
        _rate(entry),
        _number(terms.security_amount),
        _word(terms.security_currency),
        _lots(entry),
        optional(quoted, terms.note),
        optional(quoted, terms.external_id),
        _word(terms.transfer_id),
        _word(entry.fill_id),
        _integer(entry.reverses),
        _integer(reversed_by),
        _integer(terms.replaces),
        f'"{instant_text(transaction.recorded_at)}"',
        f'"{transaction.digest}"',
    )


def _number(value: Decimal | None) -> str:
    return "null" if value is None else plain(value)


def _integer(value: int | None) -> str:
    return "null" if value is None else str(value)


def _word(value: object | None) -> str:
    return "null" if value is None else f'"{value}"'


def _rate(entry: Entry) -> str:
    rate = entry.terms.recorded_rate
    return "null" if rate is None else f'{{"pair":"{rate.base}{rate.quote}","rate":{plain(rate.rate)}}}'


def _lots(entry: Entry) -> str:
    lots = entry.terms.lots
    written = [f'{{"transaction_id":{lot.transaction_id},"quantity":{plain(lot.quantity)}}}' for lot in lots]
    return f"[{','.join(written)}]" if written else "null"
