"""Lots of small ledgers, and what of them tests look at."""

from decimal import Decimal
from typing import Any

from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lot_fold import apply
from steward.domain.money import known, plain
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx, Teller
from steward.domain.story import Story
from tests.ledgers import buy, day

END = day("2024-12-31")
TWO_LOTS = (buy("2024-01-01", "ABC", "10", "100", fee="1", tax="0.5"), buy("2024-02-01", "ABC", "10", "300"))


def booked(
    story: Story,
    cost: CostMethod = CostMethod.FIFO,
    scope: LotScope = LotScope.PORTFOLIO,
    *,
    books: type[LotBook] = LotBook,
    **more: Any,
) -> LotBook:
    """Keep the lots of a story in US dollars, by a method."""
    teller = Teller(story.market, "USD", Fx.RECORDED_RATE, END)
    book = books(teller, cost, scope, **more)
    apply(book, teller.told(story.transactions), story.actions)
    return book


def costs(book: LotBook, symbol: str = "ABC") -> list[tuple[str, str, str]]:
    """Give the month and day, the units and the gross cost of each open lot."""
    return [
        (str(lot.acquired)[5:], plain(lot.quantity), plain(lot.basis.gross)) for lot in book.open_lots(symbol)
    ]


def gains(book: LotBook) -> list[Decimal | None]:
    """Give the gross gain of each closing; None where nobody knows it."""
    return [known(one.gain_gross) for one in book.closings]
