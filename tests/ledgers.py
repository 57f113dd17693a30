"""Small ledgers for tests: transactions and a market in a line each."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from steward.domain.closes import Fill, Policy, Series, columns
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.instruments import Instrument
from steward.domain.market import Market
from steward.domain.story import Story
from steward.domain.transactions import Entry, Kind, Terms, Transaction

_ids = count(1)


def day(text: str) -> date:
    """Read a date."""
    return date.fromisoformat(text)


def happened(
    kind: Kind,
    on: str,
    symbol: str | None = None,
    quantity: str | None = None,
    gross: str | None = None,
    *,
    currency: str = "USD",
    portfolio: int = 1,
    **terms: Any,
) -> Transaction:
    """Make a transaction; numbers as text, terms by their names."""
    id_ = next(_ids)
    for name in ("fee", "tax", "security_amount"):
        if name in terms:
            terms[name] = Decimal(terms[name])
    entry = Entry(
        kind,
        symbol,
        None if quantity is None else Decimal(quantity),
        datetime.fromisoformat(on).replace(tzinfo=UTC),
        gross_amount=None if gross is None else Decimal(gross),
        currency=currency,
        terms=Terms(**terms),
    )
    return Transaction(id_, portfolio, id_, entry.occurred_at, entry, "")


def buy(on: str, symbol: str, quantity: str, gross: str | None, **more: Any) -> Transaction:
    """Buy units for a gross amount."""
    return happened(Kind.BUY, on, symbol, quantity, gross, **more)


def sell(on: str, symbol: str, quantity: str, gross: str | None, **more: Any) -> Transaction:
    """Sell units for a gross amount."""
    return happened(Kind.SELL, on, symbol, quantity, gross, **more)


def moved(on: str, symbol: str, quantity: str, source: int, target: int, **more: Any) -> list[Transaction]:
    """Move units between two portfolios of one owner."""
    joint = UUID(int=next(_ids))
    return [
        happened(Kind.TRANSFER_OUT, on, symbol, quantity, portfolio=source, transfer_id=joint, **more),
        happened(Kind.TRANSFER_IN, on, symbol, quantity, portfolio=target, transfer_id=joint),
    ]


def action(kind: ActionKind, on: str, symbol: str, **parts: Any) -> CorporateAction:
    """Make a corporate action; numbers as text."""
    exact = ("new", "old", "basis_share", "cash_per_unit", "cash_in_lieu_price")
    parts = {name: Decimal(part) if name in exact else part for name, part in parts.items()}
    return CorporateAction(next(_ids), symbol, kind, day(on), **parts)


def series(key: str, currency: str, numbers: Mapping[str, str], *, adjusted: bool = False) -> Series:
    """Make closes of a symbol, or rates of a pair, by date."""
    found = sorted((day(on), Decimal(number)) for on, number in numbers.items())
    return Series(key, currency, "user", *columns(found), adjusted=adjusted)


def a_story(
    *transactions: Transaction,
    actions: tuple[CorporateAction, ...] = (),
    prices: Mapping[str, Mapping[str, str]] | None = None,
    rates: Mapping[str, Mapping[str, str]] | None = None,
    currencies: Mapping[str, str] | None = None,
    instruments: tuple[Instrument, ...] = (),
    fill: Fill = Fill.NONE,
    portfolios: tuple[int, ...] = (1,),
) -> Story:
    """Make a story; symbols are in USD unless `currencies` or `instruments` say otherwise."""
    known = {**{one.symbol: one.currency or "USD" for one in instruments}, **(currencies or {})}
    market = Market(
        Policy(7, fill),
        instruments=[*(Instrument(symbol, currency) for symbol, currency in known.items()), *instruments],
        closes=[series(name, known.get(name, "USD"), found) for name, found in (prices or {}).items()],
        rates=[series(pair, pair[3:], found) for pair, found in (rates or {}).items()],
        actions=actions,
    )
    return Story(transactions, actions, market, frozenset(portfolios))
