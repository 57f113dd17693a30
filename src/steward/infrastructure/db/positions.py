"""Positions: what the ledger folds to, kept beside it by the same transaction."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    PrimaryKeyConstraint,
    Table,
    bindparam,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.elements import ClauseElement, ColumnElement

from steward.domain.corporate_actions import CorporateAction
from steward.domain.money import WHOLE_DIGITS, ZERO, NumberOutOfRange
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.positions import Position, fold_through
from steward.domain.prices import Quote
from steward.domain.transactions import Transaction
from steward.infrastructure.db.database import Reading
from steward.infrastructure.db.database import Transaction as Unit
from steward.infrastructure.db.instruments import instruments
from steward.infrastructure.db.portfolios import MINE
from steward.infrastructure.db.portfolios_tables import of_portfolio, portfolios
from steward.infrastructure.db.prices import prices
from steward.infrastructure.db.statements import Statement, upsert
from steward.infrastructure.db.types import (
    Exact,
    Id,
    Plain,
    Serial,
    exact_sum,
    listed,
    metadata,
    within_limits,
    written_list,
)
from steward.infrastructure.db.users import users
from steward.usecases.prices import SOURCE
from steward.usecases.values import Holdings, HoldingsVersion

positions = Table(
    "positions",
    metadata,
    Column("owner_id", Id, nullable=False),
    Column("portfolio_id", Serial, nullable=False, autoincrement=False),
    Column("symbol", Plain, nullable=False),
    # Wider than a number may be, so that the CHECK refuses the excess by the same name on both engines.
    Column("quantity", Exact(60, 18), nullable=False),
    Column("traded_quantity", Exact(60, 18), nullable=False),
    PrimaryKeyConstraint("portfolio_id", "symbol"),
    of_portfolio("positions"),
    within_limits("quantity"),
    within_limits("traded_quantity"),
    Index("ix_positions_owner_id", "owner_id", "symbol"),
    sqlite_strict=True,
)
_C = positions.c
_ZERO: ColumnElement[Decimal] = literal_column("'0'")


def _set(engine: str) -> ClauseElement:
    adding = upsert(engine, positions).values({column: bindparam(column.name) for column in _C})
    changed = {name: adding.excluded[name] for name in ("quantity", "traded_quantity")}
    return adding.on_conflict_do_update(index_elements=[_C.portfolio_id, _C.symbol], set_=changed)


def _change(engine: str) -> ClauseElement:
    adding = upsert(engine, positions).values(
        owner_id=bindparam("owner_id"),
        portfolio_id=bindparam("portfolio_id"),
        symbol=bindparam("symbol"),
        quantity=bindparam("change"),
        traded_quantity=bindparam("traded_change"),
    )
    changed = {
        "quantity": exact_sum(_C.quantity, adding.excluded.quantity),
        "traded_quantity": exact_sum(_C.traded_quantity, adding.excluded.traded_quantity),
    }
    return adding.on_conflict_do_update(index_elements=[_C.portfolio_id, _C.symbol], set_=changed)


def _too_many_units(_: object) -> NumberOutOfRange:
    return NumberOutOfRange(f"A position has at most {WHOLE_DIGITS} digits before the point.")


CHANGE_POSITION = Statement(
    _change,
    refusals={
        "fk_positions_portfolios": lambda _: PortfolioNotFound(),
        "ck_positions_quantity": _too_many_units,
        "ck_positions_traded_quantity": _too_many_units,
    },
)
_SET = Statement(_set)
_EMPTY = Statement(
    update(positions)
    .where(_C.portfolio_id == bindparam("emptied_id"), _C.symbol == bindparam("emptied_symbol"))
    .values(quantity=ZERO, traded_quantity=ZERO)
)
_ONE = Statement(
    select(_C.symbol, _C.quantity, _C.traded_quantity).where(
        _C.portfolio_id == bindparam("portfolio_id"), _C.symbol == bindparam("symbol")
    )
)
_HELD = Statement(
    select(_C.symbol, _C.quantity).where(
        _C.portfolio_id == bindparam("portfolio_id"), listed(_C.symbol, "symbols")
    )
)
_ALL = Statement(
    select(_C.portfolio_id, _C.symbol, _C.quantity, _C.traded_quantity)
    .where(_C.portfolio_id > bindparam("after"), _C.portfolio_id <= bindparam("until"))
    .order_by(_C.portfolio_id, _C.symbol)
)
_TRADED = Statement(
    select(_C.symbol, _C.traded_quantity)
    .where(_C.owner_id == bindparam("owner_id"), _C.traded_quantity != _ZERO)
    .order_by(_C.symbol)
)
_P = portfolios.c
_HEAD = (_P.ledger_seq, users.c.prices_version, _P.base_currency, _P.changed_at)
_owned = portfolios.join(users, users.c.id == _P.owner_id)
_VERSION = Statement(select(*_HEAD[:2]).select_from(_owned).where(MINE))
_held = (_C.portfolio_id == _P.id) & (_C.quantity != _ZERO)
_entered = (prices.c.owner_id == _P.owner_id) & (prices.c.symbol == _C.symbol)
_recorded = (instruments.c.owner_id == _P.owner_id) & (instruments.c.symbol == _C.symbol)
_quoted = (prices.c.price, prices.c.currency, prices.c.as_of)
_HOLDINGS = Statement(
    select(*_HEAD, _C.symbol, _C.quantity, *_quoted, instruments.c.multiplier)
    .select_from(
        _owned.outerjoin(positions, _held).outerjoin(prices, _entered).outerjoin(instruments, _recorded)
    )
    .where(MINE)
    .order_by(_C.symbol)
)


class PositionReads:
    """Read positions."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def one(self, portfolio: Portfolio, symbol: str) -> Position:
        """Give the position in `symbol`, empty when there has never been one."""
        rows = await self._unit.fetch(_ONE, {"portfolio_id": portfolio.id, "symbol": symbol})
        return Position(*rows[0]) if rows else Position(symbol)

    async def held(self, portfolio_id: int, symbols: Collection[str]) -> dict[str, Decimal]:
        """Give the units held of those of `symbols` that ever were."""
        params = {"portfolio_id": portfolio_id, "symbols": written_list(symbols)}
        return {row[0]: row[1] for row in await self._unit.fetch(_HELD, params)}

    async def traded(self, owner_id: UUID) -> Sequence[tuple[str, Decimal]]:
        """Give what orders brought, not zero, per portfolio and symbol, in symbol order."""
        return [(row[0], row[1]) for row in await self._unit.fetch(_TRADED, {"owner_id": owner_id})]

    async def version(self, owner_id: UUID, portfolio_id: int) -> HoldingsVersion:
        """Give the version of what `holdings` would give. Raises PortfolioNotFound."""
        rows = await self._unit.fetch(_VERSION, {"owner_id": owner_id, "portfolio_id": portfolio_id})
        if not rows:
            raise PortfolioNotFound
        return HoldingsVersion(rows[0][0], rows[0][1])

    async def holdings(self, owner_id: UUID, portfolio_id: int) -> Holdings:
        """Give all that a valuation needs, of one moment. Raises PortfolioNotFound."""
        rows = await self._unit.fetch(_HOLDINGS, {"owner_id": owner_id, "portfolio_id": portfolio_id})
        if not rows:
            raise PortfolioNotFound
        seq, prices_version, base_currency, changed_at = rows[0][:4]
        held = [(row[4], row[5]) for row in rows if row[4] is not None]
        entered = {
            row[4]: Quote(row[4], row[6], row[7], SOURCE, row[8]) for row in rows if row[6] is not None
        }
        multipliers = {row[4]: row[9] for row in rows if row[9] is not None and row[9] != 1}
        version = HoldingsVersion(seq, prices_version)
        return Holdings(version, base_currency, changed_at, held, entered, multipliers)

    async def between(self, after: int, until: int) -> Sequence[tuple[int, Position]]:
        """Give (portfolio id, position) of the portfolios with after < id <= until."""
        rows = await self._unit.fetch(_ALL, {"after": after, "until": until})
        return [(row[0], Position(*row[1:])) for row in rows]


class Positions(PositionReads):
    """Set positions anew; appending to the ledger only adds to them."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(unit)
        self._writing = unit

    def rebuild(
        self,
        portfolio: Portfolio,
        transactions: Iterable[Transaction],
        actions: Iterable[CorporateAction],
        *,
        also: Iterable[str] = (),
    ) -> None:
        """Set the positions of a locked portfolio in every symbol involved to what its ledger folds to.

        `transactions` are all that the ledger has in those symbols, and in all that `actions` lead to or
        from. `also` names symbols that may have had units before and have no transaction or action now.
        Raises NumberOutOfRange.
        """
        ledger, applied = list(transactions), list(actions)
        folded = fold_through(ledger, applied)
        involved = {one.entry.symbol for one in ledger} | {action.into for action in applied} | set(also)
        for position in folded.values():
            self._writing.defer(
                _SET,
                {
                    "owner_id": portfolio.owner_id,
                    "portfolio_id": portfolio.id,
                    "symbol": position.symbol,
                    "quantity": position.quantity,
                    "traded_quantity": position.traded_quantity,
                },
            )
        for symbol in involved - folded.keys():
            self._writing.defer(_EMPTY, {"emptied_id": portfolio.id, "emptied_symbol": symbol})
