"""Laws of the market: feeds agree, and what is missing shows."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from steward.domain.appraisal import Appraisal
from steward.domain.closes import Series, columns
from steward.domain.columns import amount_of
from steward.domain.money import divided, multiply
from steward.domain.scopes import Scope
from tests.tales import DAYS, FIRST, Numbers, Tale
from tests.told import LINES, days_of, period_of, reported


def raw_and_adjusted_feeds_agree(tale: Tale) -> None:
    """A feed adjusted for later splits gives the history that the raw one does, every day."""
    actions = tuple(one for one in tale.actions if not one.multiplies or _exact(one.factor))
    tale = replace(tale, actions=actions)
    adjusted = replace(tale, adjusted=True)
    raw = _Raw(**{one.name: getattr(tale, one.name) for one in fields(tale)})
    one, other = days_of(adjusted), days_of(raw)
    assert one == other
    assert reported(adjusted).appraisal.holdings == reported(raw).appraisal.holdings
    mine, its = (period_of(told).statement(Scope()).lines for told in (adjusted, raw))
    assert mine == its or mine.residual.is_nan()


class _Raw(Tale):
    """The same feed before it was adjusted: a price times new / old of each later split."""

    def _series(self, key: str, currency: str, numbers: Numbers) -> Series:
        found = super()._series(key, currency, numbers)
        if len(key) != 3:
            return found
        raw = []
        for place in range(len(found.days)):
            price, day = found.stated(place), found.day(place)
            for action in self.actions:
                if action.symbol == key and action.multiplies and day < action.ex_date:
                    new, old = action.factor
                    price = multiply(price, multiply(new, _exact_inverse(old)))
            raw.append((day, price))
        return Series(key, currency, "user", *columns(raw))


def _exact(factor: tuple[Decimal, Decimal]) -> bool:
    old = int(factor[1])
    return old in (1, 2, 4, 5, 8, 10)


def _exact_inverse(old: Decimal) -> Decimal:
    return divided(Decimal(1), old)


def nothing_missing_is_hidden(tale: Tale) -> None:
    """Without a price or a rate a total stays, or its coverage falls, or the answer shows an older one.

    Where a last known value may have an age of 0 days nothing can stand in.
    """
    known = [key for key in (*tale.prices, *tale.rates) if _counts(tale, key)]
    for turn in range(3):
        choice = tale.choice + 7 * turn
        key = known[choice % len(known)]
        days = list({**tale.prices, **tale.rates}[key].by_day())
        _without(tale, key, days[choice % len(days)])


def _counts(tale: Tale, key: str) -> bool:
    """Whether a price or rate could matter at all."""
    if len(key) != 3:
        return True
    into = {one.into for one in tale.actions}
    return key in into or any(one.entry.symbol == key for one in tale.transactions)


def _without(tale: Tale, key: str, day: date) -> None:
    less = tale.without(key, day)
    before, after = days_of(tale), days_of(less)
    for place, on in enumerate(before.days):
        same = before.values[place] == after.values[place]
        lower = after.valued[place] < before.valued[place]
        assert before.held[place] == after.held[place]
        if not same and not lower:
            assert tale.max_age_days > 0, (key, day, on)
            assert 0 <= (on - day).days <= tale.max_age_days
    one, other = reported(tale).appraisal, reported(less).appraisal
    if one.net_worth != other.net_worth:
        assert (other.coverage or 0) < (one.coverage or 0) or _older(one, other)
    first, second = period_of(tale).statement(Scope()), period_of(less).statement(Scope())
    for name in LINES:
        mine, its = getattr(first.lines, name), getattr(second.lines, name)
        if mine != its and not (mine.is_nan() and its.is_nan()):
            assert tale.max_age_days > 0 or (its.is_nan() and second.gaps), (key, day, name)


def _older(one: Appraisal, other: Appraisal) -> bool:
    """Whether the answer shows that something older stands in: a close, or a leg of a rate."""
    return any(mine > its for mine, its in zip(_days_shown(one), _days_shown(other), strict=True))


def _days_shown(shown: Appraisal) -> list[tuple[date, ...]]:
    closes = [() if one.close is None else (one.close.on,) for one in shown.holdings]
    rates = [one.rate for one in (*shown.securities, *shown.cash)]
    return [*closes, *(() if rate is None else tuple(leg.on for leg in rate.legs) for rate in rates)]


def history_is_the_appraisals(tale: Tale) -> None:
    """A day of the history is the appraisal of that day, and a statement opens and closes with it."""
    for ids in ((), (1,)):
        found = days_of(tale, *ids)
        for place in {0, tale.choice % DAYS, DAYS - 1}:
            day = found.days[place]
            there = reported(tale, *ids, at=day).appraisal
            assert amount_of(found.values[place]) == there.net_worth, day
            assert found.held[place] == len(there.holdings) + len(there.cash), day
            if found.held[place]:
                assert found.valued[place] / found.held[place] == there.coverage, day
        lines = period_of(tale, *ids).statement(Scope()).lines
        for value, place in (
            (lines.opening_value, (tale.since - FIRST).days),
            (lines.closing_value, DAYS - 1),
        ):
            if not value.is_nan():
                assert value == amount_of(found.values[place])
