"""Appraisals: what portfolios are worth at the close of a day, each group of them by itself, by one fold."""

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
    story: Story, groups: Sequence[frozenset[int]], *, at: date, currency: str, method: Method
) -> list[Appraisal]:
    """Appraise what each group of portfolios has at the close of `at`, as `report` would of that group."""
    teller = Teller(story.market, currency, method.fx, at)
    book, records = LotBook(teller, method.cost, method.lot_scope), teller.told(story.until(at))
    apply(book, records, (one for one in story.actions if one.ex_date <= at))
    moved: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        moved[record.transaction.portfolio_id].append(record)
    paid: dict[int, list[Payment]] = defaultdict(list)
    for payment in book.payments:
        paid[payment.portfolio_id].append(payment)
    return [
        appraise(
            units_of(book, ids),
            balances((one for id_ in ids for one in moved[id_]), (one for id_ in ids for one in paid[id_])),
            market=story.market,
            currency=currency,
            on=at,
        )
        for ids in groups
    ]


def appraisal_of(story: Story, *, at: date, currency: str, method: Method) -> Appraisal:
    """Appraise what the portfolios that are asked about have together."""
    return appraisals(story, [story.portfolio_ids], at=at, currency=currency, method=method)[0]
