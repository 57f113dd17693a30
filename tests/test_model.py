"""Random operations against the model, a short run of `make model`, and the proof that it can diverge."""

from fractions import Fraction
from typing import Any

import pytest
import uvloop

from tests.long import twin
from tests.long.model import living
from tests.long.twin import Twin
from tests.long.wire import Violation
from tests.servers import Server

# Whatever can be refused in this part of the API must have been.
REFUSALS = {
    "above-pending",
    "asset-not-found",
    "asset-sold",
    "below-executed",
    "client-order-id-taken",
    "invalid-number",
    "invalid-symbol",
    "invalid-text",
    "not-positive",
    "number-out-of-range",
    "order-not-found",
    "order-not-open",
    "portfolio-not-found",
    "price-not-found",
    "stale-version",
    "unknown-currency",
}


def test_the_server_does_what_the_model_does(server: Server) -> None:
    counts, refusals = uvloop.run(living(server, operations=4000, seed=7))
    assert counts["operations"] == 4000
    assert set(refusals) == REFUSALS


def cheaper(price: int) -> Any:
    return {**twin.STATIC, "BTC": price - 1}


def remembers_client_ids(self: Twin, number: int) -> twin.Due:
    kept = dict(self.orders)
    due = REMOVE(self, number)
    self.orders = kept
    return due


def lets_go_on(self: Twin, key: str, version: int | None) -> twin.Due | None:
    due = REFUSED(self, key, version)
    return None if due == (409, "order-not-open") else due


REMOVE, REFUSED = Twin.remove, Twin._refused


@pytest.mark.parametrize(
    ("where", "name", "wrong"),
    [
        (twin, "STATIC", cheaper(90_000)),
        (twin, "CEILING", 10**21),
        (twin, "DIGITS", 17),
        (Twin, "remove", remembers_client_ids),
        (Twin, "_refused", lets_go_on),
    ],
)
def test_a_model_with_one_wrong_rule_diverges(
    server: Server, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, wrong: Any
) -> None:
    monkeypatch.setattr(where, name, wrong)
    with pytest.raises(Violation):
        uvloop.run(living(server, operations=2000, seed=8))


def test_amounts_of_the_model_round_half_to_even() -> None:
    assert [round(Fraction(half, 2)) for half in (1, 3, 5)] == [0, 2, 2]
