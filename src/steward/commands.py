"""What the commands do: each opens the database that the settings name, and closes it."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from steward.bootstrap import database_of, door_of, edition_of, prices_of, provider_of, units_of
from steward.domain.explain import Node
from steward.domain.findings import Finding
from steward.domain.portfolios import PortfolioNotFound
from steward.domain.users import User, UserNotFound, checked_email
from steward.infrastructure.auth.passwords import PasswordHasher
from steward.infrastructure.db.bookkeeping import Bookkeeping
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.read_units import SnapshotUnit
from steward.infrastructure.db.schema import HEAD, is_current
from steward.infrastructure.db.unit_of_work import WriteUnit
from steward.infrastructure.ids import uuid7
from steward.infrastructure.prices.ecb import EcbRates
from steward.settings import Settings
from steward.usecases.analysis import Analyst, Asked
from steward.usecases.check import check
from steward.usecases.history import rebuild, verified
from steward.usecases.identity import ACCEPTED, Knock, register
from steward.usecases.market import Sources
from steward.usecases.values import Limit, Trace

if TYPE_CHECKING:
    from steward.usecases.explanations import Question


async def checked(settings: Settings, told: Callable[[int, int], None]) -> tuple[list[Finding], Counter[str]]:
    """Verify the schema and every stored figure. Raises Unavailable."""
    from steward.infrastructure.db.migrate import differences  # noqa: PLC0415 - Alembic is slow to load

    found = [
        Finding("schema", settings.database_url.partition(":")[0], str(difference))
        for difference in await differences(settings.database_url)
    ]
    async with _opened(settings) as database:
        if not await is_current(database):
            return [*found, Finding("schema", "version", f"is not {HEAD}: run steward migrate")], Counter()
        async with database.snapshot() as snapshot:
            findings, counts = await check(Bookkeeping(snapshot), told=told)
            with _analyst_of(settings) as analyst:
                findings += await verified(
                    SnapshotUnit(snapshot), analyst, edition=edition_of(settings), at=datetime.now(UTC)
                )
    return found + findings, counts


async def rebuilt(settings: Settings, told: Callable[[int], None]) -> int:
    """Write the history of years that are over anew; give the number of portfolios. Raises Unavailable."""
    async with _opened(settings) as database:
        units = units_of(settings, database)
        with _analyst_of(settings) as analyst:
            return await rebuild(
                units, analyst, edition=edition_of(settings), at=datetime.now(UTC), told=told
            )


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = database_of(settings)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def _analyst_of(settings: Settings) -> Iterator[Analyst]:
    with ThreadPoolExecutor(1, thread_name_prefix="analysis") as executor:
        sources = Sources(prices_of(settings), EcbRates())
        yield Analyst(sources, max_age_days=settings.price_max_age_days, executor=executor)


async def add_user(settings: Settings, email: str, password: str, at: datetime) -> User:
    """Make an account, without the limits on callers of the API. Raises Refusal."""
    passwords = PasswordHasher()
    provider = provider_of(settings)
    try:
        async with _opened(settings) as database:
            units = units_of(settings, database)
            door = replace(
                door_of(settings, units, passwords, provider), registrations=Limit("cli", 1_000_000, 60)
            )
            knock = Knock(uuid7(at), uuid7(at), at, Trace("cli.add_user", "", "cli", "cli"), "cli")
            user, _ = await register(door, knock, email=email, password=password)
            return user
    finally:
        if provider is not None:
            await provider.aclose()
        passwords.close()


async def set_admin(settings: Settings, email: str, *, is_admin: bool, at: datetime) -> None:
    """Make somebody an administrator, or one no more. Raises UserNotFound."""

    async def work(unit: WriteUnit) -> None:
        found = await unit.users.by_email(checked_email(email))
        if found is None:
            raise UserNotFound("Nobody has this e-mail.")
        unit.users.set_admin(found.id, is_admin=is_admin)
        unit.audit.add(trace, user_id=found.id, outcome=ACCEPTED, at=at)

    trace = Trace("cli.set_admin", "administrator" if is_admin else "no administrator", "cli", "cli")
    async with _opened(settings) as database:
        await units_of(settings, database).write(work, trace=trace, at=at)


async def explained(
    settings: Settings, email: str, portfolio_id: int, *, asked: Asked, question: "Question", at: datetime
) -> Node:
    """Explain a figure of somebody's portfolio. Raises Refusal."""
    from steward.usecases.explanations import explain  # noqa: PLC0415 - brings numpy

    async with _opened(settings) as database:
        unit = units_of(settings, database).read()
        found = await unit.users.by_login(email)
        if found is None:
            raise PortfolioNotFound
        with _analyst_of(settings) as analyst:
            analysis = await analyst.load(
                unit, owner_id=found[0].id, portfolio_id=portfolio_id, asked=asked, at=at
            )
    return explain(analysis, question)
