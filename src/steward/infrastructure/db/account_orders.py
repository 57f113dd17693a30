"""Orders on the exchange as an account asks for them: by many conditions, with their exits and fills."""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from sqlalchemy import Integer, bindparam, or_, select

from steward.domain.money import ZERO, add
from steward.domain.orders import Order, OrderNotFound
from steward.infrastructure.db.database import Reading
from steward.infrastructure.db.desk_orders import WHOLE, order
from steward.infrastructure.db.orders_tables import OPEN, executions, orders
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.types import Id, Instant, listed, written_list
from steward.usecases.values import OrderFilter

_C, _E = orders.c, executions.c
_MINE = (
    (_C.owner_id == bindparam("owner_id"))
    & (_C.portfolio_id == bindparam("portfolio_id"))
    & _C.desk_seq.is_not(None)
)
_ONE = Statement(select(*WHOLE).where(_MINE, _C.id == bindparam("order_id")))
_NAMED = Statement(select(*WHOLE).where(_MINE, _C.client_order_id == bindparam("client_order_id")))
_KIN = Statement(
    select(*WHOLE).where(_MINE, or_(listed(_C.id, "ids"), listed(_C.parent_id, "ids"))).order_by(_C.seq)
)
_FAMILY = Statement(
    select(*WHOLE)
    .where(
        _MINE,
        _C.security == bindparam("security"),
        or_(_C.parent_id == bindparam("order_id", type_=Id), _C.terms.like(bindparam("group"))),
    )
    .order_by(_C.seq)
)
_involved = select(_E.order_id).where(_E.owner_id == bindparam("owner_id"), listed(_E.id, "ids"))
_FILLED = Statement(
    select(_E.id, _E.order_id, _E.qty, _C.original_qty)
    .select_from(executions.join(orders, _C.id == _E.order_id))
    .where(_E.owner_id == bindparam("owner_id"), _E.order_id.in_(_involved))
    .order_by(_E.order_id, _E.seq)
)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


@cache
def _listing(is_open: bool | None, of_side: bool, of_symbols: bool, ascending: bool) -> Statement:  # noqa: FBT001 - a key
    found = select(*WHOLE).where(
        _MINE,
        _C.created_at > bindparam("after", type_=Instant),
        _C.created_at < bindparam("until", type_=Instant),
    )
    if is_open is not None:
        found = found.where(OPEN if is_open else ~OPEN)
    if of_side:
        found = found.where(_C.side == bindparam("side"))
    if of_symbols:
        found = found.where(listed(_C.security, "symbols"))
    found = found.order_by(_C.seq if ascending else _C.seq.desc())
    return Statement(found.limit(bindparam("limit", type_=Integer)))


class AccountOrders:
    """Look up what an account has ordered on the exchange."""

    def __init__(self, unit: Reading) -> None:
        self._reading = unit

    async def find(self, owner_id: UUID, portfolio_id: int, asked: OrderFilter) -> list[Order]:
        """Give orders in the order in which they were placed, or the other way round."""
        statement = _listing(
            asked.is_open, asked.side is not None, asked.symbols is not None, asked.ascending
        )
        params = {
            "owner_id": owner_id,
            "portfolio_id": portfolio_id,
            "after": asked.after or _EARLIEST,
            "until": asked.until or _LATEST,
            "side": None if asked.side is None else asked.side.value,
            "symbols": written_list(asked.symbols or ()),
            "limit": asked.limit,
        }
        return [order(row) for row in await self._reading.fetch(statement, params)]

    async def one(self, owner_id: UUID, portfolio_id: int, order_id: UUID) -> Order:
        """Give an order. Raises OrderNotFound."""
        return await self._one(_ONE, owner_id, portfolio_id, {"order_id": order_id})

    async def named(self, owner_id: UUID, portfolio_id: int, client_order_id: str) -> Order:
        """Give the order with that client order id. Raises OrderNotFound."""
        return await self._one(_NAMED, owner_id, portfolio_id, {"client_order_id": client_order_id})

    async def kin(self, owner_id: UUID, portfolio_id: int, ids: Collection[UUID]) -> list[Order]:
        """Give these orders, and those whose entry is one of them, as they were placed."""
        if not ids:
            return []
        params = {"owner_id": owner_id, "portfolio_id": portfolio_id, "ids": written_list(map(str, ids))}
        return [order(row) for row in await self._reading.fetch(_KIN, params)]

    async def family(self, of: Order) -> list[Order]:
        """Give the exits of an order, and what it shares a group with: of an OCO the other exit."""
        group = of.terms.group_id
        params = {
            "owner_id": of.owner_id,
            "portfolio_id": of.portfolio_id,
            "security": of.security,
            "order_id": of.id,
            "group": "-" if group is None else f'%"group_id":"{group}"%',
        }
        found = [order(row) for row in await self._reading.fetch(_FAMILY, params)]
        return [one for one in found if one.id != of.id]

    async def filled(
        self, owner_id: UUID, fill_ids: Collection[UUID]
    ) -> dict[UUID, tuple[UUID, Decimal, Decimal]]:
        """Give for each fill its order, how much that has filled up to it, and how much it is for."""
        if not fill_ids:
            return {}
        params = {"owner_id": owner_id, "ids": written_list(map(str, fill_ids))}
        found: dict[UUID, tuple[UUID, Decimal, Decimal]] = {}
        sums: dict[UUID, Decimal] = {}
        for fill_id, order_id, qty, original_qty in await self._reading.fetch(_FILLED, params):
            sums[order_id] = add(sums.get(order_id, ZERO), qty)
            found[fill_id] = (order_id, sums[order_id], original_qty)
        return found

    async def _one(
        self, statement: Statement, owner_id: UUID, portfolio_id: int, params: dict[str, object]
    ) -> Order:
        mine = {"owner_id": owner_id, "portfolio_id": portfolio_id}
        rows = await self._reading.fetch(statement, {**mine, **params})
        if not rows:
            raise OrderNotFound
        return order(rows[0])
