"""Races and kills on the exchange: a short run of `make exchange_races`, and proof that it finds fault."""

import random
from collections.abc import Callable
from typing import Any

import pytest
import uvloop

from tests.long.exchange_races import (
    BALANCE,
    SYMBOLS,
    TAKEOVER_SECONDS,
    UNITS,
    Trader,
    conserved,
    takeover,
    trading,
)
from tests.long.wire import Line, Violation
from tests.servers import START_SECONDS, Server

BUY, SELL = {"side": "buy", "executed_qty": 2}, {"side": "sell", "executed_qty": 2}


def test_what_was_acknowledged_is_there_once_and_a_desk_is_taken_over(doomed: Server) -> None:
    # Other tests may keep the machine busy here: `make exchange_races` holds the server to 5 seconds.
    figures = uvloop.run(trading(doomed, kills=2, seed=3, back=START_SECONDS))
    assert figures["orders acknowledged"] > 0
    assert uvloop.run(takeover(doomed)) < TAKEOVER_SECONDS


def a_trader(**orders: Any) -> Trader:
    holdings = [{"symbol": symbol, "qty": UNITS} for symbol in SYMBOLS]
    trader = Trader(Line(1), random.Random(1), account={"cash": BALANCE, "holdings": holdings})
    trader.seen = orders
    return trader


def test_what_adds_up_is_conserved() -> None:
    conserved([a_trader(one=BUY), a_trader(two=SELL)])


def _cash(trader: Trader) -> None:
    trader.account["cash"] += 1


def _units(trader: Trader) -> None:
    trader.account["holdings"][0]["qty"] -= 1


def _orders(trader: Trader) -> None:
    trader.seen["one"] = {**BUY, "executed_qty": 3}


@pytest.mark.parametrize("touch", [_cash, _units, _orders])
def test_whatever_comes_or_goes_is_found(touch: Callable[[Trader], None]) -> None:
    traders = [a_trader(one=BUY), a_trader(two=SELL)]
    touch(traders[0])
    with pytest.raises(Violation):
        conserved(traders)
