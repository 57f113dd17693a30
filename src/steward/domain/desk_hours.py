"""The hours of a desk: it lives through its market's day, as if somebody had watched all the time."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from steward.domain.calendars import Calendar
from steward.domain.desk import Desk
from steward.domain.listings import DeskState, MarketQuote, TradingStatus

Quoted = Callable[[datetime], MarketQuote | None]
"""Gives the quote of the market outside at a moment; None where there is none."""

LIVED_THROUGH: Final = timedelta(days=7)
"""How far back a desk lives through every turn: without a command, what is not over by then never changes."""
_APART: Final = timedelta(seconds=2)
_LAST: Final = frozenset((TradingStatus.CLOSING, TradingStatus.CLOSED))


def turns(calendar: Calendar, after: datetime, until: datetime) -> Iterator[tuple[datetime, TradingStatus]]:
    """Give each turn of a market's day after one moment and up to another, in order."""
    if calendar.never_closes:
        return
    for session in calendar.sessions(calendar.local_day(after), calendar.local_day(until)):
        for moment, status in (
            (session.gathers, TradingStatus.OPENING),
            (session.opens, TradingStatus.CONTINUOUS),
            (session.calls, TradingStatus.CLOSING),
            (session.closes, TradingStatus.CLOSED),
        ):
            if after < moment <= until:
                yield moment, status


def _waited(state: DeskState, at: datetime) -> datetime:
    """Give the moment, or that of the last turn where another worker's clock is a little ahead."""
    since = state.turned_at
    return since if since is not None and at < since <= at + _APART else at


def is_behind(state: DeskState, calendar: Calendar, *, at: datetime) -> bool:
    """Say whether the market of a desk has turned since the desk did."""
    at, since, halted = _waited(state, at), state.turned_at, state.status is TradingStatus.HALTED
    if since is None or since > at:
        passed = not calendar.never_closes
    else:
        passed = any(turns(calendar, max(since, at - LIVED_THROUGH), at))
    # The market may have been away for longer than one looks back, or have other hours than it had.
    return passed or not (halted or state.status is calendar.status(at))


def live(desk: Desk, calendar: Calendar, quoted: Quoted, *, at: datetime) -> None:
    """Let everything happen at a desk that time has brought since it was turned last, each at its moment.

    A halted desk stays so; only its day orders expire. Where nothing is open, only the last turn counts.
    When the clock was set back, the desk is at once what its market is now.
    """
    at, since = _waited(desk.state, at), desk.state.turned_at
    if since is not None and desk.has_orders:
        for moment, status in turns(calendar, max(since, at - LIVED_THROUGH), at):
            _expire(desk, moment)
            _turn(desk, status, quoted, moment)
    _expire(desk, at)
    if is_behind(desk.state, calendar, at=at):
        halted = desk.state.status is TradingStatus.HALTED
        desk.turn(TradingStatus.HALTED if halted else calendar.status(at), at=at)


def _turn(desk: Desk, status: TradingStatus, quoted: Quoted, at: datetime) -> None:
    if desk.state.status is TradingStatus.HALTED:
        if status is TradingStatus.CLOSED:
            desk.turn(status, at=at)
        desk.halt(at=at)
        return
    if status in _LAST:
        _quote(desk, quoted, at)
    desk.turn(status, at=at)
    if status is TradingStatus.CONTINUOUS:
        _quote(desk, quoted, at)


def _quote(desk: Desk, quoted: Quoted, at: datetime) -> None:
    """Let a session open at the price of its first moment, and end at that of its last."""
    quote = quoted(at)
    if quote is not None:
        desk.quote(quote, at=at)


def _expire(desk: Desk, until: datetime) -> None:
    while (due := desk.next_expiry) is not None and due <= until:
        desk.turn(desk.state.status, at=due)
