"""What analyses share over HTTP: their addresses, their parameters, and how these become what is asked."""

import inspect
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeVar, get_type_hints

from steward.api.call import Call
from steward.api.kept import Kept
from steward.api.operations import Endpoint, Operations
from steward.api.problems import Answer, InvalidInput
from steward.api.values import Flag, PortfolioId
from steward.domain.closes import Fill
from steward.domain.instants import checked_day
from steward.domain.lot_book import LotScope
from steward.domain.money import checked_currency
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.story import Method, Opening
from steward.domain.text import checked_symbol
from steward.usecases.analysis import Analysis, Asked

YEARS_MAXIMUM = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The parameters of everything that is valued: in which currency, and what may fill a gap."""

    currency: str | None = None
    fill: Literal["none", "nearest"] = "none"

    def checked_currency(self) -> str | None:
        """Give the currency. Raises UnknownCurrency."""
        if self.currency is None:
            return None
        return checked_currency(self.currency, pointer="/query/currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions(Market):
    """The parameters of every analysis: by which conventions it is told."""

    cost: Literal["fifo", "lifo", "hifo", "average"] | None = None
    lot_scope: Literal["portfolio", "all"] = "portfolio"
    fees_in_cost: Flag = True
    taxes_in_cost: Flag = True
    fx: Literal["recorded_rate", "transaction_date", "as_of"] = "recorded_rate"
    opening: Literal["original_cost", "market_value"] = "original_cost"
    fees_in_return: Flag = True
    taxes_in_return: Flag = True

    def asked(self, *, also: tuple[str, date] | None = None) -> Asked:
        """Read them. Raises UnknownCurrency."""
        method = Method(
            lot_scope=LotScope(self.lot_scope),
            fees_in_cost=self.fees_in_cost,
            taxes_in_cost=self.taxes_in_cost,
            fx=Fx(self.fx),
            opening=Opening(self.opening),
        )
        cost = None if self.cost is None else CostMethod(self.cost)
        return Asked(method, cost, self.checked_currency(), Fill(self.fill), also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoped(Conventions):
    """The parameters of what can be told of a part of a portfolio."""

    scope: Literal["portfolio", "securities"] = "portfolio"
    symbol: str | None = None

    def crossing(self) -> Crossing:
        """Give what is looked at, a symbol before all else. Raises InvalidSymbol."""
        scope = Scope(Level(self.scope))
        if self.symbol is not None:
            scope = Scope(Level.SYMBOL, checked_symbol(self.symbol, pointer="/query/symbol"))
        return Crossing(scope, fees=self.fees_in_return, taxes=self.taxes_in_return)


Query = TypeVar("Query", bound=Market)
Tells = Callable[[Call, int | None, Query], Awaitable[Answer]]


def analysis(
    operations: Operations,
    path: str,
    *,
    query: type[Query],
    answers: Any,  # noqa: ANN401 - as in Operations.add
    refuses: tuple[int, ...] = (),
) -> Callable[[Tells[Query]], Tells[Query]]:
    """Declare an analysis twice: of one portfolio, and at the root of all the caller's."""

    def declare(tell: Tells[Query]) -> Tells[Query]:
        async def answered(call: Call, portfolio_id: int | None, asked: Query) -> Answer:
            return await kept(call, (path, portfolio_id, asked), lambda: tell(call, portfolio_id, asked))

        async def of_one(call: Call, portfolio_id: int, **given: Any) -> Answer:  # noqa: ANN401 - checked values
            return await answered(call, portfolio_id, query(**given))

        async def of_all(call: Call, **given: Any) -> Answer:  # noqa: ANN401 - checked values
            return await answered(call, None, query(**given))

        one = _described(of_one, tell, query, {"portfolio_id": PortfolioId})
        operations.add("GET", "/portfolios/{portfolio_id}" + path, answers=answers, refuses=(404,))(one)
        operations.add("GET", path, answers=answers, refuses=refuses)(_described(of_all, tell, query, {}))
        return tell

    return declare


async def kept(call: Call, question: Hashable, tell: Callable[[], Awaitable[Answer]]) -> Answer:
    """Give the caller's answer to a question as it is kept, or as it is told now.

    It is kept as bytes under the version of everything that an analysis is a function of, and that version
    is read from the database every time: no reader ever gets an older answer than was acknowledged.
    """
    system, key, day = call.system, (call.user_id, question), call.at.date()
    version = await system.analyst.version(call.read(), owner_id=call.user_id, at=call.at)
    found = system.told.get(key, 0, day)
    if found is not None and found.stored == version:
        return Answer(200, found.body, ())
    answer = await tell()
    system.told.put(key, Kept(version, 0, answer.body))
    return answer


def _described(
    endpoint: Endpoint, tell: Tells[Query], query: type[Query], in_path: dict[str, Any]
) -> Endpoint:
    """Let an endpoint say what it takes: the parameters of the path, then the fields of the query."""
    hints = get_type_hints(query, include_extras=True)
    place = inspect.Parameter
    taken = [place("call", place.POSITIONAL_OR_KEYWORD, annotation=Call)]
    taken += [place(name, place.POSITIONAL_OR_KEYWORD, annotation=hint) for name, hint in in_path.items()]
    taken += [
        place(name, place.KEYWORD_ONLY, default=default.default, annotation=hints[name])
        for name, default in query.__dataclass_fields__.items()
    ]
    endpoint.__name__ = endpoint.__name__.replace("of", tell.__name__)
    endpoint.__module__, endpoint.__doc__ = tell.__module__, tell.__doc__
    endpoint.__annotations__ = {one.name: one.annotation for one in taken}
    endpoint.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]  # what `inspect` reads first
    return endpoint


def checked_at(call: Call, day: date | None, name: str) -> date:
    """Give a day, today when none is named. Raises DateOutOfRange."""
    today = call.at.date()
    return checked_day(day or today, latest=today + timedelta(days=1), pointer=f"/query/{name}")


def checked_period(
    call: Call, first: date | None, last: date | None, *, names: tuple[str, str]
) -> tuple[date | None, date]:
    """Give the first day, if one is named, and the last. Raises DateOutOfRange, InvalidInput."""
    end = checked_at(call, last, names[1])
    if first is None:
        return None, end
    start = checked_at(call, first, names[0])
    if end < start:
        detail = "A period ends on or after the day on which it begins."
        raise InvalidInput("period-reversed", [(f"/query/{names[1]}", detail)])
    if (end - start).days > YEARS_MAXIMUM * 366:
        detail = f"A period has at most {YEARS_MAXIMUM} years."
        raise InvalidInput("period-too-long", [(f"/query/{names[0]}", detail)])
    return start, end


def checked_benchmark(symbol: str | None, first: date) -> tuple[str, date] | None:
    """Give the symbol to compare with, if any, and the first day of its price. Raises InvalidSymbol."""
    return None if symbol is None else (checked_symbol(symbol, pointer="/query/benchmark"), first)


def usual_start(analysis: Analysis, end: date) -> date:
    """Give the day before the first transaction; `end` when nothing had happened by then."""
    first = analysis.first
    return end if first is None or first > end else first - timedelta(days=1)


async def loaded(call: Call, portfolio_id: int | None, asked: Asked) -> Analysis:
    """Load what is asked about. Raises what `Analyst.load` does."""
    return await call.system.analyst.load(
        call.read(), owner_id=call.user_id, portfolio_id=portfolio_id, asked=asked, at=call.at
    )
