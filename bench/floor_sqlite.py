"""The floor's SQL on SQLite: the server's own statements, run on the loop by the driver itself.

Writes share commits as the server's do: what waits while a commit is under way shares the next one, and
each is answered after it is durable. There is no savepoint per write and no lock between processes.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert

from bench.floor_ports import HELD, Asked, Params, Row
from steward.domain.instants import instant_text
from steward.domain.money import plain
from steward.infrastructure.db import (
    audit,
    calls,
    orders,
    portfolios,
    positions,
    transactions,
    transactions_rows,
    transactions_tables,
)
from steward.infrastructure.db.sqlite_connection import connect
from steward.infrastructure.db.statements import Statement
from steward.usecases.identity import ACCEPTED

_WINDOW_SECONDS = 60
_CEILING = 1_000_000
_POSITION = ("owner_id", "portfolio_id", "symbol", "change", "traded_change")
_T = transactions_tables.transactions
_ADD_ANSWERING = Statement(
    insert(_T).values({_T.c[name]: bindparam(name) for name in transactions_rows.NARROW}).returning(_T.c.id)
)


class SQLite:
    """One connection for reads, one for writes."""

    def __init__(self, url: str) -> None:
        self._path = Path(url.removeprefix("sqlite:///"))
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._committing: asyncio.Task[None] | None = None
        self._known: dict[Statement, tuple[str, Callable[[Params], Row], dict[str, object]]] = {}

    async def open(self) -> None:
        self._reader = connect(self._path)
        self._writer = connect(self._path)

    async def read(self, statement: Statement, params: Params) -> list[Row]:
        return self._run(self._reader, statement.guarded, params).fetchall()

    def _run(self, connection: sqlite3.Connection, statement: Statement, params: Params) -> sqlite3.Cursor:
        known = self._known.get(statement)
        if known is None:
            compiled = statement.sqlite
            # Of one name alone itemgetter makes no tuple.
            pick: Callable[[Params], Row] = itemgetter(*compiled.names)
            if len(compiled.names) == 1:
                pick = _only(compiled.names[0])
            known = compiled.sql, pick, compiled.constants
            self._known[statement] = known
        sql, arguments, constants = known
        return connection.execute(sql, arguments({**constants, **params} if constants else params))

    async def _write(self, work: Callable[[], Any]) -> Any:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit())
        return await done

    async def _commit(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            self._writer.execute("BEGIN IMMEDIATE")
            results = [work() for work, _ in batch]
            await loop.run_in_executor(self._thread, self._writer.execute, "COMMIT")
            for (_, done), result in zip(batch, results, strict=True):
                done.set_result(result)
        self._committing = None

    def _owed(self, asked: Asked, operation: str) -> None:
        """Count the call while asking for the session, and keep the audit's row."""
        now = int(asked.at.timestamp())
        window = {"key": f"writes:{asked.user_id}", "window_start": now - now % _WINDOW_SECONDS}
        self._run(self._writer, calls.COUNT_OF_SESSION, {**asked.guard, **window, "ceiling": _CEILING})
        event = {"operation": operation, "subject": asked.path, "outcome": ACCEPTED}
        who = {"user_id": asked.user_id, "address": "127.0.0.1", "request_id": asked.request_id}
        self._run(self._writer, audit._ADD, {**event, **who, "at": asked.at})

    async def place(self, asked: Asked, order_id: UUID) -> int:
        qty = plain(Decimal(asked.body["qty"]))

        def work() -> int:
            portfolio_id: int = self._run(self._writer, portfolios._DEFAULT, asked.guard).fetchone()[0]
            order = {
                "id": order_id,
                "owner_id": asked.user_id,
                "portfolio_id": portfolio_id,
                "security": asked.body["security"],
                "side": "buy",
                "original_qty": qty,
                "executed_qty": "0",
                "pending_qty": qty,
                "executed_value": "0",
                "average_price": None,
                "fill_count": 0,
                "status": "pending",
                "client_order_id": None,
                "venue": "manual",
                "created_at": asked.at,
                "updated_at": asked.at,
                "version": 1,
            }
            self._owed(asked, "orders.place")
            self._run(self._writer, orders._ADD, order)
            return portfolio_id

        return int(await self._write(work))

    async def execute(self, asked: Asked, order_id: str, fill_id: UUID) -> Row:
        row: Row = await self._write(lambda: self._fill(asked, order_id, fill_id))
        return row

    def _fill(self, asked: Asked, order_id: str, fill_id: UUID) -> Row:
        mine = {"owner_id": asked.user_id, "order_id": order_id}
        held = self._run(self._writer, HELD, mine).fetchone()
        portfolio_id, symbol, side, ordered = held[2:6]
        qty, price = Decimal(asked.body["executed_qty"]), Decimal(asked.body["price"])
        executed, gross = Decimal(held[6]) + qty, qty * price
        pending, worth = Decimal(ordered) - executed, Decimal(held[7]) + gross
        average = plain(round(worth / executed, 18))
        status, fills, version = "partial" if pending else "executed", held[8] + 1, held[14] + 1
        changed = (ordered, plain(executed), plain(pending), plain(worth), average)
        saved = (*changed, fills, status, asked.at, version)
        self._owed(asked, "orders.execute")
        names = ("new_" + name for name in orders.CHANGING)
        changing = {**mine, **dict(zip(names, saved, strict=True))}
        self._run(self._writer, orders._SAVE, changing)
        fill = {"id": fill_id, "qty": qty, "price": price, "currency": held[18], "price_source": "caller"}
        self._run(
            self._writer, orders._ADD_FILL, {**changing, **{f"fill_{name}": fill[name] for name in fill}}
        )
        entry = {"kind": "buy", "price": price, "gross_amount": gross, "currency": held[18]}
        self._append(asked, held[15:], symbol, qty, traded=qty, entry={**entry, "fill_id": fill_id})
        moments = (held[12], instant_text(asked.at), version)
        wire = (order_id, symbol, side, *changed[:3], status, average, portfolio_id)
        return (*wire, None, held[11], *moments)

    def _append(
        self, asked: Asked, head: Row, symbol: str, qty: Decimal, *, traded: Decimal, entry: Params
    ) -> int:
        """Append to the ledger of the portfolio `head`: the position, the new head and the transaction."""
        portfolio_id, owner_id, seq = head[0], head[1], head[5] + 1
        digest = sha256(f"{head[6]}{portfolio_id}{seq}{symbol}{qty}{asked.at}".encode()).hexdigest()
        position = (owner_id, portfolio_id, symbol, qty, traded)
        self._run(self._writer, positions.CHANGE_POSITION, dict(zip(_POSITION, position, strict=True)))
        now = {"head_seq": seq, "head_digest": digest, "head_at": asked.at}
        change = {"head_owner_id": owner_id, "head_id": portfolio_id, "head_assets": int(not traded)}
        self._run(self._writer, transactions._ADVANCE, {**now, **change})
        kept = {"owner_id": owner_id, "portfolio_id": portfolio_id, "seq": seq, "symbol": symbol}
        times = {"occurred_at": asked.at, "recorded_at": asked.at}
        more = {"quantity": qty, "reverses": None, "digest": digest, **times, **entry}
        made = self._run(self._writer, _ADD_ANSWERING, {**kept, **more})
        return int(made.fetchall()[0][0])

    async def add_asset(self, asked: Asked) -> int:
        entry = {"kind": "transfer_in", "price": None, "gross_amount": None, "currency": None}
        mine = {"owner_id": asked.user_id, "portfolio_id": asked.portfolio_id}

        def work() -> int:
            head = self._run(self._writer, portfolios._LOCK, mine).fetchone()
            self._owed(asked, "assets.declare")
            symbol, quantity = asked.body["symbol"], Decimal(asked.body["quantity"])
            return self._append(
                asked, head, symbol, quantity, traded=Decimal(0), entry={**entry, "fill_id": None}
            )

        return int(await self._write(work))

    async def create(self, asked: Asked) -> int:
        times = {"created_at": asked.at, "changed_at": asked.at}
        empty = {"is_default": 0, "ledger_seq": 0, "ledger_digest": "", "asset_count": 0}
        empty |= {"shorts_allowed": 0, "cost_method": "fifo"}
        named = {"owner_id": asked.user_id, "name": asked.body["name"], "base_currency": "USD"}

        def work() -> int:
            self._owed(asked, "portfolios.create")
            self._run(self._writer, portfolios._COUNT, {"counted_owner_id": asked.user_id, "change": 1})
            made = self._run(self._writer, portfolios._ADD, {**named, **times, **empty})
            return int(made.fetchall()[0][0])

        return int(await self._write(work))


def _only(name: str) -> Callable[[Params], Row]:
    return lambda params: (params[name],)
