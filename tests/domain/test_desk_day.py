from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from steward.domain.admission import MarketNotOpen, SymbolHalted
from steward.domain.listings import TradingStatus
from steward.domain.money import plain
from steward.domain.placing import NoPriceYet
from steward.domain.terms import Phase, TimeInForce
from steward.domain.tickets import Replacement
from tests.trading import Room, phase, stands

GTC = TimeInForce.GTC


def test_an_amount_waits_for_the_open_and_then_buys_at_its_prices() -> None:
    room = Room()
    room.turn(TradingStatus.CLOSED)
    with pytest.raises(NoPriceYet, match="give qty"):
        room.place(1, "buy", None, amount="880")
    room.turn(TradingStatus.CONTINUOUS)
    room.trade("50")
    room.turn(TradingStatus.CLOSED)
    order = room.place(1, "buy", None, amount="880", time_in_force=GTC)
    assert (order.original_qty, room.accounts[1].reserved) == (Decimal(17), Decimal(880))
    gone = room.place(2, "buy", None, amount="880")
    room.place(9, "sell", "15", "55", time_in_force=GTC)
    room.turn(TradingStatus.CONTINUOUS)
    assert stands(room.now(order)) == ("executed", "15", None)
    assert stands(room.now(gone)) == ("cancelled", "0", "no_liquidity")
    assert room.accounts[1].reserved == 0


def test_a_short_sale_gives_way_to_an_auction_price_above_its_margin() -> None:
    room = Room()
    short = room.place(3, "sell", "6", "50")
    room.turn(TradingStatus.CLOSING)
    bid = room.place(2, "buy", "6", "60")
    room.turn(TradingStatus.CLOSED)
    assert stands(room.now(short)) == ("cancelled", "0", "insufficient_buying_power")
    assert stands(room.now(bid)) == ("expired", "0", "day_over")


def test_orders_live_as_long_as_they_say() -> None:
    room = Room()
    day = room.place(1, "buy", "1", "40")
    gtc = room.place(1, "buy", "1", "40", time_in_force=GTC)
    until = room.at + timedelta(seconds=10)
    gtd = room.place(1, "buy", "1", "40", time_in_force=TimeInForce.GTD, expires_at=until)
    room.turn(TradingStatus.CONTINUOUS, until)
    assert stands(room.now(gtd)) == ("expired", "0", "expired")
    room.turn(TradingStatus.CLOSED)
    assert stands(room.now(day)) == ("expired", "0", "day_over")
    assert stands(room.now(gtc)) == ("pending", "0", None)


def test_a_day_on_a_market_that_never_closes_ends_at_midnight() -> None:
    room = Room(calendar="24/7")
    order = room.place(1, "buy", "1", "40")
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    assert order.terms.expires_at == midnight
    room.turn(TradingStatus.CONTINUOUS, midnight)
    assert stands(room.now(order)) == ("expired", "0", "expired")


def test_an_opening_auction_trades_most_at_one_price() -> None:
    room = Room()
    room.turn(TradingStatus.OPENING)
    with pytest.raises(MarketNotOpen, match="not open"):
        room.place(1, "buy", "1", "40", time_in_force=TimeInForce.IOC)
    opg = room.place(1, "sell", "10", time_in_force=TimeInForce.OPG)
    cls = room.place(1, "sell", "5", "40", time_in_force=TimeInForce.CLS)
    bids = [room.place(2, "buy", qty, price) for qty, price in (("4", "52"), ("4", "51"), ("4", "50"))]
    asks = [room.place(9, "sell", "2", "51", time_in_force=TimeInForce.OPG)]
    assert {phase(one) for one in (opg, cls, *bids, *asks)} == {Phase.QUEUED}
    room.turn(TradingStatus.CONTINUOUS)
    trades = room.desk.take().trades
    assert {(plain(trade.price), sum(t.qty for t in trades)) for trade in trades} == {("50", 10)}
    assert phase(cls) is Phase.QUEUED
    later = room.place(1, "sell", "10", time_in_force=TimeInForce.OPG)
    room.turn(TradingStatus.CLOSING)
    room.turn(TradingStatus.CLOSED)
    assert stands(room.now(cls)) == ("cancelled", "2", "no_liquidity")
    assert stands(room.now(bids[2])) == ("executed", "4", None)
    assert phase(room.now(later)) is Phase.QUEUED


def test_a_halt_lets_orders_only_be_cancelled() -> None:
    room = Room()
    order = room.place(1, "buy", "1", "40")
    room.desk.halt(at=room.at)
    with pytest.raises(SymbolHalted, match="halted"):
        room.place(1, "buy", "1", "40")
    with pytest.raises(SymbolHalted):
        room.desk.replace(order.id, Replacement(), room.accounts[1], at=room.at)
    assert stands(room.desk.cancel(order.id, at=room.at)) == ("cancelled", "0", "requested")
    room.desk.resume(at=room.at)
    assert stands(room.place(1, "buy", "1", "40")) == ("pending", "0", None)
