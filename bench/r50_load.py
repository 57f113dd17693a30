"""Loads R50 into a database of either engine, for somebody who is registered there."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import literal_column, select

from bench.r50 import Reference, reference
from steward.domain.closes import Series, SeriesKind, columns
from steward.domain.portfolios import Portfolio
from steward.domain.transactions import Sealed, Transaction
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.postgres import PostgreSQL
from steward.infrastructure.db.sqlite import SQLite
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.infrastructure.db.users import users
from steward.usecases.values import Limit, Trace

_SQLITE = "sqlite:///"
_TRACE = Trace("bench.load", "", "", "")
_OWNER = Statement(select(users.c.id).limit(literal_column("1")))
_LAST = Statement(select(portfolios.c.id).order_by(portfolios.c.id.desc()).limit(literal_column("1")))


async def load(database: Database, count: int) -> Reference:
    """Load `count` transactions until today for the one person who is registered. Give what was loaded."""
    units, now = Units(database, writes=Limit("writes", 1_000_000, 60)), datetime.now(UTC)
    owner_id: UUID = (await database.read(_OWNER, {}))[0][0]
    rows = await database.read(_LAST, {})
    made = reference(
        count, last=now.date(), owner_id=owner_id, first_ids=((rows[0][0] if rows else 0) + 1, 1)
    )

    async def stated(unit: WriteUnit) -> None:
        for one in made.instruments:
            unit.instruments.put(owner_id, one)
        await unit.closes.keep(owner_id, SeriesKind.CLOSE, _years(made.closes))
        await unit.closes.keep(owner_id, SeriesKind.RATE, _years(made.rates))
        for action in made.actions:
            await unit.actions.add(owner_id, action, at=now)

    await units.write(stated, trace=_TRACE, at=now)
    by_portfolio: dict[int, list[Transaction]] = defaultdict(list)
    for transaction in made.transactions:
        by_portfolio[transaction.portfolio_id].append(transaction)
    for one in made.portfolios:
        kept = await units.write(partial(_opened, one), trace=_TRACE, at=now)
        booked = partial(_booked, kept, by_portfolio[one.id], made)
        await units.write(booked, trace=_TRACE, at=now)
    return made


async def _opened(portfolio: Portfolio, unit: WriteUnit) -> Portfolio:
    kept = await unit.portfolios.add(
        owner_id=portfolio.owner_id,
        name=portfolio.name,
        base_currency=portfolio.base_currency,
        at=portfolio.created_at,
    )
    if kept.id != portfolio.id:
        raise RuntimeError(f"portfolio {portfolio.id} became {kept.id}")
    return kept


async def _booked(
    portfolio: Portfolio, transactions: Sequence[Transaction], made: Reference, unit: WriteUnit
) -> None:
    await unit.transactions.append_many(portfolio, _sealed(transactions), moves=False)
    unit.positions.rebuild(portfolio, transactions, made.actions)


def _sealed(transactions: Sequence[Transaction]) -> list[Sealed]:
    return [Sealed(one.portfolio_id, one.seq, one.recorded_at, one.entry, one.digest) for one in transactions]


def _years(series: Sequence[Series]) -> list[tuple[int, Series]]:
    found = []
    for one in series:
        places: dict[int, list[int]] = defaultdict(list)
        for place, day in enumerate(one.days):
            places[date.fromordinal(day).year].append(place)
        for year, mine in places.items():
            numbers = [(one.day(place), one.stated(place)) for place in mine]
            found.append((year, Series(one.key, one.currency, one.source, *columns(numbers))))
    return found


async def _main(url: str, count: int) -> None:
    database = (
        SQLite(Path(url.removeprefix(_SQLITE)))
        if url.startswith(_SQLITE)
        else PostgreSQL(url, size=2, statement_timeout_seconds=60)
    )
    await database.open()
    try:
        made = await load(database, count)
    finally:
        await database.close()
    print(*(one.id for one in made.portfolios))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
