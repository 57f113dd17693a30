"""Portfolios: the table and its repository."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Integer,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)

from steward.domain.portfolios import CostMethod, Portfolio, PortfolioNotFound
from steward.infrastructure.db.database import Reading, Retry, Transaction
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.statements import Lock, Row, Statement
from steward.infrastructure.db.types import Serial, wire
from steward.infrastructure.db.users import LOCK, users
from steward.usecases.values import Ledger, Ledgers

_C = portfolios.c
WHOLE = (
    _C.id,
    _C.owner_id,
    _C.name,
    _C.base_currency,
    _C.created_at,
    _C.ledger_seq,
    _C.ledger_digest,
    _C.asset_count,
    _C.shorts_allowed,
    _C.cost_method,
    _C.history_version,
)
_WIRE = (
    _C.id,
    wire(_C.owner_id).label("owner"),
    _C.name,
    _C.base_currency,
    wire(_C.created_at).label("made"),
    _C.shorts_allowed,
    _C.cost_method,
    _C.history_version,
)
MINE = (_C.owner_id == bindparam("owner_id")) & (_C.id == bindparam("portfolio_id"))
_GET = Statement(select(*_WIRE).where(MINE))
_LOCK = Statement(select(*WHOLE).where(MINE), lock=Lock.ALWAYS)
_LOCK_LEDGER = Statement(select(*WHOLE).where(MINE), lock=Lock.VERSIONED)
_LOCK_ALL = Statement(
    select(*WHOLE).where(_C.owner_id == bindparam("owner_id")).order_by(_C.id), lock=Lock.ALWAYS
)
_DEFAULT = Statement(
    select(_C.id).where(_C.owner_id == bindparam("owner_id"), _C.is_default == literal_column("1"))
)
_page = (
    select(*_WIRE)
    .where(_C.owner_id == bindparam("owner_id"))
    .order_by(_C.id.desc())
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("offset", type_=Serial))
    .subquery()
)
_PAGE = Statement(
    select(users.c.portfolio_count, *_page.c)
    .select_from(users.outerjoin(_page, true()))
    .where(users.c.id == bindparam("owner_id"))
    .order_by(_page.c.id.desc())
)
_LEDGERS = Statement(
    select(
        users.c.prices_version,
        users.c.history_version.label("owner_version"),
        _C.id,
        _C.base_currency,
        _C.cost_method,
        _C.ledger_seq,
        _C.history_version,
    )
    .select_from(users.outerjoin(portfolios, _C.owner_id == users.c.id))
    .where(users.c.id == bindparam("owner_id"))
    .order_by(_C.id)
)
_OWNERS = Statement(
    select(_C.owner_id)
    .distinct()
    .where(_C.owner_id > bindparam("after_owner"))
    .order_by(_C.owner_id)
    .limit(bindparam("limit", type_=Integer))
)
_ADD = Statement(
    insert(portfolios)
    .values({column: bindparam(column.name) for column in _C if column.name not in ("id", "history_version")})
    .returning(_C.id),
    # Two first orders at once: the second finds the default portfolio when it is done again.
    refusals={"uq_portfolios_default": lambda _: Retry()},
)
_COUNT = Statement(
    update(users)
    .where(users.c.id == bindparam("counted_owner_id"))
    .values(portfolio_count=users.c.portfolio_count + bindparam("change", type_=Integer))
)
_COUNT_ALL = Statement(select(func.count()).select_from(portfolios))
_AFTER = Statement(
    select(*WHOLE).where(_C.id > bindparam("after")).order_by(_C.id).limit(bindparam("limit", type_=Integer))
)
_counted = select(func.count()).where(_C.owner_id == users.c.id).scalar_subquery()
_MISCOUNTED = Statement(select(users.c.id).where(users.c.portfolio_count != _counted))
_CHANGE = Statement(
    update(portfolios)
    .where(MINE)
    .values({name: bindparam("new_" + name) for name in ("name", "shorts_allowed", "cost_method")})
)
_REMOVE = Statement(delete(portfolios).where(MINE))


def portfolio_of(row: Row) -> Portfolio:
    """Make a portfolio of a row of the columns WHOLE."""
    return Portfolio(*row[:8], bool(row[8]), CostMethod(row[9]), row[10])  # type: ignore[call-arg]  # eight columns


class PortfolioReads:
    """Look portfolios up.

    Rows for the wire: id, owner id, name, base currency, created at, whether shorts are allowed (0 or 1),
    cost method, version of its history.
    """

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def row(self, owner_id: UUID, portfolio_id: int) -> Row:
        """Give one portfolio for the wire. Raises PortfolioNotFound."""
        rows = await self._unit.fetch(_GET, {"owner_id": owner_id, "portfolio_id": portfolio_id})
        if not rows:
            raise PortfolioNotFound
        return rows[0]

    async def page(self, owner_id: UUID, *, limit: int, offset: int) -> tuple[int, Sequence[Row]]:
        """Give the number of all portfolios and one page of them for the wire, newest first."""
        params = {"owner_id": owner_id, "limit": limit, "offset": offset}
        rows = await self._unit.fetch(_PAGE, params)
        return rows[0][0], [row[1:] for row in rows if row[1] is not None]

    async def default_id(self, owner_id: UUID) -> int | None:
        """Give the id of the portfolio for orders that name none, once there is one."""
        rows = await self._unit.fetch(_DEFAULT, {"owner_id": owner_id})
        return rows[0][0] if rows else None

    async def ledgers(self, owner_id: UUID) -> Ledgers:
        """Give where every ledger of the owner stands."""
        rows = await self._unit.fetch(_LEDGERS, {"owner_id": owner_id})
        found = (
            Ledger(portfolio_id, base_currency, CostMethod(cost_method), seq, version)
            for _, _, portfolio_id, base_currency, cost_method, seq, version in rows
            if portfolio_id is not None
        )
        return Ledgers(rows[0][0], tuple(found), rows[0][1])

    async def owners(self, after: UUID | None, *, limit: int) -> list[UUID]:
        """Give those who own portfolios in the order of their ids, those above `after`."""
        rows = await self._unit.fetch(_OWNERS, {"after_owner": after or UUID(int=0), "limit": limit})
        return [row[0] for row in rows]

    async def count(self) -> int:
        """Count all portfolios of everybody."""
        rows = await self._unit.fetch(_COUNT_ALL, {})
        count: int = rows[0][0]
        return count

    async def after(self, portfolio_id: int, *, limit: int) -> Sequence[Portfolio]:
        """Give portfolios of everybody in the order of their ids, those above `portfolio_id`."""
        rows = await self._unit.fetch(_AFTER, {"after": portfolio_id, "limit": limit})
        return [portfolio_of(row) for row in rows]

    async def miscounted_users(self) -> Sequence[UUID]:
        """Give the users whose stored number of portfolios is wrong."""
        return [row[0] for row in await self._unit.fetch(_MISCOUNTED, {})]


class Portfolios(PortfolioReads):
    """Keep portfolios."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    async def lock(self, owner_id: UUID, portfolio_id: int) -> Portfolio:
        """Give one portfolio, nobody else's to change until the unit ends. Raises PortfolioNotFound."""
        return await self._locked(_LOCK, owner_id, portfolio_id)

    async def lock_ledger(self, owner_id: UUID, portfolio_id: int) -> Portfolio:
        """Give one portfolio to append to: nobody else appends in between. Raises PortfolioNotFound."""
        return await self._locked(_LOCK_LEDGER, owner_id, portfolio_id)

    async def lock_all(self, owner_id: UUID) -> Sequence[Portfolio]:
        """Give all portfolios of the owner, by id: until the unit ends nobody changes one or adds one."""
        # Who adds a portfolio counts it in the owner's row, and waits there.
        await self._unit.fetch(LOCK, {"user_id": owner_id})
        rows = await self._unit.fetch(_LOCK_ALL, {"owner_id": owner_id})
        return [portfolio_of(row) for row in rows]

    async def _locked(self, statement: Statement, owner_id: UUID, portfolio_id: int) -> Portfolio:
        rows = await self._unit.fetch(statement, {"owner_id": owner_id, "portfolio_id": portfolio_id})
        if not rows:
            raise PortfolioNotFound
        return portfolio_of(rows[0])

    async def add(
        self,
        *,
        owner_id: UUID,
        name: str,
        base_currency: str,
        at: datetime,
        is_default: bool = False,
        shorts_allowed: bool = False,
        cost_method: CostMethod = CostMethod.FIFO,
    ) -> Portfolio:
        """Keep a new portfolio and give it with its id."""
        self._writing.defer(_COUNT, {"counted_owner_id": owner_id, "change": 1})
        values = {
            "owner_id": owner_id,
            "name": name,
            "base_currency": base_currency,
            "created_at": at,
            "changed_at": at,
            "is_default": int(is_default),
            "ledger_seq": 0,
            "ledger_digest": "",
            "asset_count": 0,
            "shorts_allowed": int(shorts_allowed),
            "cost_method": cost_method.value,
        }
        self._writing.defer(_ADD, values)
        # The default portfolio is made on the way to something else.
        rows = await (self._writing.flush() if is_default else self._writing.conclude())
        return Portfolio(rows[0][0], owner_id, name, base_currency, at, 0, "", 0, shorts_allowed, cost_method)

    def save(self, portfolio: Portfolio) -> None:
        """Keep the portfolio's name and what its owner decides on."""
        params = {
            "owner_id": portfolio.owner_id,
            "portfolio_id": portfolio.id,
            "new_name": portfolio.name,
            "new_shorts_allowed": int(portfolio.shorts_allowed),
            "new_cost_method": portfolio.cost_method.value,
        }
        self._writing.defer(_CHANGE, params)

    def remove(self, portfolio: Portfolio) -> None:
        """Remove a portfolio with everything in it."""
        self._writing.defer(_COUNT, {"counted_owner_id": portfolio.owner_id, "change": -1})
        params = {"owner_id": portfolio.owner_id, "portfolio_id": portfolio.id}
        self._writing.defer(_REMOVE, params)
