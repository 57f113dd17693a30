"""History: every day's figures are those of an appraisal of that day, digit for digit."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from steward.domain.appraisal import Appraisal, appraise
from steward.domain.columns import amount_of
from steward.domain.days import History
from steward.domain.history import history
from steward.domain.holdings import balances
from steward.domain.lot_book import LotBook, LotScope
from steward.domain.lot_fold import apply
from steward.domain.money import total
from steward.domain.portfolios import CostMethod
from steward.domain.records import Gap, Teller
from steward.domain.story import Method, Story
from tests.domain.stories import CURRENCIES, DAYS, FIRST, SYMBOLS, tales

LAST = FIRST + timedelta(days=DAYS - 1)
_methods = st.builds(
    Method,
    st.sampled_from(CostMethod),
    st.sampled_from(LotScope),
    fees_in_cost=st.booleans(),
    taxes_in_cost=st.booleans(),
)


def _book(story: Story, method: Method, currency: str, on: date) -> tuple[LotBook, dict[str, Decimal]]:
    """Fold everything until a day anew, with the balances."""
    alone = len(story.portfolio_ids) == 1
    teller = Teller(story.market, currency, method.fx, LAST, valued=True, moves_valued=alone)
    book = LotBook(teller, method.cost, method.lot_scope)
    records = teller.told(story.until(on))
    apply(book, records, [one for one in story.actions if one.ex_date <= on])
    mine = [one for one in records if one.transaction.portfolio_id in story.portfolio_ids]
    paid = [one for one in book.payments if one.portfolio_id in story.portfolio_ids]
    return book, balances(mine, paid)


def _units(book: LotBook, story: Story) -> dict[str, Decimal]:
    return {symbol: total(book.units[one, symbol] for one in story.portfolio_ids) for symbol in SYMBOLS}


def _cost(book: LotBook, story: Story, method: Method) -> Decimal:
    pools = (0,) if method.lot_scope is LotScope.ALL else story.portfolio_ids
    return total(
        pool.whole.cost(fees=method.fees_in_cost, taxes=method.taxes_in_cost)
        for (one, _), pool in book.pools.items()
        if one in pools
    )


def _gaps(found: History, on: date) -> set[Gap]:
    return {Gap(one.what, one.subject, on) for one in found.missing if one.first <= on <= one.last}


def _same(found: History, place: int, day: Appraisal, cost: Decimal) -> None:
    assert amount_of(found.securities[place]) == day.market_value
    assert amount_of(found.cash[place]) == day.cash_value
    there = found.held[place]
    assert there == len(day.holdings) + len(day.cash)
    assert (found.valued[place] / there if there else None) == day.coverage
    known = found.cost[place]
    assert cost.is_nan() if known is None else amount_of(known) == cost
    assert _gaps(found, day.on) == set(day.gaps)


@given(tales(), st.sampled_from(CURRENCIES), _methods, st.integers(0, DAYS - 1))
@settings(max_examples=150)
def test_every_day_is_what_an_appraisal_of_it_says(
    story: Story, currency: str, method: Method, start: int
) -> None:
    first = FIRST + timedelta(days=start)
    found = history(story, first=first, last=LAST, currency=currency, method=method)
    assert found.days == [FIRST + timedelta(days=place) for place in range(start, DAYS)]
    for place, day in enumerate(found.days):
        book, cash = _book(story, method, currency, day)
        appraisal = appraise(_units(book, story), cash, market=story.market, currency=currency, on=day)
        _same(found, place, appraisal, _cost(book, story, method))
        assert amount_of(found.values[place]) == appraisal.net_worth
