"""Answers of analyses are kept, and never beyond a change of what they rest on."""

from collections.abc import Callable

import pytest

from tests.api.asking import LAST, MIDDLE, a_saver, closes, put, told
from tests.api.booking import booked
from tests.people import Person

NAMES = ("holdings", "gains", "history", "performance", "allocation")


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_is_kept_is_not_kept_beyond_a_change(alice: Person, name: str) -> None:
    person, portfolio = a_saver(alice)
    paths = (f"/portfolios/{portfolio}/{name}", f"/{name}")
    until = {"at" if name in ("holdings", "allocation") else "to": LAST}
    purchase = {"trade_date": MIDDLE, "symbol": "FUND", "quantity": "1", "price": "51"}
    split = {"kind": "split", "new": 3, "ex_date": MIDDLE}
    changes: list[Callable[[], object]] = [
        lambda: booked(person, portfolio, "buy", **purchase),
        lambda: closes(person, "FUND", "EUR", d2026_01_09="60", d2026_01_12="61"),
        lambda: put(person, "/rates/USDEUR", {"rates": {MIDDLE: "0.8", LAST: "0.81"}}),
        lambda: person.made("/instruments/FUND/actions", split),
        lambda: put(person, "/instruments/ABC", {"currency": "USD", "multiplier": "2"}),
    ]
    for change in changes:
        before = [told(person, path, **until) for path in paths]
        assert [told(person, path, **until) for path in paths] == before
        change()
        assert all(told(person, path, **until) != was for path, was in zip(paths, before, strict=True))
