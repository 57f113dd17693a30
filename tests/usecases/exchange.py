"""An exchange on SQLite for tests of its lane: people with accounts, and a symbol for each test."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from steward.domain.accounts import AccountKind
from steward.domain.closes import Series
from steward.domain.orders import Order, Side
from steward.domain.paper import PaperModel
from steward.domain.prices import Quote
from steward.domain.terms import BOOK_VENUE, OrderType, Terms, TimeInForce
from steward.domain.tickets import Ticket
from steward.infrastructure.calendars import days_off
from steward.infrastructure.db.unit_of_work import Units
from steward.infrastructure.ids import uuid7
from steward.usecases import accounts
from steward.usecases.desk_commands import Place
from steward.usecases.desk_facts import Asked
from steward.usecases.lane import Lane
from steward.usecases.ports import WriteUnit
from steward.usecases.ports_exchange import Command
from steward.usecases.surroundings import Surroundings
from steward.usecases.values import Caller, DeskKey, Kept, Limit, Once, OpenedAccount
from tests.factories import AT, TRACE, a_quote, a_session, a_user, new_text

T = TypeVar("T")


@dataclass
class Trader:
    """Somebody signed in, with an account."""

    caller: Caller
    portfolio_id: int


@dataclass
class Floor:
    """Lanes as workers have them, on one database."""

    units: Units
    writes: Limit = field(default_factory=lambda: Limit("writes", 1_000_000, 60))
    symbol: str = field(default_factory=lambda: new_text("S").upper().replace("-", ""))
    at: datetime = AT
    woken: list[tuple[set[int], set[DeskKey]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open a lane."""
        self.lane = self.new_lane()

    @property
    def key(self) -> DeskKey:
        """The desk."""
        return DeskKey(BOOK_VENUE, self.symbol)

    def new_lane(self) -> Lane:
        """Give the lane of another worker."""
        return Lane(
            units=self.units,
            writes=self.writes,
            now=lambda: self.at,
            new_id=uuid7,
            around=Surroundings(days_off, self, PaperModel(seed=1)),
            woken=lambda ids, keys: self.woken.append((set(ids), set(keys))),
        )

    def version(self, at: datetime) -> int:
        """Never change: this is the source of the prices too."""
        return at.year

    def quotes(self, at: datetime) -> Mapping[str, Quote]:
        """Know one symbol, which is therefore listed at every venue."""
        return {self.symbol: a_quote(self.symbol, 100, as_of=at)}

    def closes(self, symbol: str, first: date, last: date, *, at: datetime) -> Series | None:
        """Know no closes."""
        raise AssertionError(symbol, first, last, at)

    async def trader(
        self, cash: int = 10_000, kind: AccountKind = AccountKind.MARGIN, currency: str = "USD"
    ) -> Trader:
        """Make somebody with an account."""
        user = a_user()
        session = a_session(user)

        async def work(unit: WriteUnit) -> int:
            unit.users.add(user, "hash")
            unit.sessions.add(session)
            await unit.flush()
            made = await unit.portfolios.add(owner_id=user.id, name="Trading", base_currency=currency, at=AT)
            await accounts.open_account(
                unit,
                owner_id=user.id,
                portfolio_id=made.id,
                kind=kind,
                starting_balance=Decimal(cash),
                settlement_days=0,
                at=AT,
            )
            return made.id

        return Trader(Caller(user.id, session.id, AT), await self.do(work))

    async def again(self, trader: Trader) -> Trader:
        """Have somebody sign in anew, for a session does not last long."""
        user, until = a_user(id=trader.caller.user_id), self.at + timedelta(hours=1)
        session = a_session(user, expires_at=until)

        async def work(unit: WriteUnit) -> None:
            unit.sessions.add(session)

        await self.do(work)
        return replace(trader, caller=replace(trader.caller, session_id=session.id))

    async def do(self, work: Callable[[WriteUnit], Awaitable[T]]) -> T:
        """Do work of another kind in a unit of its own."""
        return await self.units.write(work, trace=TRACE, at=AT)

    async def account(self, trader: Trader) -> OpenedAccount:
        """Read an account as it is kept."""
        return (await self.do(lambda unit: unit.accounts.of([trader.portfolio_id])))[trader.portfolio_id]

    def ticket(self, side: Side = Side.BUY, qty: int = 10, price: int = 100, **fields: Any) -> Ticket:
        """Make a limit order that rests."""
        terms = Terms(type=OrderType.LIMIT, limit_price=Decimal(price), time_in_force=TimeInForce.GTC)
        usual: dict[str, Any] = {
            "venue": BOOK_VENUE,
            "symbol": self.symbol,
            "qty": Decimal(qty),
            "terms": terms,
        }
        return Ticket(side=side, **(usual | fields))

    async def place(self, trader: Trader, *args: Any, lane: Lane | None = None, **fields: Any) -> Order:
        """Place such an order."""
        command = Place(trader.portfolio_id, self.ticket(*args, **fields))
        (order,) = await self.ask(trader, command, lane=lane)
        return order

    async def ask(
        self, trader: Trader | None, command: Command, *, lane: Lane | None = None, once: Once | None = None
    ) -> list[Order]:
        """Have a command done, by this lane or another one."""
        caller = None if trader is None else trader.caller
        done = await (lane or self.lane).do(Asked(command, caller, None if trader is None else TRACE, once))
        assert not isinstance(done, Kept)
        return list(done)
