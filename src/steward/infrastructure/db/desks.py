"""Desks: a symbol at a venue with its listing and its state, its trades, and what happened to orders."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, insert, select, text, update
from sqlalchemy.sql.elements import ClauseElement

from steward.domain.instants import instant_text
from steward.domain.listings import DeskState, FeeSchedule, Listing, MarketQuote, TradingStatus
from steward.domain.money import plain
from steward.domain.trading import Trade
from steward.infrastructure.db.database import Reading, Retry, Transaction
from steward.infrastructure.db.desks_tables import desks, order_events, trades
from steward.infrastructure.db.orders_tables import OPEN_AT_DESK, orders
from steward.infrastructure.db.statements import Lock, Row, Statement, upsert
from steward.infrastructure.db.streams_wakes import CHANNEL, payloads
from steward.infrastructure.db.types import Instant, listed, wire, written_list
from steward.usecases.values import DeskKey, ToldEvent

_C, _T, _O, _R = desks.c, trades.c, order_events.c, orders.c
_WHOLE = tuple(_C)
_STATE = ("version", "trade_seq", "status", "last_price", "short_qty", "quote", "turned_at")
_SOME = listed(_C.venue, "venues"), listed(_C.symbol, "symbols")
_LOCK = Statement(select(*_WHOLE).where(*_SOME).order_by(_C.venue, _C.symbol), lock=Lock.ALWAYS)
_GET = Statement(select(*_WHOLE).where(*_SOME))
_ALL = Statement(select(*_WHOLE).order_by(_C.venue, _C.symbol))
_OPEN_ORDERS = Statement(
    select(func.count()).where(
        _R.venue == bindparam("venue"),
        _R.security == bindparam("security"),
        OPEN_AT_DESK,
    )
)
_SAVE = Statement(
    update(desks)
    .where(_C.venue == bindparam("of_venue"), _C.symbol == bindparam("of_symbol"))
    .values({_C[name]: bindparam(f"new_{name}") for name in _STATE})
)
_ADD_TRADE = Statement(
    insert(trades).values({one: bindparam(one.name) for one in _T}),
    refusals={"pk_trades": lambda _: Retry()},
)
_ADD_EVENT = Statement(
    insert(order_events).values({one: bindparam(one.name) for one in _O}),
    refusals={"pk_order_events": lambda _: Retry()},
)
_many = bindparam("limit", type_=Integer)
_made = select(_T.seq, wire(_T.qty).label("q"), wire(_T.price).label("p"), wire(_T.at).label("a")).where(
    _T.venue == bindparam("venue"), _T.symbol == bindparam("symbol")
)
_TRADES = Statement(_made.where(_T.seq < bindparam("before")).order_by(_T.seq.desc()).limit(_many))
_between = _made.where(_T.at >= bindparam("start", type_=Instant), _T.at <= bindparam("end", type_=Instant))
_TRADES_BETWEEN = {
    True: Statement(_between.where(_T.seq > bindparam("behind")).order_by(_T.seq).limit(_many)),
    False: Statement(_between.where(_T.seq < bindparam("behind")).order_by(_T.seq.desc()).limit(_many)),
}
_LAST_SEQ = 2**63 - 1
_EVENTS_AFTER = Statement(
    select(_O.seq, _O.payload)
    .where(
        _O.owner_id == bindparam("owner_id"),
        _O.portfolio_id == bindparam("portfolio_id"),
        _O.seq > bindparam("after"),
    )
    .order_by(_O.seq)
    .limit(_many)
)
_TELL = Statement(
    lambda engine: text(
        f"SELECT pg_notify('{CHANNEL}', told) "  # noqa: S608 - a name of ours
        "FROM json_array_elements_text(CAST(:payloads AS JSON)) AS told"
        if engine == "postgresql"
        else "SELECT :payloads"
    )
)
_FEES = tuple(one.name for one in fields(FeeSchedule))


def _add(engine: str) -> ClauseElement:
    adding = upsert(engine, desks).values({column: bindparam(column.name) for column in _C})
    return adding.on_conflict_do_nothing(index_elements=[_C.venue, _C.symbol])


def _relist(engine: str) -> ClauseElement:
    adding = upsert(engine, desks).values({column: bindparam(column.name) for column in _C})
    kept = {*_STATE, "venue", "symbol"}
    changed = {one.name: adding.excluded[one.name] for one in _C if one.name not in kept}
    return adding.on_conflict_do_update(index_elements=[_C.venue, _C.symbol], set_=changed)


_ADD = Statement(_add)
_RELIST = Statement(_relist)


def _listing(row: Row) -> Listing:
    fees = {name: Decimal(value) for name, value in json.loads(row[8]).items()}
    return Listing(
        venue=row[0],
        symbol=row[1],
        currency=row[2],
        tick=row[3],
        lot=row[4],
        multiplier=row[5],
        calendar=row[6],
        borrowable=row[7],
        fees=FeeSchedule(**fees),
    )


def _state(row: Row) -> DeskState:
    version, trade_seq, status, last_price, short_qty, quote, turned_at = row[9:]
    return DeskState(
        version=version,
        trade_seq=trade_seq,
        status=TradingStatus(status),
        last_price=last_price,
        short_qty=short_qty,
        quote=None if quote is None else _quote(json.loads(quote)),
        turned_at=turned_at,
    )


def _quote(told: dict[str, str]) -> MarketQuote:
    at = datetime.fromisoformat(told.pop("at"))
    return MarketQuote(at=at, **{name: Decimal(value) for name, value in told.items()})


def written_quote(quote: MarketQuote | None) -> str | None:
    """Write a quote as it is kept and as it goes on the wire."""
    if quote is None:
        return None
    told = {name: plain(getattr(quote, name)) for name in ("bid", "ask", "bid_size", "ask_size")}
    return json.dumps({**told, "at": instant_text(quote.at)}, separators=(",", ":"))


def _stated(state: DeskState) -> tuple[Any, ...]:
    """Give the columns of _STATE."""
    return (
        state.version,
        state.trade_seq,
        state.status.value,
        state.last_price,
        state.short_qty,
        written_quote(state.quote),
        state.turned_at,
    )


def _whole(listing: Listing, state: DeskState) -> dict[str, object]:
    fees = {name: getattr(listing.fees, name) for name in _FEES}
    return {
        "venue": listing.venue,
        "symbol": listing.symbol,
        "currency": listing.currency,
        "tick": listing.tick,
        "lot": listing.lot,
        "multiplier": listing.multiplier,
        "calendar": listing.calendar,
        "borrowable": listing.borrowable,
        "fees": json.dumps({name: plain(value) for name, value in fees.items() if value}),
        **dict(zip(_STATE, _stated(state), strict=True)),
    }


def _named(keys: Collection[DeskKey]) -> dict[str, object]:
    venues, symbols = {one.venue for one in keys}, {one.symbol for one in keys}
    return {"venues": written_list(sorted(venues)), "symbols": written_list(sorted(symbols))}


Desks = dict[DeskKey, tuple[Listing, DeskState]]


class DeskReads:
    """Read desks, trades and events."""

    def __init__(self, unit: Reading) -> None:
        self._reading = unit

    async def of(self, keys: Collection[DeskKey]) -> Desks:
        """Give those of these desks that there are."""
        rows = await self._reading.fetch(_GET, _named(keys))
        return {key: value for key, value in map(_desk, rows) if key in keys}

    async def all(self) -> Desks:
        """Give every desk."""
        return dict(map(_desk, await self._reading.fetch(_ALL, {})))

    async def trades(self, key: DeskKey, *, before: int, limit: int) -> Sequence[Row]:
        """Give trades for the wire, newest first: seq, quantity, price, moment."""
        params = {"venue": key.venue, "symbol": key.symbol, "before": before, "limit": limit}
        return await self._reading.fetch(_TRADES, params)

    async def trades_between(
        self,
        key: DeskKey,
        start: datetime,
        end: datetime,
        *,
        behind: int | None,
        ascending: bool,
        limit: int,
    ) -> Sequence[Row]:
        """Give the same of trades between two moments, those behind a number in the order asked for."""
        params = {"venue": key.venue, "symbol": key.symbol, "start": start, "end": end, "limit": limit}
        first = 0 if ascending else _LAST_SEQ
        params["behind"] = first if behind is None else behind
        return await self._reading.fetch(_TRADES_BETWEEN[ascending], params)

    async def events_after(
        self, owner_id: UUID, portfolio_id: int, *, after: int, limit: int
    ) -> Sequence[Row]:
        """Give what happened to the orders of an account, in sequence: seq and the event as JSON."""
        params = {"owner_id": owner_id, "portfolio_id": portfolio_id, "after": after, "limit": limit}
        return await self._reading.fetch(_EVENTS_AFTER, params)


def _desk(row: Row) -> tuple[DeskKey, tuple[Listing, DeskState]]:
    return DeskKey(row[0], row[1]), (_listing(row), _state(row))


class DeskWrites(DeskReads):
    """Keep desks."""

    def __init__(self, unit: Transaction) -> None:
        super().__init__(unit)
        self._unit = unit

    async def lock(self, keys: Collection[DeskKey]) -> Desks:
        """Give desks that nobody else changes until the unit ends, always locked in one order."""
        return {
            key: value
            for key, value in map(_desk, await self._unit.fetch(_LOCK, _named(keys)))
            if key in keys
        }

    async def open_orders(self, key: DeskKey) -> int:
        """Count the open orders of a desk."""
        rows = await self._unit.fetch(_OPEN_ORDERS, {"venue": key.venue, "security": key.symbol})
        return int(rows[0][0])

    async def add(self, listings: Iterable[Listing]) -> None:
        """Open desks, unless they are there."""
        await self._unit.many(_ADD, [_whole(one, DeskState()) for one in listings])

    async def relist(self, listing: Listing) -> None:
        """Set what is listed and how; the state of a desk that is there stays."""
        await self._unit.many(_RELIST, [_whole(listing, DeskState())])

    async def save(self, states: Iterable[tuple[DeskKey, DeskState]]) -> None:
        """Keep the states of locked desks."""
        rows = [
            {
                "of_venue": key.venue,
                "of_symbol": key.symbol,
                **{f"new_{name}": value for name, value in zip(_STATE, _stated(state), strict=True)},
            }
            for key, state in states
        ]
        await self._unit.many(_SAVE, rows)

    async def add_trades(self, made: Iterable[Trade]) -> None:
        """Keep trades."""
        await self._unit.many(
            _ADD_TRADE, [{one.name: getattr(trade, one.name) for one in _T} for trade in made]
        )

    def tell(self, portfolio_ids: Collection[int], keys: Collection[DeskKey]) -> None:
        """Wake the workers whose readers follow these, once this is committed; on SQLite they look."""
        if told := list(payloads(portfolio_ids, keys)):
            self._unit.defer(_TELL, {"payloads": json.dumps(told)})

    async def add_events(self, told: Iterable[ToldEvent]) -> None:
        """Keep what happened to orders."""
        await self._unit.many(
            _ADD_EVENT, [{one.name: getattr(event, one.name) for one in _O} for event in told]
        )
