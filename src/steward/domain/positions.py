"""Positions: the fold of a ledger into units held per symbol."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from steward.domain.money import ZERO, add, within_limits
from steward.domain.transactions import Entry


@dataclass(frozen=True, slots=True)
class Position:
    """Units of `symbol` held; negative when short. `traded_quantity` is what orders brought of it."""

    symbol: str
    quantity: Decimal = ZERO
    traded_quantity: Decimal = ZERO

    def after(self, entry: Entry) -> "Position":
        """Apply one transaction. Raises NumberOutOfRange when the sum has too many digits."""
        return Position(
            self.symbol,
            within_limits(add(self.quantity, entry.change)),
            within_limits(add(self.traded_quantity, entry.traded_change)),
        )


def fold(entries: Iterable[Entry], before: Mapping[str, Position] | None = None) -> dict[str, Position]:
    """Apply `entries` in order to the positions `before` them; give every position they touch."""
    positions = dict(before or {})
    for entry in entries:
        held = positions.get(entry.symbol) or Position(entry.symbol)
        positions[entry.symbol] = held.after(entry)
    return positions
