"""Accounts of the exchange: portfolios that trade, with what they have available and what they hold."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.accounts import Account, AccountKind, Holding
from steward.domain.money import plain
from steward.domain.portfolios import PortfolioNotFound
from steward.infrastructure.db.accounts_tables import account_holdings, accounts
from steward.infrastructure.db.database import Reading, Retry, Transaction
from steward.infrastructure.db.orders_tables import OPEN_AT_DESK, orders
from steward.infrastructure.db.portfolios import WHOLE, portfolio_of
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.statements import Lock, Params, Row, Statement, upsert
from steward.infrastructure.db.types import listed, written_list
from steward.usecases.values import LockedAccount, OpenedAccount

_C, _H, _O = accounts.c, account_holdings.c, orders.c
_ONE = (
    _C.portfolio_id,
    _C.owner_id,
    _C.currency,
    _C.kind,
    _C.cash,
    _C.reserved,
    _C.unsettled,
    _C.settlement_days,
    _C.open_orders,
    _C.event_seq,
    _C.version,
    _C.ledger_seq,
    _C.starting_balance,
    _C.opened_at,
    portfolios.c.ledger_seq.label("head"),
)
_joined = select(*_ONE).select_from(accounts.join(portfolios, portfolios.c.id == _C.portfolio_id))
_SOME = Statement(_joined.where(listed(_C.portfolio_id, "portfolio_ids")).order_by(_C.portfolio_id))
_MINE = Statement(_joined.where(_C.owner_id == bindparam("owner_id")).order_by(_C.portfolio_id))
_BETWEEN = Statement(
    _joined.where(_C.portfolio_id > bindparam("after"), _C.portfolio_id <= bindparam("until")).order_by(
        _C.portfolio_id
    )
)
_VERSIONS = Statement(
    select(_C.portfolio_id, _C.version, portfolios.c.ledger_seq)
    .select_from(accounts.join(portfolios, portfolios.c.id == _C.portfolio_id))
    .where(listed(_C.portfolio_id, "portfolio_ids"))
)
_OPEN_ORDERS = Statement(
    select(func.count().label("count")).where(
        _O.owner_id == bindparam("owner_id"),
        listed(_O.security, "symbols"),
        OPEN_AT_DESK,
    )
)
# Both rows are locked, or what was read of the other could be older than the lock.
_LOCK = Statement(
    select(*WHOLE, _C.version)
    .select_from(accounts.join(portfolios, portfolios.c.id == _C.portfolio_id))
    .where(listed(_C.portfolio_id, "portfolio_ids"))
    .order_by(_C.portfolio_id),
    lock=Lock.ALWAYS,
)
_HOLDINGS = Statement(
    select(_H.portfolio_id, _H.symbol, _H.qty, _H.cost, _H.reserved_qty, _H.realized)
    .where(listed(_H.portfolio_id, "portfolio_ids"))
    .order_by(_H.portfolio_id, _H.symbol)
)
_ADD = Statement(
    insert(accounts).values({column: bindparam(column.name) for column in _C}),
    refusals={"fk_accounts_portfolios": lambda _: PortfolioNotFound(), "pk_accounts": lambda _: Retry()},
)
_CHANGING = (
    "kind",
    "cash",
    "reserved",
    "unsettled",
    "settlement_days",
    "open_orders",
    "event_seq",
    "ledger_seq",
    "starting_balance",
    "opened_at",
    "version",
)
_SAVE = Statement(
    update(accounts)
    .where(_C.portfolio_id == bindparam("of_portfolio_id"))
    .values({_C[name]: bindparam(f"new_{name}") for name in _CHANGING})
)


def _set_holding(engine: str) -> ClauseElement:
    adding = upsert(engine, account_holdings).values({column: bindparam(column.name) for column in _H})
    changed = {name: adding.excluded[name] for name in ("qty", "cost", "reserved_qty", "realized")}
    return adding.on_conflict_do_update(index_elements=[_H.portfolio_id, _H.symbol], set_=changed)


_SET_HOLDING = Statement(_set_holding)


def _account(row: Row) -> OpenedAccount:
    unsettled = {date.fromisoformat(day): Decimal(amount) for day, amount in json.loads(row[6]).items()}
    account = Account(
        portfolio_id=row[0],
        owner_id=row[1],
        currency=row[2],
        kind=AccountKind(row[3]),
        cash=row[4],
        reserved=row[5],
        unsettled=unsettled,
        settlement_days=row[7],
        open_orders=row[8],
        event_seq=row[9],
        version=row[10],
    )
    return OpenedAccount(account, row[11], row[14], row[12], row[13], row[10])


def _changing(one: OpenedAccount) -> dict[str, object]:
    account = one.account
    unsettled = {day.isoformat(): plain(amount) for day, amount in sorted(account.unsettled.items())}
    return {
        "kind": account.kind.value,
        "cash": account.cash,
        "reserved": account.reserved,
        "unsettled": json.dumps(unsettled),
        "settlement_days": account.settlement_days,
        "open_orders": account.open_orders,
        "event_seq": account.event_seq,
        "ledger_seq": one.ledger_seq,
        "starting_balance": one.starting_balance,
        "opened_at": one.opened_at,
        "version": account.version,
    }


class AccountReads:
    """Look accounts up."""

    def __init__(self, unit: Reading) -> None:
        self._reading = unit

    async def of(self, portfolio_ids: Collection[int]) -> dict[int, OpenedAccount]:
        """Give those of these accounts that there are, whoever they belong to."""
        if not portfolio_ids:
            return {}
        return await self._read(_SOME, {"portfolio_ids": written_list(sorted(portfolio_ids))})

    async def mine(self, owner_id: UUID) -> dict[int, OpenedAccount]:
        """Give all accounts of an owner, by portfolio."""
        return await self._read(_MINE, {"owner_id": owner_id})

    async def between(self, after: int, until: int) -> dict[int, OpenedAccount]:
        """Give the accounts of the portfolios with after < id <= until."""
        return await self._read(_BETWEEN, {"after": after, "until": until})

    async def _read(self, statement: Statement, params: Params) -> dict[int, OpenedAccount]:
        found = {row[0]: _account(row) for row in await self._reading.fetch(statement, params)}
        if found:
            ids = {"portfolio_ids": written_list(found)}
            for portfolio_id, symbol, *amounts in await self._reading.fetch(_HOLDINGS, ids):
                found[portfolio_id].account.holdings[symbol] = Holding(*amounts)
        return found


class Accounts(AccountReads):
    """Keep accounts whose portfolios the unit has locked."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._unit = unit

    async def versions(self, portfolio_ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """Give the version of each account, and how many transactions its portfolio has."""
        if not portfolio_ids:
            return {}
        ids = {"portfolio_ids": written_list(sorted(portfolio_ids))}
        return {row[0]: (row[1], row[2]) for row in await self._unit.fetch(_VERSIONS, ids)}

    async def lock(
        self, portfolio_ids: Collection[int], read: Mapping[int, tuple[int, int]]
    ) -> dict[int, LockedAccount]:
        """Give accounts of whatever owners, locked with their portfolios in one order.

        Raises Retry when one of `read` has moved.
        """
        if not portfolio_ids:
            return {}
        rows = await self._unit.fetch(_LOCK, {"portfolio_ids": written_list(sorted(portfolio_ids))})
        locked = {row[0]: LockedAccount(portfolio_of(row), row[-1]) for row in rows}
        for portfolio_id, versions in read.items():
            if portfolio_id not in locked or locked[portfolio_id].versions != versions:
                raise Retry
        return locked

    async def open_orders(self, owner_id: UUID, symbols: Collection[str]) -> int:
        """Count the open orders of an owner on the exchange in some symbols."""
        params = {"owner_id": owner_id, "symbols": written_list(sorted(symbols))}
        count: int = (await self._unit.fetch(_OPEN_ORDERS, params))[0][0]
        return count

    async def open(self, one: OpenedAccount) -> None:
        """Keep a new account, with what it holds."""
        account = one.account
        given = {
            "portfolio_id": account.portfolio_id,
            "owner_id": account.owner_id,
            "currency": account.currency,
        }
        await self._unit.many(_ADD, [{**given, **_changing(one)}])
        await self._unit.many(
            _SET_HOLDING, [_holding(account, symbol) for symbol in sorted(account.holdings)]
        )

    async def save(self, changed: Sequence[OpenedAccount], symbols: Iterable[tuple[int, str]]) -> None:
        """Keep accounts, and what some of them hold of some symbols."""
        rows = [
            {
                "of_portfolio_id": one.account.portfolio_id,
                **{f"new_{name}": value for name, value in _changing(one).items()},
            }
            for one in changed
        ]
        await self._unit.many(_SAVE, rows)
        by_id = {one.account.portfolio_id: one.account for one in changed}
        held = [_holding(by_id[portfolio_id], symbol) for portfolio_id, symbol in sorted(symbols)]
        await self._unit.many(_SET_HOLDING, held)


def _holding(account: Account, symbol: str) -> dict[str, object]:
    held = account.holding(symbol)
    return {
        "portfolio_id": account.portfolio_id,
        "owner_id": account.owner_id,
        "symbol": symbol,
        "qty": held.qty,
        "cost": held.cost,
        "reserved_qty": held.reserved_qty,
        "realized": held.realized,
    }
