"""The ledger: append-only transactions, each sealed to the one before it.

A transaction is never changed or removed. A correction is a reversal: a transaction of the same
content that points at the one it takes back and whose effect is the opposite.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from steward.domain.money import ZERO, multiply, plain, rounded, within_limits
from steward.domain.portfolios import Portfolio


class Kind(StrEnum):
    """What a transaction says happened."""

    TRANSFER_IN = "transfer_in"
    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be appended: `quantity` of `symbol`, always positive; `price` per unit in `currency`.

    A price of None means that it is unknown (a declared holding, a fill without a quote), and so is
    `gross_amount` then. `fill_id` names the execution behind a buy or sell; `reverses` the id of the
    transaction that this one takes back.
    """

    kind: Kind
    symbol: str
    quantity: Decimal
    occurred_at: datetime
    price: Decimal | None = None
    gross_amount: Decimal | None = None
    currency: str | None = None
    fill_id: UUID | None = None
    reverses: int | None = None

    @property
    def change(self) -> Decimal:
        """The signed change of the units held."""
        outward = (self.kind is Kind.SELL) != (self.reverses is not None)
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
) -> Entry:
    """Make the buy or sell behind a fill.

    Raises NumberOutOfRange when quantity times price has more digits than an amount may have.
    """
    gross = None if price is None else within_limits(rounded(multiply(quantity, price)), pointer="/price")
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


def reversal(of: Transaction, *, at: datetime) -> Entry:
    """Make the entry that takes `of` back."""
    entry = of.entry
    return Entry(
        kind=entry.kind,
        symbol=entry.symbol,
        quantity=entry.quantity,
        occurred_at=at,
        price=entry.price,
        gross_amount=entry.gross_amount,
        currency=entry.currency,
        fill_id=entry.fill_id,
        reverses=of.id,
    )


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
    fields = (
        before,
        portfolio_id,
        seq,
        recorded_at.isoformat(),
        entry.kind.value,
        entry.symbol,
        plain(entry.quantity),
        entry.occurred_at.isoformat(),
        "" if entry.price is None else plain(entry.price),
        "" if entry.gross_amount is None else plain(entry.gross_amount),
        entry.currency or "",
        entry.fill_id or "",
        "" if entry.reverses is None else entry.reverses,
    )
    return sha256("\n".join(map(str, fields)).encode()).hexdigest()
