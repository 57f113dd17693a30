"""Checking the books."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from steward.domain.books import Books, StoredOrder
from steward.domain.exchange_books import DeskBooks
from steward.domain.findings import Finding
from steward.usecases.check import check
from tests.factories import OWNER, a_portfolio, a_transaction, an_entry, an_order


@dataclass
class FakeBookkeeping:
    """Books in memory."""

    kept: list[Books] = field(default_factory=list)
    miscounted: list[UUID] = field(default_factory=list)
    traded: list[DeskBooks] = field(default_factory=list)

    async def portfolio_count(self) -> int:
        return len(self.kept)

    async def miscounted_users(self) -> Sequence[UUID]:
        return self.miscounted

    async def books(self) -> AsyncIterator[Books]:
        for one in self.kept:
            yield one

    async def desks(self) -> AsyncIterator[DeskBooks]:
        for one in self.traded:
            yield one


async def test_sound_books_are_counted_and_progress_is_told() -> None:
    order = an_order()
    stored = StoredOrder(order, order.pending_qty, order.average_price)
    bookkeeping = FakeBookkeeping(
        [Books(a_portfolio(), [], [], [stored], []), Books(a_portfolio(), [], [], [], [])]
    )
    told: list[tuple[int, int]] = []
    findings, counts = await check(bookkeeping, told=lambda done, total: told.append((done, total)))
    assert findings == []
    assert counts == Counter(portfolios=2, transactions=0, orders=1, fills=0)
    assert told == [(1, 2), (2, 2)]


async def test_every_fault_and_every_miscounted_user_is_found() -> None:
    broken = Books(a_portfolio(), [a_transaction(an_entry())], [], [], [])
    bookkeeping = FakeBookkeeping([broken, broken], [OWNER])
    findings, counts = await check(bookkeeping, told=lambda *_: None)
    assert findings[0] == Finding("C2", f"user {OWNER}", "portfolio_count is not the number of portfolios")
    assert {finding.invariant for finding in findings} == {"C2", "C5"}
    assert len(findings) % 2 == 1
    assert counts["transactions"] == 2
