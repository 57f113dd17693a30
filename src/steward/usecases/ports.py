"""Everything that the use cases need from outside, on one page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.api_keys import ApiKey
from steward.domain.books import Books
from steward.domain.calendars import DaysOff
from steward.domain.clocks import Clock
from steward.domain.closes import Series, SeriesKind
from steward.domain.corporate_actions import CorporateAction
from steward.domain.desk import Desk
from steward.domain.errors import Refusal
from steward.domain.exchange_books import DeskBooks
from steward.domain.history_years import HistoryYear
from steward.domain.instruments import Instrument
from steward.domain.listings import DeskState, Listing
from steward.domain.orders import Fill, Order
from steward.domain.portfolios import CostMethod, Portfolio
from steward.domain.positions import Position
from steward.domain.prices import Quote
from steward.domain.trading import Trade
from steward.domain.transactions import Entry, Kind, Sealed, Transaction
from steward.domain.users import Session, User
from steward.domain.watchlists import Watchlist
from steward.usecases.streams_messages import Channel, Closing, Message, Topic
from steward.usecases.values import (
    Caller,
    DeskKey,
    Holdings,
    HoldingsVersion,
    IssuedKey,
    Kept,
    Ledgers,
    Limit,
    OpenedAccount,
    OrderFilter,
    PresentedKey,
    Row,
    ToldEvent,
    Trace,
)

T = TypeVar("T")


class Claims(Protocol):
    """What a token says."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def session_id(self) -> UUID: ...


class ProviderIdentity(Protocol):
    """Who an outside provider says somebody is: (issuer, subject), never the e-mail alone."""

    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def email_verified(self) -> bool: ...


class Provider(Protocol):
    """An outside provider of identities, by e-mail and password."""

    async def sign_up(self, email: str, password: str) -> ProviderIdentity: ...
    async def sign_in(self, email: str, password: str) -> ProviderIdentity: ...
    async def change_password(self, email: str, password: str, new_password: str) -> ProviderIdentity: ...


class PriceSource(Protocol):
    """A source of prices that is at hand without waiting."""

    def version(self, at: datetime) -> int:
        """Give a number that changes whenever the prices do."""

    def quotes(self, at: datetime) -> Mapping[str, Quote]:
        """Give the latest price of every known symbol at that moment."""

    def closes(self, symbol: str, first: date, last: date, *, at: datetime) -> Series | None:
        """Give the closes of these days that are over at that moment; None when there are none."""


class RateSource(Protocol):
    """A source of exchange rates that is at hand, but takes a moment to read."""

    def rates(self, currencies: Collection[str]) -> Sequence[Series]:
        """Give all that is known of these currencies: rates of the euro, one series each."""


class Tokens(Protocol):
    """Signs sessions into tokens, and reads them; `read` raises Unauthenticated."""

    def issue(self, *, user_id: UUID, session_id: UUID, token_id: UUID, at: datetime) -> str: ...
    def read(self, token: str, *, at: datetime) -> Claims: ...


class KeyRing(Protocol):
    """Makes API keys, and reads those that are presented; `read` raises KeyRefused."""

    def issue(self, *, owner_id: UUID, portfolio_id: int | None) -> IssuedKey: ...
    def read(self, key_id: str, secret: str, *, scope: str) -> tuple[UUID, PresentedKey]: ...


class Passwords(Protocol):
    """Hashes passwords, off the event loop."""

    async def hash(self, password: str) -> str:
        """Hash a password."""

    async def verify(self, password: str, hash_: str | None) -> bool:
        """Compare; takes the same time, and says no, when there is nothing to compare with."""

    def needs_rehash(self, hash_: str) -> bool:
        """Tell whether the hash was made with weaker parameters than today's."""


class UserReads(Protocol):
    """Finds people. Rows: id, e-mail, username, created at."""

    async def row(self, user_id: UUID) -> Row | None: ...
    async def get(self, user_id: UUID) -> User | None: ...
    async def by_login(self, login: str) -> tuple[User, str] | None: ...
    async def by_email(self, email: str) -> User | None: ...
    async def by_subject(self, issuer: str, subject: str) -> User | None: ...
    async def password_hash(self, user_id: UUID) -> str | None: ...
    async def is_admin(self, user_id: UUID) -> bool: ...


class Users(UserReads, Protocol):
    """Keeps people."""

    def add(self, user: User, password_hash: str | None) -> None: ...
    def set_password_hash(self, user_id: UUID, password_hash: str) -> None: ...
    def set_admin(self, user_id: UUID, *, is_admin: bool) -> None: ...


class SessionReads(Protocol):
    """Finds sign-ins."""

    async def open_of(self, user_id: UUID, *, at: datetime) -> Sequence[Session]: ...


class Sessions(SessionReads, Protocol):
    """Keeps sign-ins."""

    def add(self, session: Session) -> None: ...
    async def revoke(self, user_id: UUID, session_id: UUID, *, at: datetime) -> bool: ...
    def revoke_others(self, user_id: UUID, session_id: UUID, *, at: datetime) -> None: ...


class ApiKeyReads(Protocol):
    """Finds API keys, newest first; `refusals` says which of many callers by key are not let in, and why."""

    async def of(self, owner_id: UUID) -> Sequence[ApiKey]: ...
    async def refusals(self, callers: Collection[Caller], *, at: datetime) -> dict[Caller, Refusal]: ...


class ApiKeys(ApiKeyReads, Protocol):
    """Keeps API keys; `hold_count` counts those of a user, to which nobody else adds until the unit ends."""

    async def hold_count(self, owner_id: UUID) -> int: ...
    def add(self, key: ApiKey, issued: IssuedKey) -> None: ...
    async def remove(self, owner_id: UUID, key_id: str) -> bool: ...
    def used(self, owner_id: UUID, key_id: str, *, at: datetime) -> None: ...


class ClockReads(Protocol):
    """Reads the exchange's clock."""

    async def get(self) -> Clock: ...


class Clocks(ClockReads, Protocol):
    """Sets the exchange's clock; `lock` gives it as nobody else sets it until the unit ends."""

    async def lock(self) -> Clock: ...
    async def has_orders(self) -> bool: ...
    def save(self, clock: Clock) -> None: ...


class Holidays(Protocol):
    """Knows the days of a year on which a market is closed, or closes early."""

    def __call__(self, market: str, year: int) -> DaysOff: ...


class Calls(Protocol):
    """Counts calls in windows that all workers share. `count` raises TooMany."""

    async def count(self, limit: Limit, who: str, *, at: datetime) -> None: ...
    def forgive(self, limit: Limit, who: str, *, at: datetime) -> None: ...


class Audit(Protocol):
    """Keeps what was done and what was refused."""

    def add(self, trace: Trace, *, user_id: UUID | None, outcome: str, at: datetime) -> None: ...


class KeyReads(Protocol):
    """Finds answers that are kept under idempotency keys."""

    async def find(self, owner_id: UUID, key: str) -> Kept | None: ...


class Keys(KeyReads, Protocol):
    """Keeps answers under idempotency keys; `claim` gives the first answer when there is one."""

    async def claim(
        self, owner_id: UUID, key: str, fingerprint: str, *, at: datetime, expired: datetime
    ) -> Kept | None: ...
    def keep(self, owner_id: UUID, key: str, status: int, body: str) -> None: ...


class PortfolioReads(Protocol):
    """Finds portfolios.

    Rows: id, owner id, name, base currency, created at, whether shorts are allowed (0 or 1), cost method,
    version of its history.
    """

    async def row(self, owner_id: UUID, portfolio_id: int) -> Row: ...
    async def page(self, owner_id: UUID, *, limit: int, offset: int) -> tuple[int, Sequence[Row]]: ...
    async def default_id(self, owner_id: UUID) -> int | None: ...
    async def ledgers(self, owner_id: UUID) -> Ledgers: ...
    async def owners(self, after: UUID | None, *, limit: int) -> list[UUID]: ...


class Portfolios(PortfolioReads, Protocol):
    """Keeps portfolios; `lock` gives one that nobody else changes until the unit ends."""

    async def lock(self, owner_id: UUID, portfolio_id: int) -> Portfolio: ...
    async def lock_ledger(self, owner_id: UUID, portfolio_id: int) -> Portfolio: ...
    async def lock_all(self, owner_id: UUID) -> Sequence[Portfolio]: ...
    async def add(
        self,
        *,
        owner_id: UUID,
        name: str,
        base_currency: str,
        at: datetime,
        is_default: bool = False,
        shorts_allowed: bool = False,
        cost_method: CostMethod = CostMethod.FIFO,
    ) -> Portfolio: ...
    def save(self, portfolio: Portfolio) -> None: ...
    def remove(self, portfolio: Portfolio) -> None: ...


class PositionReads(Protocol):
    """Reads positions."""

    async def one(self, portfolio: Portfolio, symbol: str) -> Position: ...
    async def held(self, portfolio_id: int, symbols: Collection[str]) -> dict[str, Decimal]: ...
    async def traded(self, owner_id: UUID) -> Sequence[tuple[str, Decimal]]: ...
    async def version(self, owner_id: UUID, portfolio_id: int) -> HoldingsVersion: ...
    async def holdings(self, owner_id: UUID, portfolio_id: int) -> Holdings: ...


class Positions(PositionReads, Protocol):
    """Sets positions anew; appending to the ledger only adds to them."""

    def rebuild(
        self,
        portfolio: Portfolio,
        transactions: Iterable[Transaction],
        actions: Iterable[CorporateAction],
        *,
        also: Iterable[str] = (),
    ) -> None: ...


class ActionReads(Protocol):
    """Reads corporate actions that stand; with symbols, those that bear on them through others too.

    `bearing` also says whether a sale of one of the symbols names its lots, on that day or later.
    """

    async def of(self, owner_id: UUID, symbols: Collection[str] | None = None) -> list[CorporateAction]: ...
    async def bearing(
        self, owner_id: UUID, symbols: Collection[str], since: date
    ) -> tuple[list[CorporateAction], bool]: ...


class Actions(ActionReads, Protocol):
    """Keeps corporate actions; one that is taken back stays on record."""

    async def add(self, owner_id: UUID, action: CorporateAction, *, at: datetime) -> CorporateAction: ...
    def withdraw(self, owner_id: UUID, action: CorporateAction, *, at: datetime) -> None: ...


class TransactionReads(Protocol):
    """Reads the ledger.

    Asset rows: id, portfolio id, symbol, quantity, created at; when it was (a datetime), and whether the
    owner has entered corporate actions. `one` and `page` give each transaction with the id of its reversal;
    what `since` gives was not taken back.
    """

    async def assets(
        self, owner_id: UUID, portfolio_id: int, *, limit: int, offset: int
    ) -> tuple[int, Sequence[Row]] | None: ...
    async def one(
        self, owner_id: UUID, portfolio_id: int, transaction_id: int
    ) -> tuple[Transaction, int | None]: ...
    async def page(
        self,
        owner_id: UUID,
        portfolio_id: int,
        *,
        kind: Kind | None,
        symbol: str | None,
        start: date,
        end: date,
        before: int,
        limit: int,
    ) -> Sequence[tuple[Transaction, int | None]]: ...
    async def of(self, owner_id: UUID, portfolio_id: int | None) -> list[Transaction]: ...
    async def related(self, owner_id: UUID, portfolio_id: int) -> list[Transaction]: ...
    async def of_symbol(self, owner_id: UUID, symbol: str) -> Sequence[Transaction]: ...
    async def since(
        self, portfolio: Portfolio, symbols: Collection[str], day: date
    ) -> Sequence[Transaction]: ...
    async def sides(self, owner_id: UUID, transfer_id: UUID) -> Sequence[Transaction]: ...
    async def named(self, portfolio: Portfolio, external_ids: Collection[str]) -> set[str]: ...
    async def behind(self, portfolio_id: int, seq: int) -> Sequence[Transaction]: ...
    async def ids_between(self, portfolio: Portfolio, first: int, last: int) -> tuple[int, int]: ...


class Transactions(TransactionReads, Protocol):
    """Keeps the ledger and, in the same breath, the positions that it folds to.

    `since` is the first day whose figures change, when that is not the first day of what is appended.
    Without `moves` the positions are left to be rebuilt.
    """

    async def asset(self, portfolio: Portfolio, asset_id: int) -> Transaction | None: ...
    def append(
        self,
        portfolio: Portfolio,
        sealed: Sequence[Sealed],
        *,
        assets: int = 0,
        since: date | None = None,
        moves: bool = True,
    ) -> None: ...
    async def append_one(
        self,
        portfolio: Portfolio,
        sealed: Sealed,
        *,
        assets: int = 0,
        since: date | None = None,
        moves: bool = True,
    ) -> Transaction: ...
    async def append_many(
        self, portfolio: Portfolio, sealed: Sequence[Sealed], *, assets: int = 0, moves: bool = True
    ) -> tuple[int, int]: ...
    def append_next(self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime) -> None: ...
    async def append_next_one(
        self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime, assets: int = 0
    ) -> Transaction: ...


class PriceReads(Protocol):
    """Finds prices that people entered."""

    async def entered(self, owner_id: UUID) -> Mapping[str, Quote]: ...
    async def entered_one(self, owner_id: UUID, symbol: str) -> Quote | None: ...


class Prices(PriceReads, Protocol):
    """Keeps prices that people entered."""

    def put(self, owner_id: UUID, quote: Quote) -> None: ...
    def put_all(self, owner_id: UUID, quotes: Sequence[Quote]) -> None: ...
    async def remove(self, owner_id: UUID, symbol: str) -> None: ...


class InstrumentReads(Protocol):
    """Finds instruments; `page` gives those behind a symbol."""

    async def of(self, owner_id: UUID, symbols: Collection[str] | None = None) -> list[Instrument]: ...
    async def page(self, owner_id: UUID, *, after: str, limit: int) -> Sequence[Instrument]: ...


class Instruments(InstrumentReads, Protocol):
    """Keeps instruments."""

    def put(self, owner_id: UUID, instrument: Instrument) -> None: ...
    async def remove(self, owner_id: UUID, symbol: str) -> None: ...


class CloseReads(Protocol):
    """Finds closes and rates that people entered."""

    async def of(
        self,
        owner_id: UUID,
        symbols: Collection[str] | None,
        first_year: int,
        last_year: int,
        kind: SeriesKind = SeriesKind.CLOSE,
    ) -> list[Series]: ...
    async def currencies(self, owner_id: UUID, symbols: Collection[str]) -> dict[str, str]: ...


class Closes(CloseReads, Protocol):
    """Keeps closes and rates, year by year; `hold` gives what nobody else changes until the unit ends."""

    async def hold(self, owner_id: UUID) -> None: ...
    async def keep(self, owner_id: UUID, kind: SeriesKind, years: Sequence[tuple[int, Series]]) -> None: ...
    async def advance(self, owner_id: UUID, *, history: bool) -> None: ...


class HistoryYearReads(Protocol):
    """Finds the history of years that are over, also what no longer counts."""

    async def of(self, owner_id: UUID, portfolio_id: int) -> list[HistoryYear]: ...


class HistoryYears(HistoryYearReads, Protocol):
    """Keeps the history of years that are over."""

    async def keep(self, owner_id: UUID, portfolio_id: int, years: Sequence[HistoryYear]) -> None: ...


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
    async def tell(self, portfolio_ids: Collection[int], keys: Collection[DeskKey]) -> None: ...


class AccountReads(Protocol):
    """Reads accounts of the exchange, by portfolio."""

    async def of(self, portfolio_ids: Collection[int]) -> dict[int, OpenedAccount]: ...
    async def mine(self, owner_id: UUID) -> dict[int, OpenedAccount]: ...


class Accounts(AccountReads, Protocol):
    """Keeps accounts.

    `versions` gives the version of each account and the number of transactions of its portfolio; `lock` gives
    the portfolios locked, and has the unit done again unless the given ones are still at these.
    """

    async def versions(self, portfolio_ids: Collection[int]) -> dict[int, tuple[int, int]]: ...
    async def lock(
        self, portfolio_ids: Collection[int], read: Mapping[int, tuple[int, int]]
    ) -> dict[int, Portfolio]: ...
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


class ReadUnit(Protocol):
    """Repositories that only read. `let_in` checks the caller where no query does."""

    async def let_in(self) -> None: ...
    @property
    def api_keys(self) -> ApiKeyReads: ...
    @property
    def clocks(self) -> ClockReads: ...
    @property
    def users(self) -> UserReads: ...
    @property
    def sessions(self) -> SessionReads: ...
    @property
    def portfolios(self) -> PortfolioReads: ...
    @property
    def positions(self) -> PositionReads: ...
    @property
    def actions(self) -> ActionReads: ...
    @property
    def transactions(self) -> TransactionReads: ...
    @property
    def prices(self) -> PriceReads: ...
    @property
    def instruments(self) -> InstrumentReads: ...
    @property
    def closes(self) -> CloseReads: ...
    @property
    def history_years(self) -> HistoryYearReads: ...
    @property
    def orders(self) -> OrderReads: ...
    @property
    def account_orders(self) -> AccountOrders: ...
    @property
    def watchlists(self) -> WatchlistReads: ...
    @property
    def desks(self) -> DeskReads: ...
    @property
    def accounts(self) -> AccountReads: ...
    @property
    def keys(self) -> KeyReads: ...


class WriteUnit(Protocol):
    """One transaction's repositories; `flush` sends what was written so far."""

    async def flush(self) -> object: ...
    @property
    def api_keys(self) -> ApiKeys: ...
    @property
    def clocks(self) -> Clocks: ...
    @property
    def users(self) -> Users: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def portfolios(self) -> Portfolios: ...
    @property
    def positions(self) -> Positions: ...
    @property
    def actions(self) -> Actions: ...
    @property
    def transactions(self) -> Transactions: ...
    @property
    def prices(self) -> Prices: ...
    @property
    def instruments(self) -> Instruments: ...
    @property
    def closes(self) -> Closes: ...
    @property
    def history_years(self) -> HistoryYears: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def watchlists(self) -> Watchlists: ...
    @property
    def desks(self) -> Desks: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def audit(self) -> Audit: ...


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


class LedgerTail(Protocol):
    """Gives what a ledger has had after a number."""

    async def behind(self, portfolio_id: int, seq: int) -> Sequence[Transaction]: ...


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
    """The transaction of a batch of the exchange, which acts for many callers."""

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


class Bookkeeping(Protocol):
    """Reads everything that is kept, at one moment."""

    async def portfolio_count(self) -> int: ...
    async def miscounted_users(self) -> Sequence[UUID]: ...
    def books(self) -> AsyncIterator[Books]: ...
    def desks(self) -> AsyncIterator[DeskBooks]: ...


class Units(Protocol):
    """Opens units of work. `write` has committed before it returns."""

    def read(self, caller: Caller | None = None) -> ReadUnit: ...
    async def write(
        self,
        work: Callable[[WriteUnit], Awaitable[T]],
        *,
        trace: Trace,
        at: datetime,
        caller: Caller | None = None,
    ) -> T: ...


class Feed(Protocol):
    """Reads what is streamed, as it is committed now. What is told is JSON as it goes over the wire."""

    async def newest(self, topics: Collection[Topic]) -> Mapping[Topic, int]:
        """Give the number of the last message of each numbered topic; 0 where there is none."""

    async def since(
        self, after: Mapping[Topic, int], *, limit: int
    ) -> Mapping[Topic, Sequence[tuple[int, str]]]:
        """Give what follows each number, in order: at most `limit` messages of each topic."""

    async def state(self, channel: Channel, key: DeskKey) -> str | None:
        """Give the state of a symbol on a channel without numbers; None when nothing is known."""

    async def admitted(self, callers: Collection[Caller], *, at: datetime) -> Collection[Caller]:
        """Give those whose session is open, or whose API key still counts."""


class Wakes(Protocol):
    """Tells when something of these accounts and symbols may be new, whichever worker wrote it."""

    async def watch(
        self, woken: Callable[[Collection[int] | None, Collection[DeskKey] | None], None]
    ) -> None:
        """Call `woken` until cancelled; None stands for all of them."""


class Sink(Protocol):
    """Writes to one open stream. Raises OSError when the client has gone."""

    async def send(self, messages: Collection[Message]) -> None:
        """Write messages; return once the connection has room for more."""

    async def close(self, reason: Closing) -> None:
        """Say why, and end."""

    def cut(self) -> None:
        """End at once, whatever is not written yet."""
