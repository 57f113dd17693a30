"""What the use cases need from outside to keep ledgers, and what they fold to."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from steward.domain.books import Books
from steward.domain.corporate_actions import CorporateAction
from steward.domain.exchange_books import DeskBooks
from steward.domain.history_years import HistoryYear
from steward.domain.portfolios import CostMethod, Portfolio
from steward.domain.positions import Position
from steward.domain.transactions import Entry, Kind, Sealed, Transaction
from steward.usecases.values import (
    Holdings,
    HoldingsVersion,
    Ledgers,
    Row,
)


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


class HistoryYearReads(Protocol):
    """Finds the history of years that are over, also what no longer counts."""

    async def of(self, owner_id: UUID, portfolio_id: int) -> list[HistoryYear]: ...


class HistoryYears(HistoryYearReads, Protocol):
    """Keeps the history of years that are over."""

    async def keep(self, owner_id: UUID, portfolio_id: int, years: Sequence[HistoryYear]) -> None: ...


class LedgerTail(Protocol):
    """Gives what a ledger has had after a number."""

    async def behind(self, portfolio_id: int, seq: int) -> Sequence[Transaction]: ...


class Bookkeeping(Protocol):
    """Reads everything that is kept, at one moment."""

    async def portfolio_count(self) -> int: ...
    async def miscounted_users(self) -> Sequence[UUID]: ...
    def books(self) -> AsyncIterator[Books]: ...
    def desks(self) -> AsyncIterator[DeskBooks]: ...
