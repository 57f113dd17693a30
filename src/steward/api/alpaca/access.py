"""Which account an API key stands for: the portfolio that it names."""

from collections.abc import Sequence
from datetime import datetime

from steward.api.call import Call
from steward.api.problems import HttpRefusal
from steward.domain.orders import Order
from steward.usecases.desk_facts import Asked
from steward.usecases.ports import ReadUnit
from steward.usecases.ports_exchange import Command
from steward.usecases.values import Kept


class KeyWithoutAccount(HttpRefusal):
    """What signs in is no key, or one that names no portfolio."""

    def __init__(self) -> None:
        detail = (
            "An account is the portfolio that an API key names: make a key with portfolio_id, and send it."
        )
        super().__init__(403, "key-without-account", detail)


def portfolio_of(call: Call) -> int:
    """Give the portfolio that is the account. Raises KeyWithoutAccount."""
    key = call.signed_in.key
    if key is None or key.portfolio_id is None:
        raise KeyWithoutAccount
    return key.portfolio_id


async def exchange_time(call: Call, reads: ReadUnit) -> datetime:
    """Give what the exchange's clock shows: a day of trading may be replayed at any hour."""
    return (await reads.clocks.get()).now(call.at)


async def do(call: Call, command: Command) -> Sequence[Order]:
    """Have the exchange decide a command. Raises its refusal."""
    done = await call.system.lane.do(Asked(command, call.signed_in, call.trace))
    assert not isinstance(done, Kept)  # noqa: S101 - Alpaca has no idempotency keys, so none was sent along
    return done
