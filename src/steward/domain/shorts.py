"""Shorts: whether a change to a ledger takes out units that were not there on that day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from steward.domain.corporate_actions import CorporateAction, in_order
from steward.domain.errors import InvalidValue
from steward.domain.money import ZERO, add, subtract
from steward.domain.transactions import Entry, Transaction

_Closes = dict[str, dict[date, Decimal]]


class BeyondPosition(InvalidValue):
    """More units would leave than are held at the close of that day or of a later one."""

    code = "beyond-position"

    def __init__(self, *, pointer: str | None = None) -> None:
        detail = "More units would leave than are held at the close of that day or of a later one."
        super().__init__(detail, pointer=pointer)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The first day at whose close a position is below 0 because of the change."""

    symbol: str
    day: date


def shortfall(
    kept: Sequence[Transaction],
    gone: Collection[int],
    come: Sequence[Entry],
    *,
    held: Mapping[str, Decimal],
    actions: Iterable[CorporateAction] = (),
) -> Shortfall | None:
    """Find where a position is below 0, and lower than before, when some go and others come.

    `kept` are the standing transactions from some day on, `gone` the ids of those to be taken back, `held`
    the units before that day, and `actions` the corporate actions since.
    """
    steps = list(actions)
    before = _closes([one.entry for one in kept], steps, held)
    after = _closes([*(one.entry for one in kept if one.id not in gone), *come], steps, held)
    found = [
        (day, symbol)
        for symbol in before.keys() | after.keys()
        if (day := _first_below(before.get(symbol, {}), after.get(symbol, {}), held.get(symbol, ZERO)))
    ]
    if not found:
        return None
    day, symbol = min(found)
    return Shortfall(symbol, day)


def _first_below(before: Mapping[date, Decimal], after: Mapping[date, Decimal], held: Decimal) -> date | None:
    was = now = held
    for day in sorted(before.keys() | after.keys()):
        was, now = before.get(day, was), after.get(day, now)
        if now < ZERO and now < was:
            return day
    return None


def blamed(come: Sequence[Entry], found: Shortfall) -> int:
    """Give the place of the last entry that took units out before the shortfall; 0 when none did."""
    places = [
        place for place, entry in enumerate(come) if entry.change < ZERO and entry.trade_date <= found.day
    ]
    own = [place for place in places if come[place].symbol == found.symbol]
    return max(own or places, default=0)


def opening(held: Mapping[str, Decimal], since: Iterable[Transaction]) -> dict[str, Decimal]:
    """Give the units before what moved `since`, when `held` are those after it."""
    before = dict(held)
    for one in since:
        symbol = one.entry.symbol or ""
        before[symbol] = subtract(before.get(symbol, ZERO), one.entry.change)
    return before


def _closes(
    entries: Iterable[Entry], actions: Iterable[CorporateAction], held: Mapping[str, Decimal]
) -> _Closes:
    """Give the units at the close of every day on which they moved."""
    steps: list[tuple[date, int, CorporateAction | Entry]] = [
        (action.ex_date, 0, action) for action in in_order(actions)
    ]
    steps += [(entry.trade_date, 1, entry) for entry in entries]
    units, closes = dict(held), _Closes()
    for day, _, step in sorted(steps, key=lambda step: step[:2]):
        if isinstance(step, Entry):
            changes = {step.symbol or "": add(units.get(step.symbol or "", ZERO), step.change)}
        else:
            changes = _exchanged(step, units)
        for symbol, quantity in changes.items():
            units[symbol] = closes.setdefault(symbol, {})[day] = quantity
    return closes


def _exchanged(action: CorporateAction, units: Mapping[str, Decimal]) -> dict[str, Decimal]:
    quantity = units.get(action.symbol, ZERO)
    if not quantity:
        return {}
    exchange = action.exchanged(quantity)
    changes = {action.symbol: exchange.kept}
    if action.into is not None:
        changes[action.into] = add(units.get(action.into, ZERO), exchange.received)
    return changes
