"""What the domain makes of a tale: its report, period and history, by the method of the tale."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any, Final

from steward.domain.days import History
from steward.domain.history import history
from steward.domain.holdings import Report, report
from steward.domain.scopes import Level, Scope
from steward.domain.statements import Lines, Period, Statement
from tests.tales import FIRST, LAST, Tale

LINES: Final = tuple(one.name for one in fields(Lines))


def reported(tale: Tale, *ids: int, **asked: Any) -> Report:
    """Report the end of a tale by its own method."""
    usual: dict[str, Any] = {"at": LAST, "currency": tale.currency, "method": tale.method}
    return report(tale.story(*ids), **(usual | asked))


def period_of(tale: Tale, *ids: int) -> Period:
    """Fold a tale from its `since` to its end."""
    return Period.of(tale.story(*ids), start=tale.since, end=LAST, currency=tale.currency, method=tale.method)


def statements_of(period: Period) -> Iterator[Statement]:
    """Read the statement of every scope."""
    scopes = [Scope(), Scope(Level.SECURITIES)]
    scopes += [Scope(Level.SYMBOL, symbol) for symbol in period.symbols()]
    return map(period.statement, scopes)


def days_of(tale: Tale, *ids: int, first: date = FIRST) -> History:
    """Value every day of a tale."""
    return history(tale.story(*ids), first=first, last=LAST, currency=tale.currency, method=tale.method)
