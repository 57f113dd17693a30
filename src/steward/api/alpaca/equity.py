"""What an account was worth day by day: the history of its portfolio, on the Alpaca wire."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from steward.api.alpaca.access import exchange_time, portfolio_of
from steward.api.alpaca.errors import NotOffered, Unprocessable
from steward.api.alpaca.holdings import opened_account
from steward.api.alpaca.wire import Flag, Moment, answer, start_of
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.domain.instants import EARLIEST_DAY
from steward.domain.money import FRACTION_DIGITS, UNKNOWN, ZERO, add, divided, subtract
from steward.domain.scopes import Crossing, Scope
from steward.usecases.analysis import Asked

operations = Operations("alpaca portfolio history")

_PERIOD: Final = re.compile(r"([0-9]{1,4})([DWMA])", re.ASCII)
_DAYS: Final = {"D": 1, "W": 7, "M": 30, "A": 365}
_WHOLE: Final = Crossing(Scope())
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Equity:
    """Values at the close of each day, None where one is unknown; and the money that came in or went out."""

    days: tuple[date, ...]
    values: tuple[Decimal | None, ...]
    flows: tuple[Decimal | None, ...]


async def equity_of_days(call: Call, now: datetime, first: date, last: date) -> Equity:
    """Tell what the account was worth at the close of each of these days, until today in fact.

    Raises PortfolioNotFound.
    """
    # What the historian keeps is kept for good: a clock that is set ahead must not write the future.
    at = min(now, call.at)
    last = min(last, at.date())
    told = await call.system.historian.tell(
        call.read(),
        owner_id=call.user_id,
        portfolio_id=portfolio_of(call),
        asked=Asked(),
        crossing=_WHOLE,
        first=min(first, last),
        last=last,
        at=at,
    )
    made = told.days
    known = [held == valued for held, valued in zip(made.held, made.valued, strict=True)]
    sums = zip(made.securities, made.cash, strict=True)
    flows = zip(made.money_in, made.money_out, strict=True)
    return Equity(
        tuple(made.days),
        tuple(_steps(one + cash) if sure else None for (one, cash), sure in zip(sums, known, strict=True)),
        tuple(None if one is None or out is None else _steps(one - out) for one, out in flows),
    )


def _steps(count: int) -> Decimal:
    """Give an amount that is counted in steps of 10^-18."""
    return Decimal(count).scaleb(-FRACTION_DIGITS)


@operations.add("GET", "/alpaca/v2/account/portfolio/history", at_root_only=True)
async def show(
    call: Call,
    *,
    period: str | None = None,
    timeframe: str = "1D",
    start: Moment | None = None,
    end: Moment | None = None,
    date_end: Moment | None = None,
    intraday_reporting: str | None = None,
    pnl_reset: str | None = None,
    extended_hours: Flag | None = None,
    cashflow_types: Literal["", "NONE"] | None = None,
) -> Answer:
    """Give what the account was worth at the close of each day, and what that gained beside deposits."""
    del intraday_reporting, pnl_reset, extended_hours, cashflow_types  # of what is finer than a day
    if timeframe != "1D":
        raise NotOffered(f"a history finer than a day: {timeframe[:9]!r}, ask for the timeframe 1D")
    reads = call.read()
    now = await exchange_time(call, reads)
    first, last = _window(now, period, start, end or date_end)
    opened = await opened_account(call, reads)
    first = max(first, opened.opened_at.date() - _DAY)
    return answer(_document(await equity_of_days(call, now, first, last)))


def _window(
    now: datetime, period: str | None, start: datetime | None, end: datetime | None
) -> tuple[date, date]:
    """Give the first and the last day. Raises Unprocessable."""
    last = min(end or now, now).date()
    if start is not None:
        if period is not None and end is not None:
            raise Unprocessable("period: give two of start, end and period")
        if start.date() > last:
            raise Unprocessable("start: lies after the end")
        return start.date(), last
    found = _PERIOD.fullmatch(period or "1M")
    if found is None:
        raise Unprocessable("period: a number with D, W, M or A, such as 1M")
    days = min(int(found[1]) * _DAYS[found[2]], (last - EARLIEST_DAY).days)
    return last - timedelta(days), last


def _document(equity: Equity) -> dict[str, Any]:
    """Write the days whose value is known; a day without is left out, no number stands in for it."""
    times: list[int] = []
    values: list[Decimal] = []
    gains: list[Decimal] = []
    shares: list[Decimal | None] = []
    base: Decimal | None = None
    moved = ZERO
    for day, value, flow in zip(equity.days, equity.values, equity.flows, strict=True):
        if base is not None:
            moved = add(moved, UNKNOWN if flow is None else flow)
        if value is None or moved.is_nan():
            continue
        base = value if base is None else base
        gain = subtract(subtract(value, base), moved)
        times.append(int(start_of(day).timestamp()))
        values.append(value)
        gains.append(gain)
        put_in = add(base, moved)
        shares.append(divided(gain, put_in) if put_in > 0 else None)
    return {
        "timestamp": times,
        "equity": values,
        "profit_loss": gains,
        "profit_loss_pct": shares,
        "base_value": base,
        "base_value_asof": None,
        "timeframe": "1D",
        "cashflow": {},
    }
