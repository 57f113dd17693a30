"""The ledger: append-only transactions, each sealed to the one before it.

A transaction is never changed or removed. A correction is a reversal: a transaction of the same
content that points at the one it takes back and whose effect is the opposite.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from steward.domain.errors import Conflict, NotFound
from steward.domain.money import ZERO, multiply, plain, rounded, within_limits
from steward.domain.portfolios import Portfolio


class TransactionNotFound(NotFound):
    """There is no such transaction in this portfolio."""

    code = "transaction-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such transaction in this portfolio.")


class ExternalIdTaken(Conflict):
    """Another transaction of the portfolio carries this external id."""

    code = "external-id-taken"

    def __init__(self) -> None:
        detail = "Another transaction of this portfolio already has this external_id."
        super().__init__(detail, pointer="/external_id")


_ONE: Final = Decimal(1)


class Kind(StrEnum):
    """What a transaction says happened."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    BUY = "buy"
    SELL = "sell"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    DIVIDEND = "dividend"
    DIVIDEND_REINVESTED = "dividend_reinvested"
    DIVIDEND_IN_KIND = "dividend_in_kind"
    INTEREST = "interest"
    INTEREST_CHARGED = "interest_charged"
    FEE = "fee"
    FEE_REFUND = "fee_refund"
    TAX = "tax"
    TAX_REFUND = "tax_refund"


UNITS_IN: Final = frozenset((Kind.BUY, Kind.TRANSFER_IN, Kind.DIVIDEND_REINVESTED, Kind.DIVIDEND_IN_KIND))
UNITS_OUT: Final = frozenset((Kind.SELL, Kind.TRANSFER_OUT))
DIVIDENDS: Final = frozenset((Kind.DIVIDEND, Kind.DIVIDEND_REINVESTED, Kind.DIVIDEND_IN_KIND))


@dataclass(frozen=True, slots=True)
class RecordedRate:
    """The exchange rate that the broker gave: units of `quote` for one unit of `base`."""

    base: str
    quote: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class LotChoice:
    """`quantity` units of the lot that transaction `transaction_id` brought."""

    transaction_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What a transaction may state beyond the trade itself; most state nothing of it.

    `fee` and `tax` are in the currency of the entry. Cash moves in `cash_currency`, at the recorded
    rate, when that is not the entry's currency. `security_amount` is the gross amount as traded in
    `security_currency`, when it was booked in another. `lots` are the lots that a sale names.
    `transfer_id` joins the two sides of a transfer between two portfolios of one owner. `replaces` is
    the id of the transaction that this one corrects.
    """

    fee: Decimal = ZERO
    tax: Decimal = ZERO
    settles_on: date | None = None
    cash_currency: str | None = None
    recorded_rate: RecordedRate | None = None
    security_amount: Decimal | None = None
    security_currency: str | None = None
    lots: tuple[LotChoice, ...] = ()
    transfer_id: UUID | None = None
    replaces: int | None = None
    note: str | None = None
    external_id: str | None = None


NO_TERMS: Final = Terms()


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be appended: `quantity` units of `symbol`, always positive, for `gross_amount`.

    What moves no units has no quantity and no price; what belongs to no instrument has no symbol. A price
    of None means that it is unknown (a declared holding, a fill without a quote), and so is `gross_amount`
    then. `gross_amount` is the value before fee and tax, always positive. `fill_id` names the execution
    behind a buy or sell; `reverses` the id of the transaction that this one takes back.
    """

    kind: Kind
    symbol: str | None
    quantity: Decimal | None
    occurred_at: datetime
    price: Decimal | None = None
    gross_amount: Decimal | None = None
    currency: str | None = None
    fill_id: UUID | None = None
    reverses: int | None = None
    terms: Terms = NO_TERMS

    @property
    def trade_date(self) -> date:
        """The day, in UTC, on which it happened."""
        return self.occurred_at.date()

    @property
    def change(self) -> Decimal:
        """The signed change of the units held."""
        if self.quantity is None:
            return ZERO
        outward = (self.kind in UNITS_OUT) != (self.reverses is not None)
        # Unary minus would round to the 28 digits of the default context.
        return self.quantity.copy_negate() if outward else self.quantity

    @property
    def traded_change(self) -> Decimal:
        """The part of the change that came from executing orders."""
        return ZERO if self.fill_id is None else self.change


@dataclass(frozen=True, slots=True)
class Transaction:
    """An entry in its place: the `seq`-th of its portfolio, sealed by `digest`."""

    id: int
    portfolio_id: int
    seq: int
    recorded_at: datetime
    entry: Entry
    digest: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry with its place in the chain, ready to be kept."""

    portfolio_id: int
    seq: int
    recorded_at: datetime
    entry: Entry
    digest: str


def trade(
    *,
    sell: bool,
    symbol: str,
    quantity: Decimal,
    price: Decimal | None,
    currency: str | None,
    fill_id: UUID,
    at: datetime,
    multiplier: Decimal = _ONE,
) -> Entry:
    """Make the buy or sell behind a fill; a unit is worth `multiplier` times its price.

    Raises NumberOutOfRange when quantity times price has more digits than an amount may have.
    """
    gross = None
    if price is not None:
        whole = multiply(quantity, price)
        if multiplier is not _ONE:
            whole = multiply(whole, multiplier)
        gross = within_limits(rounded(whole), pointer="/price")
    return Entry(
        kind=Kind.SELL if sell else Kind.BUY,
        symbol=symbol,
        quantity=quantity,
        occurred_at=at,
        price=price,
        gross_amount=gross,
        currency=currency if price is not None else None,
        fill_id=fill_id,
    )


def reversal(of: Transaction, *, at: datetime, note: str | None = None) -> Entry:
    """Make the entry that takes `of` back, with a note of its own."""
    terms = of.entry.terms
    if terms is not NO_TERMS or note is not None:
        terms = replace(terms, note=note, external_id=None, replaces=None)
    return replace(of.entry, occurred_at=at, reverses=of.id, terms=terms)


def first_day(entries: Iterable[Entry]) -> date | None:
    """Give the first day on which one of `entries` happened, reversals left out; None without any."""
    return min((entry.trade_date for entry in entries if entry.reverses is None), default=None)


def standing(transactions: Iterable[Transaction]) -> list[Transaction]:
    """Leave out what was taken back, and what took it back: the ledger as it is known now."""
    found = list(transactions)
    gone = {one.entry.reverses for one in found if one.entry.reverses is not None}
    return [one for one in found if one.entry.reverses is None and one.id not in gone]


def seal(portfolio: Portfolio, entries: Iterable[Entry], *, at: datetime) -> list[Sealed]:
    """Chain `entries` behind the portfolio's head: each digest covers the digest before it."""
    seq, digest = portfolio.ledger_seq, portfolio.ledger_digest
    sealed: list[Sealed] = []
    for entry in entries:
        seq += 1
        digest = digest_of(digest, portfolio.id, seq, at, entry)
        sealed.append(Sealed(portfolio.id, seq, at, entry, digest))
    return sealed


def digest_of(before: str, portfolio_id: int, seq: int, recorded_at: datetime, entry: Entry) -> str:
    """SHA-256, in hex, over the digest before and every stored field of the entry."""
    return digest_of_text(before, portfolio_id, seq, sealed_text(recorded_at, entry))


def digest_of_text(before: str, portfolio_id: int, seq: int, text: str) -> str:
    """SHA-256, in hex, over the digest before, the place in the ledger, and what is sealed there.

    PostgreSQL computes the same where it appends (`chained` in `infrastructure/db/types.py`).
    """
    return sha256(f"{before}\n{portfolio_id}\n{seq}\n{text}".encode()).hexdigest()


def sealed_text(recorded_at: datetime, entry: Entry) -> str:
    """Write every stored field of an entry, as its digest covers them."""
    recorded = recorded_at.isoformat()
    occurred = recorded if entry.occurred_at is recorded_at else entry.occurred_at.isoformat()
    reverses = "" if entry.reverses is None else entry.reverses
    text = (
        f"{recorded}\n{entry.kind}\n{entry.symbol or ''}\n{_number(entry.quantity)}\n{occurred}\n"
        f"{_number(entry.price)}\n{_number(entry.gross_amount)}\n{entry.currency or ''}\n"
        f"{entry.fill_id or ''}\n{reverses}"
    )
    return text if entry.terms is NO_TERMS else "\n".join((text, *_of_terms(entry.terms)))


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _of_terms(terms: Terms) -> Iterator[str]:
    """Give each term that is stated, by name: one that comes with a later version changes no digest."""
    for field in fields(terms):
        value = getattr(terms, field.name)
        if value != field.default:
            yield f"{field.name}={_written(value)}"


def _written(value: object) -> str:
    match value:
        case Decimal():
            return plain(value)
        case RecordedRate():
            return f"{value.base}{value.quote} {plain(value.rate)}"
        case tuple():
            return ",".join(f"{lot.transaction_id}:{plain(lot.quantity)}" for lot in value)
    return str(value)
