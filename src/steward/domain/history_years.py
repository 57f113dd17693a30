"""A history in years: what may be kept of it, and how it is cut and put together again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from steward.domain.days import History, Missing
from steward.domain.portfolios import CostMethod

# A write that began just before midnight on New Year's Eve still counts to the year that ends.
_GRACE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Footing:
    """What kept years rest on: they count only while all of it is so.

    `ledgers` has the `history_version` of the portfolio and of every one that its lots came through;
    `owner_version` counts changes of past closes, rates, instruments and corporate actions; `edition`
    names the sources and the version of Steward that the figures were made with.
    """

    ledgers: Mapping[int, int]
    owner_version: int
    max_age_days: int
    cost: CostMethod
    edition: str

    def holds(self, now: "Footing") -> bool:
        """Tell whether this footing is still what `now`, with all ledgers of the owner, says."""
        same = all(now.ledgers.get(one) == version for one, version in self.ledgers.items())
        return same and replace(now, ledgers=self.ledgers) == self


@dataclass(frozen=True, slots=True)
class HistoryYear:
    """The days of one year, from 1 January to 31 December; `begins` is the day of the first transaction."""

    year: int
    begins: date
    footing: Footing
    days: History


def first_open_day(at: datetime) -> date:
    """Give 1 January of the first year that is not over, a day of grace included."""
    return date((at - _GRACE).year, 1, 1)


def years(history: History, begins: date, footing: Footing) -> list[HistoryYear]:
    """Cut a history of whole years into them."""
    last = history.days[-1].year
    return [
        HistoryYear(year, begins, footing, cut(history, date(year, 1, 1), date(year, 12, 31)))
        for year in range(history.first.year, last + 1)
    ]


def cut(history: History, first: date, last: date) -> History:
    """Give the days from `first` to `last`; those before all of the history are of nothing."""
    start = (first - history.first).days
    window = slice(max(start, 0), max((last - history.first).days + 1, 0))
    lead = [0] * min(max(-start, 0), (last - first).days + 1)
    return History(
        first,
        history.currency,
        [*lead, *history.securities[window]],
        [*lead, *history.cash[window]],
        [*lead, *history.cost[window]],
        [*lead, *history.money_in[window]],
        [*lead, *history.money_out[window]],
        [*lead, *history.held[window]],
        [*lead, *history.valued[window]],
        tuple(
            replace(one, first=max(one.first, first), last=min(one.last, last))
            for one in history.missing
            if one.first <= last and first <= one.last
        ),
    )


def joined(parts: Sequence[History]) -> History:
    """Put histories together, each beginning on the day after the one before."""
    return History(
        parts[0].first,
        parts[0].currency,
        [one for part in parts for one in part.securities],
        [one for part in parts for one in part.cash],
        [one for part in parts for one in part.cost],
        [one for part in parts for one in part.money_in],
        [one for part in parts for one in part.money_out],
        [one for part in parts for one in part.held],
        [one for part in parts for one in part.valued],
        _one_run(parts),
    )


def _one_run(parts: Sequence[History]) -> tuple[Missing, ...]:
    """Let what is missing on both sides of a border be missing once."""
    found: list[Missing] = []
    for part in parts:
        for one in part.missing:
            before = replace(one, first=one.first - timedelta(days=1))
            place = next(
                (
                    place
                    for place, other in enumerate(found)
                    if (other.what, other.subject, other.last) == (one.what, one.subject, before.first)
                ),
                None,
            )
            if place is None:
                found.append(one)
            else:
                found[place] = replace(found[place], last=one.last)
    order = {"price": 0, "cash": 1, "rate": 2}
    return tuple(sorted(found, key=lambda one: (order[one.what], one.subject, one.first)))
