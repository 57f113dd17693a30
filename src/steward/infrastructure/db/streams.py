"""Streams: reads the rows that are streamed, and who may still read them."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, text

from steward.infrastructure.db.desks_tables import desks
from steward.infrastructure.db.statements import Row, Statement
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases.streams_messages import Channel, Topic
from steward.usecases.values import Caller, DeskKey

Depth = Callable[[DeskKey], Awaitable[str | None]]
"""Gives the price levels of a book as JSON; None where there is no such book."""

# Numbers have no gap, so a range of them is a limit too, for any number of topics in one statement.
_EVENTS_SINCE = """
    SELECT one.portfolio_id, one.seq, one.payload FROM {asked} AS asked JOIN order_events AS one
    ON one.portfolio_id = {id} AND one.seq > {after} AND one.seq <= {after} + {limit} ORDER BY 1, 2
"""
_EVENTS_NEWEST = """
    SELECT {id}, (SELECT max(one.seq) FROM order_events AS one WHERE one.portfolio_id = {id})
    FROM {asked} AS asked
"""
_TRADES_SINCE = """
    SELECT one.venue, one.symbol, one.seq, {qty}, {price}, {at} FROM {asked} AS asked JOIN trades AS one
    ON one.venue = {venue} AND one.symbol = {symbol} AND one.seq > {last} AND one.seq <= {last} + {limit}
    ORDER BY 1, 2, 3
"""
_TRADES_NEWEST = """
    SELECT {venue}, {symbol}, (SELECT max(one.seq) FROM trades AS one
    WHERE one.venue = {venue} AND one.symbol = {symbol}) FROM {asked} AS asked
"""
_TRADE = '{"seq":%s,"qty":%s,"price":%s,"at":"%s"}'

# What is asked is one JSON parameter, a list for each topic: its key, and the number that is had.
_WORDS = {
    "postgresql": {
        "asked": "json_array_elements(CAST(:asked AS JSON))",
        "id": "CAST(asked.value->>0 AS BIGINT)",
        "after": "CAST(asked.value->>1 AS BIGINT)",
        "venue": "(asked.value->>0)",
        "symbol": "(asked.value->>1)",
        "last": "CAST(asked.value->>2 AS BIGINT)",
        "limit": "CAST(:limit AS BIGINT)",
        "qty": "trim_scale(one.qty)::text",
        "price": "trim_scale(one.price)::text",
        "at": """to_char(one.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    },
    "sqlite": {
        "asked": "json_each(:asked)",
        "id": "json_extract(asked.value, '$[0]')",
        "after": "json_extract(asked.value, '$[1]')",
        "venue": "json_extract(asked.value, '$[0]')",
        "symbol": "json_extract(asked.value, '$[1]')",
        "last": "json_extract(asked.value, '$[2]')",
        "limit": ":limit",
        "qty": "one.qty",
        "price": "one.price",
        "at": "one.at",
    },
}


def _statement(template: str) -> Statement:
    return Statement(lambda engine: text(template.format(**_WORDS[engine])))


_SINCE = {Channel.ORDERS: _statement(_EVENTS_SINCE), Channel.TRADES: _statement(_TRADES_SINCE)}
_NEWEST = {Channel.ORDERS: _statement(_EVENTS_NEWEST), Channel.TRADES: _statement(_TRADES_NEWEST)}
_QUOTE = Statement(
    select(desks.c.quote).where(desks.c.venue == bindparam("venue"), desks.c.symbol == bindparam("symbol"))
)


class Feed:
    """Reads what is streamed; `depth` knows the books."""

    def __init__(self, units: Units, depth: Depth) -> None:
        self._units = units
        self._depth = depth

    async def newest(self, topics: Collection[Topic]) -> dict[Topic, int]:
        """Give the number of the last message of each numbered topic; 0 where there is none."""
        found: dict[Topic, int] = {}
        for channel, statement in _NEWEST.items():
            asked = [_key(topic) for topic in topics if topic.channel is channel]
            for row in await self._rows(statement, asked, {}):
                found[_topic(channel, row)] = row[-1] or 0
        return found

    async def since(
        self, after: Mapping[Topic, int], *, limit: int
    ) -> dict[Topic, Sequence[tuple[int, str]]]:
        """Give what follows each number, in order: at most `limit` messages of each topic."""
        found: dict[Topic, list[tuple[int, str]]] = {}
        for channel, statement in _SINCE.items():
            asked = [(*_key(topic), seq) for topic, seq in after.items() if topic.channel is channel]
            for row in await self._rows(statement, asked, {"limit": limit}):
                told = (row[1], row[2]) if channel is Channel.ORDERS else (row[2], _TRADE % tuple(row[2:]))
                found.setdefault(_topic(channel, row), []).append(told)
        return {**found}

    async def state(self, channel: Channel, key: DeskKey) -> str | None:
        """Give the state of a symbol on a channel without numbers; None when nothing is known."""
        if channel is Channel.DEPTH:
            return await self._depth(key)
        rows = await self._units.read().fetch(_QUOTE, {"venue": key.venue, "symbol": key.symbol})
        return rows[0][0] if rows else None

    async def admitted(self, callers: Collection[Caller], *, at: datetime) -> set[Caller]:
        """Give those whose session is open, or whose API key still counts."""
        reads = self._units.read()
        sessions = {one.session_id for one in callers if one.session_id is not None}
        found = await reads.sessions.open_among(sessions, at=at)
        refused = await reads.api_keys.refusals(callers, at=at)
        return {
            one for one in callers if one not in refused and (one.key is not None or one.session_id in found)
        }

    async def _rows(
        self, statement: Statement, asked: Sequence[tuple[object, ...]], params: Mapping[str, object]
    ) -> list[Row]:
        return (
            await self._units.read().fetch(statement, {"asked": json.dumps(asked), **params}) if asked else []
        )


def _key(topic: Topic) -> tuple[object, ...]:
    return (topic.of,) if isinstance(topic.of, int) else (topic.of.venue, topic.of.symbol)


def _topic(channel: Channel, row: Row) -> Topic:
    return Topic(channel, row[0] if channel is Channel.ORDERS else DeskKey(row[0], row[1]))
