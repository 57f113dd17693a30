"""The floor's SQL on PostgreSQL: one statement and one round trip per request, reads and writes alike.

Reads are the server's own statements. Each write is one statement of common table expressions that does
what the server does in its transaction, commits by itself as the server's does, and asks for the session,
counts the call and keeps the audit's row on the way.
"""

import asyncio
import re
from collections.abc import Callable
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg

from bench.floor_ports import HELD, Asked, Params, Row
from steward.infrastructure.db import audit, calls, orders, orders_reads, portfolios
from steward.infrastructure.db.postgres import _SESSION
from steward.infrastructure.db.statements import Compiled, Statement
from steward.usecases.identity import ACCEPTED

_CONNECTIONS = 8  # as many as the server's pool has by default
_WINDOW_SECONDS = 60
_CEILING = 1_000_000
_DEFAULT = "(SELECT id FROM portfolios WHERE owner_id = %(owner_id)s::UUID AND is_default = 1)"
_POSITION = """
INSERT INTO positions (owner_id, portfolio_id, symbol, quantity, traded_quantity)
SELECT held.owner_id, {portfolio}, {symbol}, %(qty)s::NUMERIC(60, 18), {traded} FROM held
ON CONFLICT (portfolio_id, symbol) DO UPDATE SET quantity = positions.quantity + excluded.quantity,
traded_quantity = positions.traded_quantity + excluded.traded_quantity"""
_HEAD = """
UPDATE portfolios SET changed_at = %(at)s::TIMESTAMP WITH TIME ZONE, ledger_seq = held.ledger_seq + 1,
ledger_digest = {digest}, asset_count = portfolios.asset_count + {assets}
FROM held WHERE portfolios.owner_id = held.owner_id AND portfolios.id = {portfolio}"""
_LEDGER = """
INSERT INTO transactions (owner_id, portfolio_id, seq, kind, symbol, quantity, occurred_at, price,
gross_amount, currency, fill_id, recorded_at, digest)
SELECT held.owner_id, {portfolio}, held.ledger_seq + 1, {kind}, {symbol}, %(qty)s::NUMERIC(38, 18),
%(at)s::TIMESTAMP WITH TIME ZONE, {price}, %(at)s::TIMESTAMP WITH TIME ZONE, {digest}
FROM held RETURNING id"""
_DIGEST = "encode(sha256((held.ledger_digest || %(request_id)s::VARCHAR)::BYTEA), 'hex')"
_PRICE = "%(price)s::NUMERIC(38, 18)"
_GROSS = f"%(qty)s::NUMERIC(38, 18) * {_PRICE}"
_TRADE = {
    "portfolio": "held.portfolio_id",
    "symbol": "held.security",
    "kind": "'buy'",
    "price": f"{_PRICE}, {_GROSS}, held.base_currency, %(fill_id)s::UUID",
    "traded": "%(qty)s::NUMERIC(60, 18)",
    "assets": "0",
    "digest": _DIGEST,
}
_DECLARATION = {
    "portfolio": "held.id",
    "symbol": '%(symbol)s::VARCHAR COLLATE "C"',
    "kind": "'transfer_in'",
    "price": "NULL::NUMERIC, NULL::NUMERIC, NULL, NULL::UUID",
    "traded": "0",
    "assets": "1",
    "digest": _DIGEST,
}
_FILL = """
INSERT INTO executions (id, owner_id, order_id, seq, qty, price, currency, price_source, executed_at)
SELECT %(fill_id)s::UUID, held.owner_id, held.id, held.fill_count + 1, %(qty)s::NUMERIC(38, 18), {unit_price},
held.base_currency, 'caller', %(at)s::TIMESTAMP WITH TIME ZONE FROM held"""
_SAVE = """
UPDATE orders SET executed_qty = held.executed_qty + %(qty)s::NUMERIC(38, 18),
pending_qty = held.original_qty - held.executed_qty - %(qty)s::NUMERIC(38, 18),
executed_value = held.executed_value + {gross},
average_price = round((held.executed_value + {gross}) / (held.executed_qty + %(qty)s::NUMERIC(38, 18)), 18),
fill_count = held.fill_count + 1, version = held.version + 1, updated_at = %(at)s::TIMESTAMP WITH TIME ZONE,
status = CASE WHEN held.executed_qty + %(qty)s::NUMERIC(38, 18) = held.original_qty THEN 'executed'
ELSE 'partial' END
FROM held WHERE orders.id = held.id RETURNING {wire}"""


def _named(compiled: Compiled) -> str:
    """Put the names of the parameters back in the place of their numbers."""
    names = compiled.names
    return re.sub(r"\$(\d+)", lambda found: f"%({names[int(found[1]) - 1]})s", compiled.sql)


class _Numbers(dict[str, str]):
    """Gives every name its number as it is met."""

    def __missing__(self, name: str) -> str:
        self[name] = f"${len(self) + 1}"
        return self[name]


class _Whole:
    """One statement of several parts, of which `answer` answers."""

    def __init__(self, **parts: str) -> None:
        owed = {"counted": _named(calls.COUNT_OF_SESSION.postgresql), "noted": _named(audit._ADD.postgresql)}
        parts = {**owed, **parts}
        numbers = _Numbers()
        texts = ", ".join(f"{name} AS ({part})" for name, part in parts.items())
        self.sql = f"WITH {texts % numbers} SELECT * FROM answer"  # noqa: S608 - of constants
        self.arguments: Callable[[Params], Row] = itemgetter(*numbers)


def _place() -> _Whole:
    added = _named(orders._ADD.postgresql).replace("%(portfolio_id)s::BIGINT", _DEFAULT)
    return _Whole(answer=f"{added} RETURNING portfolio_id")


def _execute() -> _Whole:
    # The columns as they go on the wire, but for the leading seq: the list of the server's own query.
    wire = orders_reads._GET.postgresql.sql.partition("SELECT orders.seq, ")[2].partition("\nFROM")[0]
    # Where it stands on the exchange is nothing that an order on the manual venue has.
    wire = wire.partition(", orders.terms")[0]
    return _Whole(
        held=_named(HELD.postgresql),
        filled=_FILL.format(unit_price=_PRICE),
        moved=_POSITION.format(**_TRADE),
        headed=_HEAD.format(**_TRADE),
        booked=_LEDGER.format(**_TRADE),
        answer=_SAVE.format(wire=wire, gross=_GROSS),
    )


def _add_asset() -> _Whole:
    return _Whole(
        held=_named(portfolios._LOCK.postgresql),
        moved=_POSITION.format(**_DECLARATION),
        headed=_HEAD.format(**_DECLARATION),
        answer=_LEDGER.format(**_DECLARATION),
    )


def _create() -> _Whole:
    counted = _named(portfolios._COUNT.postgresql)
    return _Whole(one_more=counted, answer=_named(portfolios._ADD.postgresql))


class PostgreSQL:
    """A few plain connections, each with its prepared statements."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: list[tuple[Any, dict[str, Any]]] = []
        self._places = asyncio.Semaphore(_CONNECTIONS)
        self._reads: dict[Statement, tuple[str, Callable[[Params], Row], dict[str, object]]] = {}
        self._place, self._execute = _place(), _execute()
        self._add_asset, self._create = _add_asset(), _create()

    async def open(self) -> None:
        for _ in range(_CONNECTIONS):
            self._idle.append((await asyncpg.connect(self._url, server_settings=_SESSION), {}))

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        known = self._reads.get(statement)
        if known is None:
            compiled = statement.guarded.postgresql
            known = compiled.sql, itemgetter(*compiled.names), compiled.constants
            self._reads[statement] = known
        sql, arguments, constants = known
        return await self._fetch(sql, arguments({**constants, **params} if constants else params))

    async def _fetch(self, sql: str, arguments: Row) -> list[Row]:
        async with self._places:
            connection, prepared = self._idle.pop()
            statement = prepared.get(sql)
            if statement is None:
                statement = prepared[sql] = await connection.prepare(sql)
            rows: list[Row] = await statement.fetch(*arguments)
            self._idle.append((connection, prepared))
        return rows

    async def _write(self, whole: _Whole, asked: Asked, operation: str, params: Params) -> Row:
        now = int(asked.at.timestamp())
        owed = {
            "key": f"writes:{asked.user_id}",
            "window_start": now - now % _WINDOW_SECONDS,
            "ceiling": _CEILING,
            "at": asked.at,
            "user_id": asked.user_id,
            "operation": operation,
            "subject": asked.path,
            "outcome": ACCEPTED,
            "address": "127.0.0.1",
            "request_id": asked.request_id,
        }
        rows = await self._fetch(whole.sql, whole.arguments({**asked.guard, **owed, **params}))
        return tuple(rows[0])

    async def place(self, asked: Asked, order_id: UUID) -> int:
        qty = Decimal(asked.body["qty"])
        order = {
            "id": order_id,
            "security": asked.body["security"],
            "side": "buy",
            "original_qty": qty,
            "executed_qty": Decimal(0),
            "pending_qty": qty,
            "executed_value": Decimal(0),
            "average_price": None,
            "fill_count": 0,
            "status": "pending",
            "client_order_id": None,
            "venue": "manual",
            "created_at": asked.at,
            "updated_at": asked.at,
            "version": 1,
        }
        return int((await self._write(self._place, asked, "orders.place", order))[0])

    async def execute(self, asked: Asked, order_id: str, fill_id: UUID) -> Row:
        qty, price = Decimal(asked.body["executed_qty"]), Decimal(asked.body["price"])
        params = {"order_id": order_id, "fill_id": fill_id, "qty": qty, "price": price}
        return await self._write(self._execute, asked, "orders.execute", params)

    async def add_asset(self, asked: Asked) -> int:
        params = {
            "portfolio_id": asked.portfolio_id,
            "symbol": asked.body["symbol"],
            "qty": Decimal(asked.body["quantity"]),
        }
        return int((await self._write(self._add_asset, asked, "assets.declare", params))[0])

    async def create(self, asked: Asked) -> int:
        params = {
            "counted_owner_id": asked.user_id,
            "change": 1,
            "name": asked.body["name"],
            "base_currency": "USD",
            "created_at": asked.at,
            "changed_at": asked.at,
            "is_default": 0,
            "ledger_seq": 0,
            "ledger_digest": "",
            "asset_count": 0,
            "shorts_allowed": 0,
            "cost_method": "fifo",
        }
        return int((await self._write(self._create, asked, "portfolios.create", params))[0])
