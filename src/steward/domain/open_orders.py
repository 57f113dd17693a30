"""The open orders of a desk, and what is asked of them again and again."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from uuid import UUID

from steward.domain.money import ZERO, total
from steward.domain.orders import Order, Side
from steward.domain.reserves import standing_of
from steward.domain.terms import Role


def opens_short(order: Order) -> bool:
    """Say whether an order sells what must be borrowed."""
    return order.side is Side.SELL and bool(standing_of(order).reserve_rate)


def closes_short(order: Order) -> bool:
    """Say whether an order buys back what was borrowed."""
    return order.side is Side.BUY and standing_of(order).reserve_rate == ZERO


class OpenOrders(Mapping[UUID, Order]):
    """Open orders by id, with those that hang together, and which accounts open positions."""

    def __init__(self) -> None:
        self._orders: dict[UUID, Order] = {}
        self._family: dict[UUID, dict[UUID, None]] = {}
        self._opening: dict[tuple[int, Side], int] = {}
        self._shorts: dict[UUID, None] = {}

    def __getitem__(self, order_id: UUID) -> Order:
        return self._orders[order_id]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._orders)

    def __len__(self) -> int:
        return len(self._orders)

    def by_turn(self) -> list[Order]:
        """Give all by the place that they took, whatever order they were loaded in."""
        return sorted(self._orders.values(), key=lambda one: (standing_of(one).priority, one.id))

    def family(self, parent_or_group: UUID) -> list[Order]:
        """Give the open exits of an entry or of a group, the take profit first."""
        members = [self._orders[one] for one in self._family.get(parent_or_group, ())]
        return sorted(members, key=lambda one: one.terms.role is Role.STOP_LOSS)

    def opens(self, portfolio_id: int, side: Side) -> bool:
        """Say whether an account has an open order that opens a position on a side."""
        return self._opening.get((portfolio_id, side), 0) > 0

    @property
    def shorts(self) -> list[Order]:
        """Give the orders that sell what must be borrowed."""
        return [self._orders[one] for one in self._shorts]

    def short_qty(self) -> Decimal:
        """Count the units that they may yet sell."""
        return total(order.pending_qty for order in self.shorts)

    def index(self, before: Order | None, after: Order | None) -> None:
        """Put an order as it is now in the place of what it was; None when it was not or is not open."""
        if before is not None:
            self._count(before, -1)
        if after is not None:
            self._count(after, 1)
            self._orders[after.id] = after
        elif before is not None:
            del self._orders[before.id]

    def _count(self, order: Order, more: int) -> None:
        if standing_of(order).reserve_rate:
            key = (order.portfolio_id, order.side)
            self._opening[key] = self._opening.get(key, 0) + more
        groups = [kin for kin in (order.terms.parent_id, order.terms.group_id) if kin is not None]
        if opens_short(order):
            _keep(self._shorts, order.id, more)
        for kin in dict.fromkeys(groups):
            _keep(self._family.setdefault(kin, {}), order.id, more)
            if not self._family[kin]:
                del self._family[kin]


def _keep(members: dict[UUID, None], order_id: UUID, more: int) -> None:
    if more > 0:
        members[order_id] = None
    else:
        del members[order_id]
