"""The exchange's clock over HTTP."""

from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import Body, Exact, Instant, Number, Shape
from steward.domain.clocks import Clock, ClockChange
from steward.domain.instants import instant_text
from steward.domain.money import plain
from steward.usecases import clocks
from steward.usecases.ports import WriteUnit

operations = Operations("clocks")

_CLOCK = '{"time":"%s","real":%s,"speed":%s,"version":%d}'


class ClockShape(Shape):
    """What the clock shows, how many of its seconds go by in one, and how often it was changed."""

    time: Instant
    real: bool
    speed: Exact
    version: int


class NewClock(Body):
    """What is to become of the clock: a time or a step, a speed (0 to stand still), or real time again.

    `reset` allows time to go back although there are orders.
    """

    time: Instant | None = None
    step_seconds: Number | None = None
    speed: Number | None = None
    real: bool = False
    reset: bool = False


def _written(call: Call, clock: Clock) -> Answer:
    speed = "1" if clock.speed is None else plain(clock.speed)
    shown = instant_text(clock.now(call.at)), "true" if clock.is_real else "false", speed, clock.version
    return Answer(200, (_CLOCK % shown).encode(), ())


@operations.add("GET", "/exchange/clock", answers=ClockShape)
async def show(call: Call) -> Answer:
    """Give the time of the exchange, and how it runs."""
    return _written(call, await call.read().clocks.get())


@operations.add("PUT", "/exchange/clock", answers=ClockShape, refuses=(409,))
async def change(call: Call, body: NewClock) -> Answer:
    """Set, step, run or reset the clock of the exchange for everybody; for administrators."""
    wanted = ClockChange(
        real=body.real,
        time=body.time,
        step_seconds=body.step_seconds,
        speed=body.speed,
        resets=body.reset,
    )

    async def work(unit: WriteUnit) -> Answer:
        return _written(call, await clocks.change(unit, user_id=call.user_id, change=wanted, at=call.at))

    answer = await call.write(work)
    call.system.ticker.wake()
    return answer
