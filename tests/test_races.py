"""Races on one order, a short run of `make races`, and the proof that its checker can find fault."""

from dataclasses import replace
from decimal import Decimal

import uvloop

from tests.long.races import Operation, Outcome, Refused, State, race, serial
from tests.servers import Server

PLACED = State(Decimal(10), Decimal(0), "pending", None, 1)
HALF = Operation("execute", Decimal(5), Decimal(2))
MORE = Operation("execute", Decimal(6), Decimal(3))
CANCEL = Operation("cancel")


def applied(state: State, operation: Operation) -> State:
    after = state.after(operation)
    assert isinstance(after, State)
    return after


def test_simultaneous_operations_on_one_order_are_serial(server: Server) -> None:
    assert uvloop.run(race(server, rounds=40, seed=2))["rounds"] == 40


def test_the_checker_finds_the_serial_order() -> None:
    half = applied(PLACED, HALF)
    cancelled = applied(half, CANCEL)
    outcomes: list[Outcome] = [(MORE, Refused(422, "above-pending")), (CANCEL, cancelled), (HALF, half)]
    assert serial(PLACED, outcomes) == [(half, HALF), (cancelled, CANCEL)]


def test_the_checker_refuses_what_no_serial_order_gives() -> None:
    half = applied(PLACED, HALF)
    lost_update: list[Outcome] = [(HALF, half), (HALF, half)]
    left_a_final_state: list[Outcome] = [(CANCEL, applied(PLACED, CANCEL)), (HALF, replace(half, version=3))]
    refused_too_early: list[Outcome] = [
        (HALF, Refused(422, "above-pending")),
        (CANCEL, applied(PLACED, CANCEL)),
    ]
    for outcomes in (lost_update, left_a_final_state, refused_too_early):
        assert serial(PLACED, outcomes) is None
