"""Positions: the fold of a ledger into units held per symbol."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from steward.domain.corporate_actions import CorporateAction, in_order
from steward.domain.money import ZERO, add, within_limits
from steward.domain.transactions import Entry, Transaction, standing


@dataclass(frozen=True, slots=True)
class Position:
    """Units of `symbol` held; negative when short. `traded_quantity` is what orders brought of it."""

    symbol: str
    quantity: Decimal = ZERO
    traded_quantity: Decimal = ZERO

    def after(self, entry: Entry) -> "Position":
        """Apply one transaction. Raises NumberOutOfRange when the sum has too many digits."""
        return self.moved(entry.change, traded=entry.traded_change)

    def moved(self, change: Decimal, *, traded: Decimal = ZERO) -> "Position":
        """Add units, and those of them that came from orders. Raises NumberOutOfRange."""
        return Position(
            self.symbol,
            within_limits(add(self.quantity, change)),
            within_limits(add(self.traded_quantity, traded)),
        )


def fold(entries: Iterable[Entry], before: Mapping[str, Position] | None = None) -> dict[str, Position]:
    """Add `entries` to the positions `before` them; give every position they touch.

    The order does not matter: this is the fold of what no corporate action comes after.
    """
    positions = dict(before or {})
    for entry in entries:
        _book(entry, positions)
    return positions


def fold_through(
    transactions: Iterable[Transaction], actions: Iterable[CorporateAction]
) -> dict[str, Position]:
    """Fold a ledger day by day, each corporate action at the start of its ex-date.

    A transaction that was taken back never was; `traded_quantity` is of the orders alone, so no action
    changes it.
    """
    positions: dict[str, Position] = {}
    steps: list[tuple[date, int, CorporateAction | Entry]] = [
        (action.ex_date, 0, action) for action in in_order(actions)
    ]
    steps += [(one.entry.trade_date, 1, one.entry) for one in standing(transactions)]
    for _, _, step in sorted(steps, key=lambda step: step[:2]):
        if isinstance(step, Entry):
            _book(step, positions)
        else:
            _apply(step, positions)
    return positions


def _book(entry: Entry, positions: dict[str, Position]) -> None:
    if entry.symbol is not None and entry.quantity is not None:
        held = positions.get(entry.symbol) or Position(entry.symbol)
        positions[entry.symbol] = held.after(entry)


def _apply(action: CorporateAction, positions: dict[str, Position]) -> None:
    held = positions.get(action.symbol)
    if held is None or not held.quantity:
        return
    exchange = action.exchanged(held.quantity)
    positions[action.symbol] = Position(held.symbol, within_limits(exchange.kept), held.traded_quantity)
    if action.into is not None and exchange.received:
        target = positions.get(action.into) or Position(action.into)
        positions[action.into] = target.moved(exchange.received)
