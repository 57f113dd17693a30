"""Orders on the exchange, as its desks keep them: read by desk, written by the batch."""

import json
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from steward.domain.altered import altered
from steward.domain.orders import Fill, Order
from steward.domain.portfolios import PortfolioNotFound
from steward.domain.terms import Phase, Standing
from steward.infrastructure.db.database import Retry, Transaction
from steward.infrastructure.db.orders import CHANGING, added, changing
from steward.infrastructure.db.orders_reads import ORDER
from steward.infrastructure.db.orders_reads import order as plain_order
from steward.infrastructure.db.orders_tables import OPEN_AT_DESK, executions, orders
from steward.infrastructure.db.statements import Row, Statement
from steward.infrastructure.db.types import listed, written_list
from steward.usecases.order_text import read_terms, terms_text

_C, _E = orders.c, executions.c
_STANDING = (
    _C.priority,
    _C.shown_qty,
    _C.trigger_price,
    _C.bound_price,
    _C.reserve_rate,
    _C.reserved_cash,
    _C.reserved_qty,
    _C.reason,
    _C.replaced_by_id,
)
# Where an order stands, but for its phase.
_STANDS = tuple(column.name for column in _STANDING)
WHOLE = (*ORDER, _C.terms, _C.phase, *_STANDING)
"""The columns of which `order` makes one."""
_AT_DESK = (_C.venue == bindparam("venue")) & (_C.security == bindparam("security"))
_ALL_OPEN = Statement(select(*WHOLE).where(_AT_DESK, OPEN_AT_DESK).order_by(_C.priority, _C.seq))
_CHANGED = Statement(
    select(*WHOLE).where(_AT_DESK, _C.desk_seq > bindparam("after")).order_by(_C.priority, _C.seq)
)
_ADD = Statement(
    insert(orders).values({column: bindparam(column.name) for column in _C if column.name != "seq"}),
    refusals={
        "fk_orders_portfolios": lambda _: PortfolioNotFound(),
        # Another worker took the id in between: decided again, it is refused to whom it belongs.
        "uq_orders_client_order_id": lambda _: Retry(),
    },
)
_MOVING = (*CHANGING, "phase", *_STANDS, "desk_seq")
_save = (
    update(orders)
    .where(_C.id == bindparam("order_id"))
    .values({_C[name]: bindparam(f"new_{name}") for name in _MOVING})
)
_SAVE = Statement(_save)
# An exit follows its entry when that is replaced; of others nothing that was asked for ever changes.
_SAVE_EXIT = Statement(
    _save.values({_C.parent_id: bindparam("new_parent_id"), _C.terms: bindparam("new_terms")})
)
_ADD_FILL = Statement(insert(executions).values({one: bindparam(one.name) for one in _E}))
_TAKEN = Statement(
    select(_C.owner_id, _C.client_order_id).where(
        listed(_C.owner_id, "owner_ids"), listed(_C.client_order_id, "client_order_ids")
    )
)

_TERMS = len(ORDER)
_PHASES = {phase.value: phase for phase in Phase}


def order(row: Row) -> Order:
    """Make an order of a row of the columns WHOLE."""
    phase, *stands = row[_TERMS + 1 :]
    return altered(
        plain_order(row),
        terms=read_terms(json.loads(row[_TERMS])),
        standing=Standing(phase=_PHASES[phase], **dict(zip(_STANDS, stands, strict=True))),
    )


def _moving(one: Order, desk_seq: int) -> tuple[object, ...]:
    """Give the fields of _MOVING."""
    standing = one.standing
    assert standing is not None  # noqa: S101 - an order at a desk stands somewhere
    stands = (getattr(standing, name) for name in _STANDS)
    return (*changing(one), standing.phase.value, *stands, desk_seq)


def _added(one: Order, desk_seq: int) -> dict[str, object]:
    moving = zip(_MOVING, _moving(one, desk_seq), strict=True)
    asked = {"terms": terms_text(one.terms), "parent_id": one.terms.parent_id}
    return {**added(one), **asked, **dict(moving)}


def _saved(one: Order, desk_seq: int) -> dict[str, object]:
    moving = zip(_MOVING, _moving(one, desk_seq), strict=True)
    saved = {"order_id": one.id, **{f"new_{name}": value for name, value in moving}}
    if one.terms.parent_id is not None:
        saved |= {"new_parent_id": one.terms.parent_id, "new_terms": terms_text(one.terms)}
    return saved


def _filled(one: Fill, owner_id: UUID) -> dict[str, object]:
    return {
        "id": one.id,
        "owner_id": owner_id,
        "order_id": one.order_id,
        "seq": one.seq,
        "qty": one.qty,
        "price": one.price,
        "currency": one.currency,
        "price_source": one.price_source,
        "executed_at": one.executed_at,
        "fee": one.fee or None,
        "trade_seq": one.trade_seq,
    }


class DeskOrders:
    """Keep the orders of desks whose rows the unit has locked."""

    def __init__(self, unit: Transaction) -> None:
        self._unit = unit

    async def open_at(self, venue: str, symbol: str) -> list[Order]:
        """Give what is open at a desk, in order of priority."""
        return [order(row) for row in await self._unit.fetch(_ALL_OPEN, {"venue": venue, "security": symbol})]

    async def changed_at(self, venue: str, symbol: str, after: int) -> list[Order]:
        """Give what steps after `after` changed at a desk, in order of priority."""
        params = {"venue": venue, "security": symbol, "after": after}
        return [order(row) for row in await self._unit.fetch(_CHANGED, params)]

    async def taken(self, named: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
        """Give those client order ids of owners that an order already carries."""
        if not named:
            return set()
        params = {
            "owner_ids": written_list(str(owner_id) for owner_id, _ in named),
            "client_order_ids": written_list(one for _, one in named),
        }
        return {(row[0], row[1]) for row in await self._unit.fetch(_TAKEN, params)}

    async def write(self, new: Iterable[tuple[Order, int]], changed: Iterable[tuple[Order, int]]) -> None:
        """Keep new orders and changed ones, each with the step of its desk."""
        await self._unit.many(_ADD, [_added(one, step) for one, step in new])
        moved = [(one.terms.parent_id is not None, _saved(one, step)) for one, step in changed]
        await self._unit.many(_SAVE, [row for is_exit, row in moved if not is_exit])
        await self._unit.many(_SAVE_EXIT, [row for is_exit, row in moved if is_exit])

    async def add_fills(self, fills: Sequence[tuple[Fill, UUID]]) -> None:
        """Keep executions, each with the owner of its order."""
        await self._unit.many(_ADD_FILL, [_filled(one, owner_id) for one, owner_id in fills])
