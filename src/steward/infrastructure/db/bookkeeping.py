"""Reads everything that is kept, portfolio by portfolio, at one moment."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from steward.domain.books import Books, StoredOrder
from steward.domain.exchange_books import DeskBooks
from steward.domain.orders import Fill
from steward.domain.positions import Position
from steward.domain.transactions import Transaction
from steward.infrastructure.db.corporate_actions import ActionReads
from steward.infrastructure.db.database import Reading
from steward.infrastructure.db.exchange_books import ExchangeBooks
from steward.infrastructure.db.orders_reads import OrderReads
from steward.infrastructure.db.portfolios import PortfolioReads
from steward.infrastructure.db.positions import PositionReads
from steward.infrastructure.db.transactions_reads import TransactionReads

_PORTFOLIOS_AT_ONCE = 200


class Bookkeeping:
    """Reads through a snapshot."""

    def __init__(self, snapshot: Reading) -> None:
        self._portfolios = PortfolioReads(snapshot)
        self._transactions = TransactionReads(snapshot)
        self._positions = PositionReads(snapshot)
        self._orders = OrderReads(snapshot)
        self._actions = ActionReads(snapshot)
        self._exchange = ExchangeBooks(snapshot)

    async def portfolio_count(self) -> int:
        """Count all portfolios."""
        return await self._portfolios.count()

    async def miscounted_users(self) -> Sequence[UUID]:
        """Give the users whose stored number of portfolios is wrong."""
        return await self._portfolios.miscounted_users()

    async def books(self) -> AsyncIterator[Books]:
        """Give the books of every portfolio, in the order of their ids."""
        after, listings = 0, await self._exchange.listings()
        while portfolios := await self._portfolios.after(after, limit=_PORTFOLIOS_AT_ONCE):
            until = portfolios[-1].id
            transactions: dict[int, list[Transaction]] = defaultdict(list)
            for transaction in await self._transactions.between(after, until):
                transactions[transaction.portfolio_id].append(transaction)
            positions: dict[int, list[Position]] = defaultdict(list)
            for portfolio_id, position in await self._positions.between(after, until):
                positions[portfolio_id].append(position)
            orders: dict[int, list[StoredOrder]] = defaultdict(list)
            for stored in await self._orders.between(after, until):
                orders[stored.order.portfolio_id].append(stored)
            fills: dict[int, list[Fill]] = defaultdict(list)
            for portfolio_id, fill in await self._orders.fills_between(after, until):
                fills[portfolio_id].append(fill)
            actions = await self._actions.between(after, until)
            sides: dict[UUID | None, list[Transaction]] = defaultdict(list)
            for side in await self._transactions.sides_between(after, until):
                sides[side.entry.terms.transfer_id].append(side)
            trading = await self._exchange.accounts(after, until, listings)
            for one in portfolios:
                joined = {each.entry.terms.transfer_id for each in transactions[one.id]} - {None}
                yield Books(
                    one,
                    transactions[one.id],
                    positions[one.id],
                    orders[one.id],
                    fills[one.id],
                    actions.get(one.owner_id, []),
                    [side for transfer_id in joined for side in sides[transfer_id]],
                    trading.get(one.id),
                )
            after = until

    def desks(self) -> AsyncIterator[DeskBooks]:
        """Give the books of every desk of the exchange."""
        return self._exchange.desks()
