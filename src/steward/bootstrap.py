"""The only place that knows everything: makes the system from the settings."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from steward.api.system import CookieRules, System
from steward.domain.books import Finding
from steward.domain.closes import Policy
from steward.domain.explain import Node
from steward.domain.listings import Listing
from steward.domain.paper import PaperModel
from steward.domain.portfolios import PortfolioNotFound
from steward.domain.users import User
from steward.infrastructure.auth.passwords import PasswordHasher
from steward.infrastructure.auth.tokens import TokenRing
from steward.infrastructure.db.bookkeeping import Bookkeeping
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.janitor import tidy_for_ever
from steward.infrastructure.db.postgres import PostgreSQL
from steward.infrastructure.db.read_units import SnapshotUnit
from steward.infrastructure.db.schema import HEAD, is_current
from steward.infrastructure.db.sqlite import SQLite
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.infrastructure.logging import AccessLog
from steward.infrastructure.prices.ecb import EcbRates
from steward.infrastructure.prices.simulated import SimulatedPrices
from steward.infrastructure.prices.static import StaticPrices
from steward.infrastructure.telemetry import Metrics
from steward.settings import Settings
from steward.usecases.analysis import Analyst, Asked
from steward.usecases.check import check
from steward.usecases.history import Historian, rebuild, verified
from steward.usecases.identity import Door, Knock, register
from steward.usecases.lane import Lane
from steward.usecases.market import Sources
from steward.usecases.ports import PriceSource
from steward.usecases.values import DeskKey, Limit, Trace

if TYPE_CHECKING:
    from steward.infrastructure.auth.supabase import Supabase
    from steward.usecases.explanations import Question

Lifespan = Callable[[], AbstractAsyncContextManager[None]]

_SQLITE = "sqlite:///"
# After start-up nearly all objects live as long as the process: a collection that walks them all
# shows as a pause of tens of milliseconds, so the next full one is put far off.
_GC_THRESHOLDS = (50_000, 50, 100)
_ANALYSES_AT_ONCE = 2


def database_of(settings: Settings) -> Database:
    """Make the database that the settings name; it is not opened yet."""
    url = settings.database_url
    if url.startswith(_SQLITE):
        return SQLite(Path(url.removeprefix(_SQLITE)))
    return PostgreSQL(
        url,
        size=settings.database_pool_size,
        statement_timeout_seconds=settings.database_statement_timeout_seconds,
    )


def prices_of(settings: Settings) -> PriceSource:
    """Make the price source that the settings name."""
    return SimulatedPrices(settings.market_seed) if settings.price_source == "simulated" else StaticPrices()


def edition_of(settings: Settings) -> str:
    """Name everything but the ledger and what owners state that figures of the past are made with."""
    source = settings.price_source
    market = f"{source} {settings.market_seed}" if source == "simulated" else source
    return f"steward {version('steward')}, {market}, rates {version('currencyconverter')}"


def units_of(settings: Settings, database: Database) -> Units:
    """Make the units of work, with the limit on a user's writes."""
    return Units(database, writes=Limit("writes", settings.limit_writes_per_user_per_minute, 60))


def door_of(settings: Settings, units: Units, passwords: PasswordHasher, provider: "Supabase | None") -> Door:
    """Make the way in, with its limits."""
    return Door(
        units=units,
        passwords=passwords,
        provider=provider,
        registrations=Limit("registrations", settings.limit_registrations_per_address_per_hour, 3600),
        failures_by_address=Limit(
            "failures by address", settings.limit_failed_sign_ins_per_address_per_minute, 60
        ),
        failures_by_account=Limit(
            "failures by account", settings.limit_failed_sign_ins_per_account_per_5_minutes, 300
        ),
        session_lifetime=timedelta(minutes=settings.jwt_expires_minutes),
    )


def lane_of(settings: Settings, units: Units, prices: PriceSource) -> Lane:
    """Make the lane to the exchange: what the price source knows is listed everywhere."""

    def now() -> datetime:
        return datetime.now(UTC)

    def listing_of(key: DeskKey) -> Listing | None:
        quote = prices.quotes(now()).get(key.symbol)
        if quote is None:
            return None
        return Listing(venue=key.venue, symbol=key.symbol, currency=quote.currency)

    return Lane(
        units=units,
        writes=Limit("writes", settings.limit_writes_per_user_per_minute, 60),
        now=now,
        new_id=uuid7,
        listing_of=listing_of,
        model=PaperModel(seed=settings.market_seed),
        woken=lambda _portfolios, _desks: None,
    )


def bootstrap(settings: Settings) -> tuple[System, Lifespan]:
    """Make the system, and what opens and closes it."""
    database = database_of(settings)
    units = units_of(settings, database)
    passwords = PasswordHasher()
    provider = _provider(settings)
    metrics, access_log = Metrics(pool_waiters=lambda: database.waiting), AccessLog()
    analyses = ThreadPoolExecutor(_ANALYSES_AT_ONCE, thread_name_prefix="analysis")
    sources = Sources(prices_of(settings), EcbRates())
    analyst = Analyst(sources, max_age_days=settings.price_max_age_days, executor=analyses)
    system = System(
        name=settings.app_name,
        units=units,
        door=door_of(settings, units, passwords, provider),
        tokens=_tokens_of(settings),
        prices=sources.prices,
        rates=sources.rates,
        price_policy=Policy(settings.price_max_age_days),
        analyst=analyst,
        historian=Historian(analyst, units, edition=edition_of(settings)),
        lane=lane_of(settings, units, sources.prices),
        metrics=metrics,
        access_log=access_log,
        cookie=_cookie_of(settings),
        cors_origins=frozenset(settings.cors_origins),
        strict_transport=settings.cookie_secure,
        disk_path=_disk_path_of(settings),
        new_id=uuid7,
        schema_is_current=lambda: is_current(database),
        identity_healthy=_healthy if provider is None else provider.healthy,
    )

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        await database.open()
        chores = (tidy_for_ever(units, lambda: datetime.now(UTC)), metrics.watch())
        background = [asyncio.create_task(chore) for chore in chores]
        _settle_memory()
        try:
            yield
        finally:
            await _ended(background)
            await system.historian.settle()
            await system.lane.close()
            if provider is not None:
                await provider.aclose()
            passwords.close()
            analyses.shutdown(cancel_futures=True)
            await database.close()
            access_log.close()

    return system, lifespan


def _disk_path_of(settings: Settings) -> str:
    return str(settings.data_dir if settings.data_dir.exists() else Path.cwd())


def _tokens_of(settings: Settings) -> TokenRing:
    return TokenRing(
        settings.jwt_secret.get_secret_value(),
        [secret.get_secret_value() for secret in settings.jwt_previous_secrets],
        lifetime=timedelta(minutes=settings.jwt_expires_minutes),
    )


def _cookie_of(settings: Settings) -> CookieRules:
    return CookieRules(
        secure=settings.cookie_secure,
        same_site=settings.cookie_samesite,
        domain=settings.cookie_domain,
        max_age_seconds=settings.jwt_expires_minutes * 60,
    )


def _settle_memory() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _provider(settings: Settings) -> "Supabase | None":
    if settings.auth_mode != "supabase":
        return None
    import httpx2  # noqa: PLC0415 - local accounts do without

    from steward.infrastructure.auth.supabase import Supabase  # noqa: PLC0415

    return Supabase(
        settings.supabase_url,
        settings.supabase_anon_key.get_secret_value(),
        client=httpx2.AsyncClient(trust_env=False),
    )


async def _healthy() -> bool:
    """Say that local accounts need no provider."""
    return True


async def checked(settings: Settings, told: Callable[[int, int], None]) -> tuple[list[Finding], Counter[str]]:
    """Verify the schema and every stored figure. Raises Unavailable."""
    from steward.infrastructure.db.migrate import differences  # noqa: PLC0415 - Alembic is slow to load

    found = [
        Finding("schema", settings.database_url.partition(":")[0], str(difference))
        for difference in await differences(settings.database_url)
    ]
    database = database_of(settings)
    await database.open()
    try:
        if not await is_current(database):
            return [*found, Finding("schema", "version", f"is not {HEAD}: run steward migrate")], Counter()
        async with database.snapshot() as snapshot:
            findings, counts = await check(Bookkeeping(snapshot), told=told)
            with _analyst_of(settings) as analyst:
                findings += await verified(
                    SnapshotUnit(snapshot), analyst, edition=edition_of(settings), at=datetime.now(UTC)
                )
    finally:
        await database.close()
    return found + findings, counts


async def rebuilt(settings: Settings, told: Callable[[int], None]) -> int:
    """Write the history of years that are over anew; give the number of portfolios. Raises Unavailable."""
    database = database_of(settings)
    await database.open()
    try:
        units = units_of(settings, database)
        with _analyst_of(settings) as analyst:
            return await rebuild(
                units, analyst, edition=edition_of(settings), at=datetime.now(UTC), told=told
            )
    finally:
        await database.close()


@contextmanager
def _analyst_of(settings: Settings) -> Iterator[Analyst]:
    with ThreadPoolExecutor(1, thread_name_prefix="analysis") as executor:
        sources = Sources(prices_of(settings), EcbRates())
        yield Analyst(sources, max_age_days=settings.price_max_age_days, executor=executor)


async def add_user(settings: Settings, email: str, password: str, at: datetime) -> User:
    """Make an account, without the limits on callers of the API. Raises Refusal."""
    database = database_of(settings)
    await database.open()
    passwords = PasswordHasher()
    provider = _provider(settings)
    try:
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
        await database.close()


async def explained(
    settings: Settings, email: str, portfolio_id: int, *, asked: Asked, question: "Question", at: datetime
) -> Node:
    """Explain a figure of somebody's portfolio. Raises Refusal."""
    from steward.usecases.explanations import explain  # noqa: PLC0415 - brings numpy

    database = database_of(settings)
    await database.open()
    try:
        unit = units_of(settings, database).read()
        found = await unit.users.by_login(email)
        if found is None:
            raise PortfolioNotFound
        with ThreadPoolExecutor(1) as executor:
            analyst = Analyst(
                Sources(prices_of(settings), EcbRates()),
                max_age_days=settings.price_max_age_days,
                executor=executor,
            )
            analysis = await analyst.load(
                unit, owner_id=found[0].id, portfolio_id=portfolio_id, asked=asked, at=at
            )
        return explain(analysis, question)
    finally:
        await database.close()
