"""Performance: what a period returned, by every measure, from the values and flows of its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from steward.domain.columns import amount_of
from steward.domain.days import Amount, History
from steward.domain.money import total
from steward.domain.money_weighted import (
    Flow,
    NoRate,
    modified_dietz,
    money_weighted,
    mwr_daily_linked,
    period_flows,
)
from steward.domain.returns import Chain, simple, time_weighted
from steward.domain.risk import Drawdown, drawdown, first_with_value


@dataclass(frozen=True, slots=True)
class Performance:
    """What a period returned. A period opens with the close of its first date and includes its last.

    Without a value for everything that was held, on every day, nothing of it is known: all is None then.
    """

    time_weighted: Chain | None
    money_weighted: float | NoRate | None
    modified_dietz: float | None
    daily_linked: Chain | None
    simple: float | None
    drawdown: Drawdown | None


UNMEASURED = Performance(None, None, None, None, None, None)


def performance(history: History) -> Performance:
    """Measure a history whose first day is the opening of the period."""
    money_in, money_out = _known(history.money_in[1:]), _known(history.money_out[1:])
    if money_in is None or money_out is None or history.held != history.valued:
        return UNMEASURED
    days, values = history.days, history.values
    money_in, money_out = [0, *money_in], [0, *money_out]
    chain = time_weighted(days, values, money_in, money_out)
    flows = flows_of(days, money_in, money_out)
    opening, closing = amount_of(values[0]), amount_of(values[-1])
    came, went = (total(amounts) for amounts in _by_direction(flows))
    begin = first_with_value(values)
    return Performance(
        time_weighted=chain,
        money_weighted=money_weighted(period_flows(opening, closing, flows, days[0], days[-1])),
        modified_dietz=modified_dietz(opening, closing, flows, days[0], days[-1]),
        daily_linked=mwr_daily_linked(days, values, money_in, money_out),
        simple=simple(opening, closing, came, went),
        drawdown=drawdown(days[begin:], chain.cumulative()[begin:]) if begin < len(days) else None,
    )


def cumulative(history: History) -> list[float | None]:
    """Give the time-weighted return from the first close to that of each day; None from a gap on."""
    days, values, known = history.days, history.values, 0
    flows = [*zip(history.money_in, history.money_out, strict=True)]
    for place, (held, valued) in enumerate(zip(history.held, history.valued, strict=True)):
        if held != valued or (place and None in flows[place]):
            break
        known = place + 1
    if not known:
        return [None] * len(days)
    came, went = ([one or 0 for one in some[:known]] for some in (history.money_in, history.money_out))
    chain = time_weighted(days[:known], values[:known], came, went)
    return [*chain.cumulative(), *[None] * (len(days) - known)]


def flows_of(days: Sequence[date], money_in: Sequence[int], money_out: Sequence[int]) -> list[Flow]:
    """Give what was paid in (negative) and received (positive), day by day."""
    flows = []
    for day, came, went in zip(days, money_in, money_out, strict=True):
        if came:
            flows.append(Flow(day, amount_of(-came)))
        if went:
            flows.append(Flow(day, amount_of(went)))
    return flows


def _by_direction(flows: Sequence[Flow]) -> tuple[list[Decimal], list[Decimal]]:
    paid = [flow.amount.copy_negate() for flow in flows if flow.amount < 0]
    return paid, [flow.amount for flow in flows if flow.amount > 0]


def _known(amounts: Sequence[Amount]) -> list[int] | None:
    found = [one for one in amounts if one is not None]
    return found if len(found) == len(amounts) else None
