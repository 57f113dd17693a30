"""Corporate actions: the table and its repository. One row per action, kept also when it is taken back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    bindparam,
    exists,
    insert,
    literal_column,
    select,
    update,
)

from steward.domain.corporate_actions import ActionKind, CorporateAction, related
from steward.infrastructure.db.database import Reading, Transaction
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.statements import Row, Statement
from steward.infrastructure.db.transactions_tables import transactions
from steward.infrastructure.db.types import (
    Day,
    Exact,
    Id,
    Instant,
    Plain,
    Serial,
    listed,
    metadata,
    written_list,
)
from steward.infrastructure.db.users import INSTRUMENTS_CHANGED

_GIVES_UNITS = (
    "(kind IN ('split', 'stock_dividend', 'spin_off', 'rights') "
    "OR kind = 'merger' AND into_symbol IS NOT NULL)"
)
_TURNS_INTO = "kind IN ('spin_off', 'rights', 'symbol_change')"
_PAYS = "(kind IN ('return_of_capital', 'delisting') OR kind = 'merger' AND into_symbol IS NULL)"

corporate_actions = Table(
    "corporate_actions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("symbol", Plain, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ex_date", Day, nullable=False),
    Column("new_units", Exact, nullable=False),
    Column("old_units", Exact, nullable=False),
    Column("into_symbol", Plain),
    Column("basis_share", Exact),
    Column("cash_per_unit", Exact),
    Column("cash_in_lieu_price", Exact),
    Column("currency", Text),
    Column("note", Text),
    Column("recorded_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in ActionKind)})", "kind"),
    CheckConstraint("length(symbol) BETWEEN 1 AND 32", "symbol"),
    CheckConstraint("ex_date >= '1900-01-01'", "ex_date"),
    CheckConstraint("CAST(old_units AS NUMERIC) > 0", "old_units"),
    CheckConstraint(f"(CAST(new_units AS NUMERIC) > 0) = {_GIVES_UNITS}", "new_units"),
    CheckConstraint(f"kind = 'merger' OR (into_symbol IS NOT NULL) = ({_TURNS_INTO})", "into_symbol"),
    CheckConstraint("length(into_symbol) BETWEEN 1 AND 32 AND into_symbol <> symbol", "into_symbol_form"),
    CheckConstraint("CAST(basis_share AS NUMERIC) BETWEEN 0 AND 1", "basis_share"),
    CheckConstraint(f"kind = 'merger' OR (cash_per_unit IS NOT NULL) = {_PAYS}", "cash_per_unit"),
    CheckConstraint("CAST(cash_per_unit AS NUMERIC) >= 0", "cash_per_unit_sign"),
    CheckConstraint("CAST(cash_in_lieu_price AS NUMERIC) > 0", "cash_in_lieu_price"),
    CheckConstraint(
        "(cash_per_unit IS NULL AND cash_in_lieu_price IS NULL) = (currency IS NULL)", "currency"
    ),
    CheckConstraint("length(note) BETWEEN 1 AND 500", "note"),
    CheckConstraint("withdrawn_at >= recorded_at", "withdrawn_at"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
_C = corporate_actions.c
_stands = _C.withdrawn_at.is_(None)
Index(
    "ix_corporate_actions_owner_id",
    _C.owner_id,
    _C.ex_date,
    _C.id,
    postgresql_where=_stands,
    sqlite_where=_stands,
)
_WHOLE = tuple(column for column in _C if column.name not in ("owner_id", "recorded_at", "withdrawn_at"))
_STANDING = Statement(
    select(*_WHOLE).where(_C.owner_id == bindparam("owner_id"), _stands).order_by(_C.ex_date, _C.id)
)
_T = transactions.c
_named = (
    exists()
    .where(
        _T.owner_id == bindparam("owner_id"),
        listed(_T.symbol, "symbols"),
        _T.occurred_at >= bindparam("start"),
        _T.lots.is_not(None),
        _T.reverses.is_(None),
    )
    .label("named")
)
_mine = (_C.owner_id == bindparam("owner_id")) & _stands
_once = select(literal_column("1").label("once")).subquery()
# One round trip for both, since every change to a ledger asks both, and most have neither.
_BEARING = Statement(
    select(_named, *_WHOLE).select_from(_once.outerjoin(corporate_actions, _mine)).order_by(_C.ex_date, _C.id)
)
SOME_STAND = exists().where(_C.owner_id == bindparam("owner_id"), _stands)
_P = portfolios.c
_owners = select(_P.owner_id).where(_P.id > bindparam("after"), _P.id <= bindparam("until"))
_BETWEEN = Statement(
    select(_C.owner_id, *_WHOLE)
    .where(_C.owner_id.in_(_owners), _stands)
    .order_by(_C.owner_id, _C.ex_date, _C.id)
)
_ADD = Statement(
    insert(corporate_actions)
    .values({column: bindparam(column.name) for column in _C if column.name not in ("id", "withdrawn_at")})
    .returning(_C.id)
)
_WITHDRAW = Statement(
    update(corporate_actions)
    .where(
        _C.owner_id == bindparam("withdrawn_owner_id"),
        _C.id == bindparam("withdrawn_id"),
        _stands,
    )
    .values(withdrawn_at=bindparam("at", type_=Instant))
)


def _action(row: Row) -> CorporateAction:
    return CorporateAction(row[0], row[1], ActionKind(row[2]), *row[3:])


def _among(found: list[CorporateAction], symbols: Collection[str]) -> list[CorporateAction]:
    involved = related(symbols, found)
    return [action for action in found if action.symbol in involved]


class ActionReads:
    """Read corporate actions."""

    def __init__(self, unit: Reading) -> None:
        self._unit = unit

    async def of(self, owner_id: UUID, symbols: Collection[str] | None = None) -> list[CorporateAction]:
        """Give the owner's standing actions by ex-date, then in the order in which they were entered.

        With `symbols`, only those that bear on them, also through other symbols that became theirs or
        that theirs became.
        """
        rows = await self._unit.fetch(_STANDING, {"owner_id": owner_id})
        found = [_action(row) for row in rows]
        return found if symbols is None else _among(found, symbols)

    async def bearing(
        self, owner_id: UUID, symbols: Collection[str], since: date
    ) -> tuple[list[CorporateAction], bool]:
        """Give what `of` does, and whether a sale of one of `symbols` names lots, on that day or later."""
        params = {
            "owner_id": owner_id,
            "symbols": written_list(symbols),
            "start": datetime.combine(since, time(), UTC),
        }
        rows = await self._unit.fetch(_BEARING, params)
        found = [_action(row[1:]) for row in rows if row[1] is not None]
        return _among(found, symbols), bool(rows[0][0])

    async def between(self, after: int, until: int) -> dict[UUID, list[CorporateAction]]:
        """Give the standing actions of those who own portfolios with after < id <= until, by owner."""
        found: dict[UUID, list[CorporateAction]] = {}
        for row in await self._unit.fetch(_BETWEEN, {"after": after, "until": until}):
            found.setdefault(row[0], []).append(_action(row[1:]))
        return found


class Actions(ActionReads):
    """Keep corporate actions."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._writing = unit

    async def add(self, owner_id: UUID, action: CorporateAction, *, at: datetime) -> CorporateAction:
        """Keep a new action and give it with its id."""
        self._writing.defer(INSTRUMENTS_CHANGED, {"changed_owner_id": owner_id})
        values = {
            "owner_id": owner_id,
            "symbol": action.symbol,
            "kind": action.kind.value,
            "ex_date": action.ex_date,
            "new_units": action.new,
            "old_units": action.old,
            "into_symbol": action.into,
            "basis_share": action.basis_share,
            "cash_per_unit": action.cash_per_unit,
            "cash_in_lieu_price": action.cash_in_lieu_price,
            "currency": action.currency,
            "note": action.note,
            "recorded_at": at,
        }
        self._writing.defer(_ADD, values)
        rows = await self._writing.flush()
        return replace(action, id=rows[0][0])

    def withdraw(self, owner_id: UUID, action: CorporateAction, *, at: datetime) -> None:
        """Take a standing action back; its row stays."""
        self._writing.defer(INSTRUMENTS_CHANGED, {"changed_owner_id": owner_id})
        params = {"withdrawn_owner_id": owner_id, "withdrawn_id": action.id, "at": at}
        self._writing.defer(_WITHDRAW, params)
