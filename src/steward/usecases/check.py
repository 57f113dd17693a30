"""Verifying every stored figure against the ledger."""

from collections import Counter
from collections.abc import Callable

from steward.domain.books import faults
from steward.domain.exchange_books import desk_faults
from steward.domain.findings import Finding
from steward.usecases.ports_ledger import Bookkeeping


async def check(
    bookkeeping: Bookkeeping, *, told: Callable[[int, int], None]
) -> tuple[list[Finding], Counter[str]]:
    """Go through all portfolios and give what is wrong, and how many things were looked at.

    `told` hears (portfolios done, portfolios in all) as it goes on.
    """
    total = await bookkeeping.portfolio_count()
    findings: list[Finding] = [
        Finding("C2", f"user {user_id}", "portfolio_count is not the number of portfolios")
        for user_id in await bookkeeping.miscounted_users()
    ]
    counts: Counter[str] = Counter(portfolios=0, transactions=0, orders=0, fills=0, desks=0, trades=0)
    async for books in bookkeeping.books():
        findings += faults(books)
        counts.update(
            portfolios=1,
            transactions=len(books.transactions),
            orders=len(books.orders),
            fills=len(books.fills),
        )
        told(counts["portfolios"], total)
    async for desk in bookkeeping.desks():
        findings += desk_faults(desk)
        counts.update(desks=1, trades=len(desk.trades))
    return findings, counts
