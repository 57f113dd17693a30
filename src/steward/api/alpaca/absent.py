"""What Alpaca offers and Steward does not: each such route says so, in Alpaca's form."""

from dataclasses import dataclass, fields
from typing import Final

from steward.api.alpaca.errors import NotOffered
from steward.api.call import Call
from steward.api.operations import Operation, Operations
from steward.api.problems import Answer

operations = Operations("alpaca absent")

_OPTIONS: Final = "options, their contracts and data, or exercising them"
_ACTIONS: Final = "announcements of corporate actions: /api/v1/instruments has those that were entered"
_PAST_QUOTES: Final = "quotes of the past, which are not kept: ask for the latest quote"
_ROUTES: Final = (
    ("GET", "/alpaca/v2/options/contracts", _OPTIONS),
    ("GET", "/alpaca/v2/options/contracts/{which}", _OPTIONS),
    ("POST", "/alpaca/v2/positions/{which}/exercise", _OPTIONS),
    ("POST", "/alpaca/v2/positions/{which}/do-not-exercise", _OPTIONS),
    ("GET", "/alpaca/v2/corporate_actions/announcements", _ACTIONS),
    ("GET", "/alpaca/v2/corporate_actions/announcements/{which}", _ACTIONS),
    ("GET", "/alpaca/v1/corporate-actions", _ACTIONS),
    ("GET", "/alpaca/v1beta1/news", "news"),
    ("GET", "/alpaca/v1beta1/screener/stocks/most-actives", "screeners"),
    ("GET", "/alpaca/v1beta1/screener/{which}/movers", "screeners"),
    ("GET", "/alpaca/v1beta1/options/bars", _OPTIONS),
    ("GET", "/alpaca/v1beta1/options/trades", _OPTIONS),
    ("GET", "/alpaca/v1beta1/options/trades/latest", _OPTIONS),
    ("GET", "/alpaca/v1beta1/options/quotes/latest", _OPTIONS),
    ("GET", "/alpaca/v1beta1/options/snapshots", _OPTIONS),
    ("GET", "/alpaca/v1beta1/options/snapshots/{which}", _OPTIONS),
    ("GET", "/alpaca/v2/stocks/quotes", _PAST_QUOTES),
    ("GET", "/alpaca/v1beta3/crypto/us/quotes", _PAST_QUOTES),
)


@dataclass(frozen=True, slots=True)
class NotHere(Operation):
    """An operation that refuses whatever it is asked; `what` says what is not offered."""

    what: str

    async def __call__(self, call: Call, segments: list[str]) -> Answer:  # noqa: ARG002 - whatever it is
        """Refuse. Raises NotOffered."""
        raise NotOffered(self.what)


async def _never(call: Call, which: str = "") -> Answer:
    """Stand for what Alpaca offers and Steward does not, until NotHere takes its place."""
    raise NotImplementedError(call, which)  # `_absent` takes its parameters alone: nobody calls it


def _absent(method: str, path: str, what: str) -> NotHere:
    made = Operations("alpaca absent")
    made.add(method, path, at_root_only=True)(_never)
    (plain,) = made.declared
    return NotHere(**{one.name: getattr(plain, one.name) for one in fields(plain)}, what=what)


operations.declared += [_absent(*one) for one in _ROUTES]
