"""Exchange rates over HTTP: entered by people, else those of the European Central Bank."""

from steward.api.call import Call
from steward.api.closes import change_of, stated, tomorrow
from steward.api.figures import flag
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Daily, Day, Exact, Shape
from steward.domain.closes import SeriesKind
from steward.domain.instants import checked_day
from steward.domain.money import plain
from steward.domain.rates import Leg, Rate
from steward.usecases import closes, rates
from steward.usecases.ports import WriteUnit

operations = Operations("rates")

_RATE = '{"pair":"%s","rate":%s,"on":"%s","source":"%s","legs":[%s]}'
_LEG = '{"pair":"%s","rate":%s,"on":"%s","source":"%s","inverted":%s}'


class EnteredRates(Body):
    """Rates by day: units of the second currency for one of the first; null removes one."""

    rates: Daily


class CountOfRates(Shape):
    """How many days were stated."""

    pair: str
    count: int


class LegShape(Shape):
    """A rate as its source states it; an inverted one was divided by."""

    pair: str
    rate: Exact
    on: Day
    source: str
    inverted: bool


class RateShape(Shape):
    """The product of its legs, rounded once; `on` is the day of the oldest one."""

    pair: str
    rate: Exact
    on: Day
    source: str
    legs: list[LegShape]


@operations.add("PUT", "/rates/{pair}", answers=CountOfRates)
async def enter(call: Call, pair: str, body: EnteredRates) -> Answer:
    """Enter rates of a pair by day; they come before the central bank's. Null removes one."""
    _, quote = rates.checked_pair(pair, pointer="/path/pair")
    daily = stated(body.rates, "/rates", latest=tomorrow(call.at))

    async def work(unit: WriteUnit) -> Answer:
        entry = closes.Entry(change_of(pair, quote, daily))
        await closes.enter(unit, owner_id=call.user_id, kind=SeriesKind.RATE, entries=[entry], at=call.at)
        return Answer(200, f'{{"pair":"{pair}","count":{len(daily)}}}'.encode(), ())

    return await call.write(work)


@operations.add("GET", "/rates/{pair}", answers=RateShape, refuses=(404,))
async def show(call: Call, pair: str, on: Day | None = None) -> Answer:
    """Give the rate of a pair on a day (today), direct, inverted or crossed through the euro."""
    base, quote = rates.checked_pair(pair, pointer="/path/pair")
    day = checked_day(on or call.at.date(), latest=tomorrow(call.at), pointer="/query/on")
    market = await rates.known(
        call.read(),
        call.system.sources,
        owner_id=call.user_id,
        currencies=(base, quote),
        on=day,
        policy=call.system.price_policy,
        at=call.at,
    )
    found = market.rate(base, quote, day)
    if found is None:
        raise rates.RateNotFound
    return Answer(200, _written(pair, found).encode(), ())


def _written(pair: str, rate: Rate) -> str:
    return _RATE % (pair, plain(rate.rate), rate.on, rate.source, ",".join(map(leg, rate.legs)))


def leg(one: Leg) -> str:
    """Write a leg as a LegShape."""
    return _LEG % (one.pair, plain(one.rate), one.on, one.source, flag(one.inverted))
