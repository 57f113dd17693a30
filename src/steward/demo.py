"""The demo: a person with a realistic portfolio and orders, on a simulated market."""

import asyncio
import os
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from rich.console import Console

from steward.bootstrap import database_of, units_of
from steward.commands import add_user
from steward.domain.booking import Stated
from steward.domain.orders import Side
from steward.domain.transactions import Kind
from steward.domain.users import LoginTaken
from steward.infrastructure.db.unit_of_work import WriteUnit
from steward.infrastructure.ids import uuid7
from steward.infrastructure.prices.simulated import price
from steward.server import prepare, serve
from steward.settings import Settings, load_settings
from steward.usecases import assets, orders, portfolios, prices, transactions
from steward.usecases.values import Trace

EMAIL = "demo@example.com"
PASSWORD = "try steward for yourself"  # noqa: S105 - everybody's, printed at the start
_TRACE = Trace("demo.load", "", "demo", "demo")
_BOUGHT = ("AAPL", "MSFT", "NVDA", "GOOGL")
_MONTHS = 18


def run(*, port: int | None, console: Console) -> None:
    """Load the demo's data once, then serve until told to stop. Refused outside `dev`."""
    os.environ.setdefault("PRICE_SOURCE", "simulated")
    settings = load_settings()
    if settings.app_env != "dev":
        message = "Everybody knows the demo's password: it runs with APP_ENV=dev only."
        raise SystemExit(message)
    console.print("Preparing the demo …")
    asyncio.run(_load(settings))
    port = settings.port if port is None else port
    console.print(f"\nSteward is at [bold]http://{settings.host}:{port}[/bold] (its API: /docs)")
    console.print(f"Sign in as [bold]{EMAIL}[/bold], password [bold]{PASSWORD}[/bold]")
    console.print("Prices are simulated. Stop with Ctrl-C.\n")
    serve(settings, port=port)


async def _load(settings: Settings) -> None:
    await prepare(settings)
    database = database_of(settings)
    await database.open()
    try:
        units, now = units_of(settings, database), datetime.now(UTC)
        known = await units.read().users.by_login(EMAIL)
        if known is None:
            try:
                user = await add_user(settings, EMAIL, PASSWORD, now)
            except LoginTaken:  # another demo beside this one was faster
                return
        else:
            user = known[0]
        total, _ = await units.read().portfolios.page(user.id, limit=1, offset=0)
        if total == 0:
            story = _Story(user.id, settings.market_seed, now)
            await units.write(story.tell, trace=_TRACE, at=now)
    finally:
        await database.close()


class _Story:
    """A year and a half of saving, told in one transaction; the market's seed decides its prices."""

    def __init__(self, owner_id: UUID, seed: int, now: datetime) -> None:
        self._owner_id = owner_id
        self._seed = seed
        self._now = now
        self._chance = random.Random(seed)  # noqa: S311 - a story, no secret

    async def tell(self, unit: WriteUnit) -> None:
        """Open portfolios, declare what was held before, save every month, leave some orders open."""
        await unit.begin()
        begun = self._now - timedelta(days=30 * _MONTHS)
        growth = await self._portfolio(unit, "Growth", begun)
        coins = await self._portfolio(unit, "Coins", begun)
        await self._state(unit, growth, Kind.DEPOSIT, begun, "40000")
        for portfolio_id, symbol, quantity in (
            (growth, "VTI", "42.5"),
            (growth, "MSFT", "12"),
            (coins, "BTC", "0.35"),
            (coins, "ETH", "4.125"),
            (coins, "OLDCOIN", "1000"),
        ):
            await assets.declare(
                unit,
                owner_id=self._owner_id,
                portfolio_id=portfolio_id,
                symbol=symbol,
                quantity=Decimal(quantity),
                at=begun,
            )
        await prices.enter(
            unit,
            owner_id=self._owner_id,
            symbol="HOUSE",
            price=Decimal(385000),
            currency="USD",
            as_of=begun,
            at=begun,
        )
        for month in range(_MONTHS):
            at = begun + timedelta(days=30 * month + self._chance.randrange(20), minutes=month)
            symbol = self._chance.choice(_BOUGHT)
            await self._trade(unit, growth, symbol, Decimal(self._chance.randrange(2, 12)), at=at)
            if month % 3 == 1:
                await self._state(unit, growth, Kind.DIVIDEND, at, "21.45", symbol="MSFT", tax="3.22")
        await self._trade(unit, growth, "MSFT", Decimal(5), side=Side.SELL, at=self._now - timedelta(days=20))
        await self._trade(unit, growth, "NVDA", Decimal(10), share=Decimal("0.4"), at=self._now)
        await self._trade(unit, growth, "SPY", Decimal(3), share=Decimal(0), at=self._now)

    async def _portfolio(self, unit: WriteUnit, name: str, at: datetime) -> int:
        made = await portfolios.create(unit, owner_id=self._owner_id, name=name, base_currency="USD", at=at)
        return made.id

    async def _state(
        self,
        unit: WriteUnit,
        portfolio_id: int,
        kind: Kind,
        at: datetime,
        amount: str,
        *,
        symbol: str | None = None,
        tax: str = "0",
    ) -> None:
        stated = Stated(
            kind, trade_date=at.date(), symbol=symbol, gross_amount=Decimal(amount), tax=Decimal(tax)
        )
        await transactions.record(
            unit, owner_id=self._owner_id, portfolio_id=portfolio_id, stated=stated, at=self._now
        )

    async def _trade(
        self,
        unit: WriteUnit,
        portfolio_id: int,
        symbol: str,
        qty: Decimal,
        *,
        at: datetime,
        side: Side = Side.BUY,
        share: Decimal = Decimal(1),
    ) -> None:
        order = await orders.place(
            unit,
            owner_id=self._owner_id,
            order_id=uuid7(at),
            security=symbol,
            qty=qty,
            side=side,
            portfolio_id=portfolio_id,
            client_order_id=None,
            at=at,
        )
        await unit.flush()
        if not share:
            return
        await orders.execute(
            unit,
            owner_id=self._owner_id,
            order_id=order.id,
            fill_id=uuid7(at),
            qty=qty * share,
            price=price(self._seed, symbol, int(at.timestamp())),
            quotes={},
            version=None,
            at=at,
        )
        await unit.flush()
