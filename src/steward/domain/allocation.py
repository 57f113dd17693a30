"""Allocation: how the net worth of a day is divided by what a property of the instruments says.

Each holding and each balance is in one slice of a division. What is unknown of an instrument is not guessed:
those without the property are a slice of their own, and so is cash where cash cannot have it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from steward.domain.appraisal import Appraisal, Holding, Subtotal, in_currency
from steward.domain.instruments import major
from steward.domain.market import Market
from steward.domain.money import UNKNOWN, add, subtract, total
from steward.domain.returns import ratio


class Division(StrEnum):
    """By what the net worth is divided."""

    CLASS = "class"
    CURRENCY = "currency"
    SECTOR = "sector"
    COUNTRY = "country"


class SliceKind(StrEnum):
    """What a slice has: what is known by a name, cash, or what nothing is recorded of."""

    NAMED = "named"
    CASH = "cash"
    UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class Piece:
    """The holdings of one slice whose prices are in one currency: `amount` is what they are worth in it.

    Of the slices that share a currency which is converted, the last has what the `others` leave of its
    converted total: rounded one by one, they would not add up to it.
    """

    subtotal: Subtotal
    symbols: tuple[str, ...]
    amount: Decimal
    others: tuple["Piece", ...]

    @property
    def value(self) -> Decimal:
        """What they are worth in the reporting currency; UNKNOWN without a rate."""
        if self.subtotal.rate is None or self.subtotal.value is None:
            return UNKNOWN
        if self.others:
            return subtract(self.subtotal.value, total(one.value for one in self.others))
        return in_currency(self.amount, self.subtotal.rate)


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the net worth: what is held of it, priced or not, and its balances.

    `name` is empty but for what is NAMED.
    """

    kind: SliceKind
    name: str
    symbols: tuple[str, ...]
    pieces: tuple[Piece, ...]
    cash: tuple[Subtotal, ...]

    @property
    def known(self) -> int:
        """How many of its holdings and balances have a value."""
        priced = sum(len(one.symbols) for one in self.pieces if not one.value.is_nan())
        return priced + sum(one.value is not None for one in self.cash)

    @property
    def coverage(self) -> float:
        """The share of its holdings and balances that have a value."""
        return self.known / (len(self.symbols) + len(self.cash))

    @property
    def value(self) -> Decimal:
        """The sum of what is known of it; UNKNOWN when nothing is."""
        if not self.known:
            return UNKNOWN
        priced = total(one.value for one in self.pieces if not one.value.is_nan())
        return add(priced, total(one.value for one in self.cash if one.value is not None))


_Key = tuple[SliceKind, str]
_ORDER: Final = tuple(SliceKind)
_UNCLASSIFIED: Final[_Key] = (SliceKind.UNCLASSIFIED, "")


def weight(value: Decimal, net_worth: Decimal) -> float | None:
    """Give a slice in units of the net worth; None when it is not known, or there is no net worth."""
    return None if value.is_nan() else ratio(value, net_worth)


def divided_by(division: Division, appraisal: Appraisal, market: Market) -> tuple[Slice, ...]:
    """Divide what was appraised: what has a name by it, then cash, then what nothing is recorded of."""
    held: dict[_Key, list[Holding]] = defaultdict(list)
    cash: dict[_Key, list[Subtotal]] = defaultdict(list)
    for one in appraisal.holdings:
        held[_key(division, one, market)].append(one)
    for balance in appraisal.cash:
        in_its_currency = (SliceKind.NAMED, balance.currency)
        cash[in_its_currency if division is Division.CURRENCY else (SliceKind.CASH, "")].append(balance)
    keys = sorted({*held, *cash}, key=lambda key: (_ORDER.index(key[0]), key[1]))
    pieces = _pieces(appraisal, {key: held[key] for key in keys})
    return tuple(
        Slice(*key, tuple(one.symbol for one in held[key]), tuple(pieces[key]), tuple(cash[key]))
        for key in keys
    )


def _key(division: Division, one: Holding, market: Market) -> _Key:
    recorded = market.recorded(one.symbol)
    if division is Division.CURRENCY:
        quoted = market.instrument(one.symbol).currency
        name = one.close.currency if one.close is not None else quoted and major(quoted)[0]
    elif recorded is None:
        name = None
    elif division is Division.CLASS:
        name = recorded.kind.value
    else:
        name = recorded.sector if division is Division.SECTOR else recorded.country
    return (SliceKind.NAMED, name) if name is not None else _UNCLASSIFIED


def _pieces(appraisal: Appraisal, held: Mapping[_Key, list[Holding]]) -> Mapping[_Key, list[Piece]]:
    found: dict[_Key, list[Piece]] = defaultdict(list)
    for subtotal in appraisal.securities:
        before: list[Piece] = []
        worth = {key: _worth(some, subtotal.currency) for key, some in held.items()}
        there = {key: amounts for key, amounts in worth.items() if amounts}
        for key, amounts in there.items():
            last = len(before) == len(there) - 1 and subtotal.currency != appraisal.currency
            others = tuple(before) if last else ()
            piece = Piece(subtotal, tuple(amounts), total(amounts.values()), others)
            before.append(piece)
            found[key].append(piece)
    return found


def _worth(some: list[Holding], currency: str) -> dict[str, Decimal]:
    """Give what the holdings with prices in a currency are worth in it."""
    return {
        one.symbol: one.value
        for one in some
        if one.value is not None and one.close is not None and one.close.currency == currency
    }
