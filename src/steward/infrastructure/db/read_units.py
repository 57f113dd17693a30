"""Units that only read: each query by itself, or all at one moment."""

from steward.infrastructure.db.account_orders import AccountOrders
from steward.infrastructure.db.accounts import AccountReads
from steward.infrastructure.db.api_keys import ApiKeyReads
from steward.infrastructure.db.clocks import ClockReads
from steward.infrastructure.db.closes import CloseReads
from steward.infrastructure.db.corporate_actions import ActionReads
from steward.infrastructure.db.database import Database, Reading
from steward.infrastructure.db.desks import DeskReads
from steward.infrastructure.db.guards import Guard
from steward.infrastructure.db.history_years import HistoryYearReads
from steward.infrastructure.db.idempotency import KeyReads
from steward.infrastructure.db.instruments import InstrumentReads
from steward.infrastructure.db.orders_reads import OrderReads
from steward.infrastructure.db.portfolios import PortfolioReads
from steward.infrastructure.db.positions import PositionReads
from steward.infrastructure.db.prices import PriceReads
from steward.infrastructure.db.sessions import SessionReads
from steward.infrastructure.db.statements import Params, Row, Statement
from steward.infrastructure.db.transactions_reads import TransactionReads
from steward.infrastructure.db.users import UserReads
from steward.infrastructure.db.watchlists import WatchlistReads
from steward.usecases.values import Caller


class ReadUnit:
    """Repositories that only read. Each query sees the newest committed state."""

    def __init__(self, database: Database, caller: Caller | None) -> None:
        self._run = database.read
        self._guard = Guard(caller)

    async def fetch(self, statement: Statement, params: Params) -> list[Row]:
        """Run a query; the first one checks the caller's session."""
        return await self._guard.fetch(self._run, statement, params)

    async def let_in(self) -> None:
        """Check the caller where no query does."""
        await self._guard.check(self._run)

    @property
    def api_keys(self) -> ApiKeyReads:
        """API keys."""
        return ApiKeyReads(self)

    @property
    def clocks(self) -> ClockReads:
        """The exchange's clock."""
        return ClockReads(self)

    @property
    def users(self) -> UserReads:
        """People."""
        return UserReads(self)

    @property
    def sessions(self) -> SessionReads:
        """Sign-ins."""
        return SessionReads(self)

    @property
    def portfolios(self) -> PortfolioReads:
        """Portfolios."""
        return PortfolioReads(self)

    @property
    def transactions(self) -> TransactionReads:
        """The ledger."""
        return TransactionReads(self)

    @property
    def positions(self) -> PositionReads:
        """Positions."""
        return PositionReads(self)

    @property
    def prices(self) -> PriceReads:
        """Entered prices."""
        return PriceReads(self)

    @property
    def instruments(self) -> InstrumentReads:
        """Instruments."""
        return InstrumentReads(self)

    @property
    def closes(self) -> CloseReads:
        """Entered closes and rates."""
        return CloseReads(self)

    @property
    def history_years(self) -> HistoryYearReads:
        """The history of years that are over."""
        return HistoryYearReads(self)

    @property
    def orders(self) -> OrderReads:
        """Orders."""
        return OrderReads(self)

    @property
    def account_orders(self) -> AccountOrders:
        """What accounts have ordered on the exchange."""
        return AccountOrders(self)

    @property
    def watchlists(self) -> WatchlistReads:
        """Watchlists."""
        return WatchlistReads(self)

    @property
    def actions(self) -> ActionReads:
        """Corporate actions."""
        return ActionReads(self)

    @property
    def desks(self) -> DeskReads:
        """Desks of the exchange."""
        return DeskReads(self)

    @property
    def accounts(self) -> AccountReads:
        """Accounts of the exchange."""
        return AccountReads(self)

    @property
    def keys(self) -> KeyReads:
        """Idempotency keys."""
        return KeyReads(self)


class SnapshotUnit(ReadUnit):
    """The same repositories, all at one moment."""

    def __init__(self, snapshot: Reading) -> None:
        self._run = snapshot.fetch
        self._guard = Guard(None)
