"""Appraisals: what each of several portfolios is worth, told by one fold of all of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from steward.domain.appraisal import Appraisal, appraise
from steward.domain.closings import Payment
from steward.domain.holdings import balances, units_of
from steward.domain.lot_book import LotBook
from steward.domain.lot_fold import apply
from steward.domain.records import Record, Teller
from steward.domain.story import Method, Story


def appraisals(
    story: Story, portfolio_ids: Sequence[int], *, at: date, currency: str, method: Method
) -> dict[int, Appraisal]:
    """Appraise at the close of `at` what each portfolio holds, as it would be appraised by itself."""
    teller = Teller(story.market, currency, method.fx, at)
    book, records = LotBook(teller), teller.told(story.until(at))
    apply(book, records, (one for one in story.actions if one.ex_date <= at))
    moved: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        moved[record.transaction.portfolio_id].append(record)
    paid: dict[int, list[Payment]] = defaultdict(list)
    for payment in book.payments:
        paid[payment.portfolio_id].append(payment)
    return {
        one: appraise(
            units_of(book, {one}),
            balances(moved[one], paid[one]),
            market=story.market,
            currency=currency,
            on=at,
        )
        for one in portfolio_ids
    }
