"""What the use cases need from outside to trade: orders, desks, accounts, and a transaction for many."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.desk import Desk
from steward.domain.listings import DeskState, Listing
from steward.domain.orders import Fill, Order
from steward.domain.portfolios import Portfolio
from steward.domain.trading import Trade
from steward.domain.transactions import Sealed
from steward.domain.watchlists import Watchlist
from steward.usecases.ports_ledger import LedgerTail
from steward.usecases.ports_market import ClockReads
from steward.usecases.ports_people import ApiKeyReads
from steward.usecases.values import (
    Caller,
    DeskKey,
    Kept,
    Limit,
    LockedAccount,
    OpenedAccount,
    OrderFilter,
    Row,
    ToldEvent,
    Trace,
)

T = TypeVar("T")


class OrderReads(Protocol):
    """Finds orders. Rows begin with the position that a cursor names, then the fields of the wire."""

    async def row(self, owner_id: UUID, order_id: UUID) -> Row: ...
    async def page(
        self, owner_id: UUID, *, filters: Mapping[str, object], before: int, limit: int
    ) -> Sequence[Row]: ...
    async def open_ones(self, owner_id: UUID) -> Sequence[tuple[UUID, str, str, int]]: ...
    async def fills(self, owner_id: UUID, order_id: UUID, *, after: int, limit: int) -> Sequence[Row]: ...
    async def by_client_id(self, owner_id: UUID, client_order_id: str) -> Order | None: ...


class Orders(OrderReads, Protocol):
    """Keeps orders and their fills; the locks give what nobody else changes until the unit ends."""

    async def lock(self, owner_id: UUID, order_id: UUID) -> Order: ...
    async def lock_to_execute(self, owner_id: UUID, order_id: UUID) -> tuple[Order, str, Decimal]: ...
    def add(self, order: Order) -> None: ...
    def save(self, order: Order, fill: Fill | None = None) -> None: ...


class DeskReads(Protocol):
    """Reads desks, their trades and what happened to orders. Rows: see infrastructure."""

    async def of(self, keys: Collection[DeskKey]) -> dict[DeskKey, tuple[Listing, DeskState]]: ...
    async def all(self) -> dict[DeskKey, tuple[Listing, DeskState]]: ...
    async def trades(self, key: DeskKey, *, before: int, limit: int) -> Sequence[Row]: ...
    async def trades_between(
        self,
        key: DeskKey,
        start: datetime,
        end: datetime,
        *,
        behind: int | None,
        ascending: bool,
        limit: int,
    ) -> Sequence[Row]: ...
    async def events_after(
        self, owner_id: UUID, portfolio_id: int, *, after: int, limit: int
    ) -> Sequence[Row]: ...


class Desks(DeskReads, Protocol):
    """Keeps desks; `lock` gives those that nobody else changes until the unit ends."""

    async def open_orders(self, key: DeskKey) -> int: ...
    async def lock(self, keys: Collection[DeskKey]) -> dict[DeskKey, tuple[Listing, DeskState]]: ...
    async def add(self, listings: Iterable[Listing]) -> None: ...
    async def relist(self, listing: Listing) -> None: ...
    async def save(self, states: Iterable[tuple[DeskKey, DeskState]]) -> None: ...
    async def add_trades(self, made: Iterable[Trade]) -> None: ...
    async def add_events(self, told: Iterable[ToldEvent]) -> None: ...
    def tell(self, portfolio_ids: Collection[int], keys: Collection[DeskKey]) -> None: ...


class AccountReads(Protocol):
    """Reads accounts of the exchange, by portfolio."""

    async def of(self, portfolio_ids: Collection[int]) -> dict[int, OpenedAccount]: ...
    async def mine(self, owner_id: UUID) -> dict[int, OpenedAccount]: ...


class Accounts(AccountReads, Protocol):
    """Keeps accounts.

    `versions` gives the version of each account and the number of transactions of its portfolio; `lock` gives
    both locked, and has the unit done again unless the given ones are still at these.
    """

    async def versions(self, portfolio_ids: Collection[int]) -> dict[int, tuple[int, int]]: ...
    async def lock(
        self, portfolio_ids: Collection[int], read: Mapping[int, tuple[int, int]]
    ) -> dict[int, LockedAccount]: ...
    async def open_orders(self, owner_id: UUID, symbols: Collection[str]) -> int: ...
    async def open(self, one: OpenedAccount) -> None: ...
    async def save(self, changed: Sequence[OpenedAccount], symbols: Iterable[tuple[int, str]]) -> None: ...


class AccountOrders(Protocol):
    """Finds what an account has ordered on the exchange, as one who shows it needs it."""

    async def find(self, owner_id: UUID, portfolio_id: int, asked: OrderFilter) -> list[Order]: ...
    async def one(self, owner_id: UUID, portfolio_id: int, order_id: UUID) -> Order: ...
    async def named(self, owner_id: UUID, portfolio_id: int, client_order_id: str) -> Order: ...
    async def kin(self, owner_id: UUID, portfolio_id: int, ids: Collection[UUID]) -> list[Order]: ...
    async def family(self, of: Order) -> list[Order]: ...
    async def filled(
        self, owner_id: UUID, fill_ids: Collection[UUID]
    ) -> dict[UUID, tuple[UUID, Decimal, Decimal]]: ...


class WatchlistReads(Protocol):
    """Finds the watchlists of an account."""

    async def of(self, owner_id: UUID, portfolio_id: int) -> list[Watchlist]: ...


class Watchlists(WatchlistReads, Protocol):
    """Keeps watchlists."""

    def put(self, owner_id: UUID, portfolio_id: int, watchlist: Watchlist) -> None: ...
    def remove(self, owner_id: UUID, portfolio_id: int, watchlist: Watchlist) -> None: ...


class DeskOrders(Protocol):
    """Keeps the orders of locked desks; `taken` gives the client order ids that are in use."""

    async def open_at(self, venue: str, symbol: str) -> list[Order]: ...
    async def changed_at(self, venue: str, symbol: str, after: int) -> list[Order]: ...
    async def taken(self, named: Collection[tuple[UUID, str]]) -> set[tuple[UUID, str]]: ...
    async def write(self, new: Iterable[tuple[Order, int]], changed: Iterable[tuple[Order, int]]) -> None: ...
    async def add_fills(self, fills: Sequence[tuple[Fill, UUID]]) -> None: ...


class OpenSessions(Protocol):
    """Says which sessions are open."""

    async def open_among(self, ids: Collection[UUID], *, at: datetime) -> set[UUID]: ...


class CallsOfMany(Protocol):
    """Counts the calls of many at once."""

    async def left(self, limit: Limit, callers: Collection[str], *, at: datetime) -> dict[str, int]: ...
    async def count_all(self, limit: Limit, made: Mapping[str, int], *, at: datetime) -> None: ...


class AuditOfMany(Protocol):
    """Keeps what was done for many at once."""

    async def add_all(self, accepted: Iterable[tuple[Trace, Caller]]) -> None: ...


class KeysOfMany(Protocol):
    """Keeps answers of many at once; `find_all` drops those that are from before `expired`."""

    async def find_all(
        self, keys: Collection[tuple[UUID, str]], *, expired: datetime
    ) -> dict[tuple[UUID, str], Kept]: ...
    async def keep_all(self, kept: Mapping[tuple[UUID, str], Kept], *, at: datetime) -> None: ...


class LedgersOfMany(LedgerTail, Protocol):
    """Appends to many ledgers at once."""

    async def append_all(self, appended: Sequence[tuple[Portfolio, Sequence[Sealed]]]) -> None: ...


class HeldUnits(Protocol):
    """Gives the units held of those of some symbols that ever were."""

    async def held(self, portfolio_id: int, symbols: Collection[str]) -> dict[str, Decimal]: ...


class AccountSources(Protocol):
    """What an account is brought up to date from."""

    @property
    def transactions(self) -> LedgerTail: ...
    @property
    def positions(self) -> HeldUnits: ...


class Command(Protocol):
    """One step of one desk, by an account or, without a portfolio, by the market itself.

    `client_order_id` is the owner's own name for a new order. `on` does it and gives the orders that it is
    about; it raises a refusal, and changes nothing then.
    """

    @property
    def key(self) -> DeskKey: ...
    @property
    def portfolio_id(self) -> int | None: ...
    @property
    def client_order_id(self) -> str | None: ...
    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]: ...


class ExchangeUnit(Protocol):
    """The transaction of a batch of the exchange, which acts for many callers.

    `together` gives what several readings find, each of which asks the database once at most.
    """

    async def together(self, *readings: Awaitable[Any]) -> Sequence[Any]: ...

    @property
    def api_keys(self) -> ApiKeyReads: ...
    @property
    def clocks(self) -> ClockReads: ...
    @property
    def desks(self) -> Desks: ...
    @property
    def desk_orders(self) -> DeskOrders: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def transactions(self) -> LedgersOfMany: ...
    @property
    def positions(self) -> HeldUnits: ...
    @property
    def sessions(self) -> OpenSessions: ...
    @property
    def calls(self) -> CallsOfMany: ...
    @property
    def keys(self) -> KeysOfMany: ...
    @property
    def audit(self) -> AuditOfMany: ...


class ExchangeUnits(Protocol):
    """Opens such transactions; one that lost a race is done again, whole, at most five times."""

    async def exchange(self, work: Callable[[ExchangeUnit], Awaitable[T]]) -> T: ...
