"""The units of work that the use cases are given: everything that is kept, in one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from steward.usecases.ports_exchange import (
    AccountOrders,
    AccountReads,
    Accounts,
    DeskReads,
    Desks,
    OrderReads,
    Orders,
    WatchlistReads,
    Watchlists,
)
from steward.usecases.ports_ledger import (
    ActionReads,
    Actions,
    HistoryYearReads,
    HistoryYears,
    PortfolioReads,
    Portfolios,
    PositionReads,
    Positions,
    TransactionReads,
    Transactions,
)
from steward.usecases.ports_market import (
    ClockReads,
    Clocks,
    CloseReads,
    Closes,
    InstrumentReads,
    Instruments,
    PriceReads,
    Prices,
)
from steward.usecases.ports_people import (
    ApiKeyReads,
    ApiKeys,
    Audit,
    Calls,
    KeyReads,
    Keys,
    SessionReads,
    Sessions,
    UserReads,
    Users,
)
from steward.usecases.values import (
    Caller,
    Trace,
)

T = TypeVar("T")


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
