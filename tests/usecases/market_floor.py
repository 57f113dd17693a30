"""An exchange on SQLite for tests of its market: workers, a clock at hand, and prices of every second."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from steward.domain.accounts import AccountKind
from steward.domain.closes import Series
from steward.domain.listings import DeskState, Listing
from steward.domain.orders import Order, Side
from steward.domain.paper import PaperModel
from steward.domain.prices import Quote
from steward.domain.terms import BOOK_VENUE, OrderType, Terms, TimeInForce
from steward.domain.tickets import Ticket
from steward.infrastructure.calendars import days_off
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.usecases import accounts, listings
from steward.usecases.desk_commands import Place
from steward.usecases.desk_facts import Asked
from steward.usecases.lane import Lane
from steward.usecases.ports import WriteUnit
from steward.usecases.ports_exchange import Command
from steward.usecases.surroundings import Surroundings
from steward.usecases.ticker import Ticker
from steward.usecases.values import Caller, DeskKey, Limit
from tests.factories import AT, TRACE, a_quote, a_session, a_user, new_text

T = TypeVar("T")
TRADING = datetime.fromisoformat("2026-07-15T15:00:00+00:00")


@dataclass
class SecondsPrices:
    """A source that knows some symbols: 100 dollars and a cent for each second of the minute."""

    symbols: set[str] = field(default_factory=set)

    def version(self, at: datetime) -> int:
        return int(at.timestamp())

    def quotes(self, at: datetime) -> Mapping[str, Quote]:
        price = 100 + Decimal(at.second) / 100
        return {symbol: a_quote(symbol, price) for symbol in self.symbols}

    def closes(self, symbol: str, first: date, last: date, *, at: datetime) -> Series | None:
        return None


@dataclass
class MarketFloor:
    """Workers on one database. `admin` lists what is traded, `trader` has an account with a million."""

    units: Units
    admin: UUID
    trader: Caller
    portfolio_id: int
    at: datetime = TRADING
    prices: SecondsPrices = field(default_factory=SecondsPrices)

    def __post_init__(self) -> None:
        """Open the lane of a worker."""
        self.lane = self.new_lane()

    def new_lane(self) -> Lane:
        """Give the lane of another worker."""
        return Lane(
            units=self.units,
            writes=Limit("writes", 1_000_000, 60),
            now=lambda: self.at,
            new_id=uuid7,
            around=Surroundings(days_off, self.prices, PaperModel()),
            woken=lambda _portfolios, _desks: None,
        )

    def ticker(self, lane: Lane | None = None) -> Ticker:
        """Give the ticker of a worker."""
        return Ticker(self.units, lane or self.lane, lambda: self.at, None)

    def pass_time(self, **length: float) -> None:
        """Let real time pass."""
        self.at += timedelta(**length)

    async def do(self, work: Callable[[WriteUnit], Awaitable[T]]) -> T:
        """Do work of another kind in a unit of its own."""
        return await self.units.write(work, trace=TRACE, at=self.at)

    async def listed(self, venue: str = BOOK_VENUE, **fields: Any) -> DeskKey:
        """List a symbol of its own in the hours of New York."""
        symbol = new_text("S").upper().replace("-", "")
        usual: dict[str, Any] = {
            "venue": venue,
            "symbol": symbol,
            "currency": "USD",
            "calendar": "XNYS",
            "lot": Decimal(1),
        }
        await self.relist(Listing(**(usual | fields)))
        return DeskKey(venue, symbol)

    async def relist(self, listing: Listing, user_id: UUID | None = None) -> Listing:
        """List a symbol, as the administrator unless somebody else is named."""
        by = user_id or self.admin
        return await self.do(
            lambda unit: listings.relist(unit, user_id=by, listing=listing, holidays=days_off)
        )

    async def state(self, key: DeskKey) -> DeskState:
        """Read a desk as it is kept."""
        return (await self.units.read().desks.of({key}))[key][1]

    async def place(self, key: DeskKey, price: str | None = "50", **fields: Any) -> Order:
        """Place an order to buy 10, of the day unless something else is asked for."""
        limit = {} if price is None else {"type": OrderType.LIMIT, "limit_price": Decimal(price)}
        terms = Terms(**{"time_in_force": TimeInForce.DAY, **limit, **fields})
        ticket = Ticket(venue=key.venue, symbol=key.symbol, side=Side.BUY, qty=Decimal(10), terms=terms)
        return (await self.ask(Place(self.portfolio_id, ticket)))[0]

    async def ask(self, command: Command, lane: Lane | None = None) -> list[Order]:
        """Have a command of the trader's done."""
        done = await (lane or self.lane).do(Asked(command, self.trader, TRACE))
        assert not hasattr(done, "fingerprint")
        return list(done)

    async def order(self, order: Order) -> Order:
        """Read an order again."""
        return await self.do(lambda unit: unit.orders.lock(self.trader.user_id, order.id))


async def a_floor(units: Units) -> MarketFloor:
    """Make the people of a floor."""
    admin, user = a_user(), a_user()
    session = a_session(user, expires_at=TRADING + timedelta(days=1000))

    async def work(unit: WriteUnit) -> int:
        for one in (admin, user):
            unit.users.add(one, "hash")
        unit.sessions.add(session)
        await unit.flush()
        unit.users.set_admin(admin.id, is_admin=True)
        made = await unit.portfolios.add(owner_id=user.id, name="Trading", base_currency="USD", at=AT)
        await accounts.open_account(
            unit,
            owner_id=user.id,
            portfolio_id=made.id,
            kind=AccountKind.CASH,
            starting_balance=Decimal(1_000_000),
            settlement_days=0,
            at=AT,
        )
        return made.id

    portfolio_id = await units.write(work, trace=TRACE, at=AT)
    return MarketFloor(units, admin.id, Caller(user.id, session.id, AT), portfolio_id)
