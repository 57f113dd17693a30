from decimal import Decimal
from typing import Any

import pytest

from steward.domain.accounts import NothingToBorrow, NothingToReduce, OppositeOrderOpen
from steward.domain.admission import AmountTooSmall, PostOnlyWouldTrade
from steward.domain.errors import Refusal
from steward.domain.listings import FeeSchedule, TradingStatus
from steward.domain.money import plain
from steward.domain.placing import NoPriceYet, StopOnWrongSide
from steward.domain.terms import OrderType, Phase, SelfTrade, TimeInForce
from steward.domain.trading import OrderEventKind
from tests.trading import SYMBOL, Room, phase, stands

GTC = TimeInForce.GTC


def test_a_limit_order_fills_at_the_resting_price_and_what_is_left_rests() -> None:
    room = Room()
    ask = room.place(1, "sell", "10", "50")
    bid = room.place(2, "buy", "15", "51")
    assert stands(room.now(ask)) == ("executed", "10", None)
    assert stands(bid) == ("partial", "10", None)
    assert bid.average_price == 50
    assert room.desk.depth(5) == ([(Decimal(51), Decimal(5), 1)], [])
    assert [order.id for order in room.desk.orders_of(2)] == [bid.id]
    changes = room.desk.take()
    (trade,) = changes.trades
    assert (plain(trade.qty), plain(trade.price)) == ("10", "50")
    assert (trade.buy_order_id, trade.sell_order_id) == (bid.id, ask.id)
    assert [event.kind.value for event in changes.events] == ["accepted", "accepted", "filled", "filled"]
    assert [event.position_qty for event in changes.events] == [None, None, 90, 110]
    assert room.desk.take().events == ()


@pytest.mark.parametrize(
    ("life", "qty", "ended"),
    [
        (TimeInForce.IOC, "15", ("cancelled", "10", "no_liquidity")),
        (TimeInForce.FOK, "15", ("cancelled", "0", "fill_or_kill")),
        (TimeInForce.FOK, "10", ("executed", "10", None)),
    ],
)
def test_ioc_and_fok_never_rest(life: TimeInForce, qty: str, ended: tuple[str, str, str | None]) -> None:
    room = Room()
    room.place(1, "sell", "10", "50")
    assert stands(room.place(2, "buy", qty, "51", time_in_force=life)) == ended


def test_a_market_order_on_an_empty_book_ends_without_a_trade() -> None:
    room = Room()
    assert stands(room.place(1, "buy", "5")) == ("cancelled", "0", "no_liquidity")
    assert stands(room.place(1, "buy", None, amount="100")) == ("cancelled", "0", "no_liquidity")
    assert room.accounts[1].reserved == 0


def test_a_market_purchase_needs_what_the_book_really_costs() -> None:
    room = Room()
    room.place(9, "sell", "100", "60")
    room.place(9, "sell", "100", "70")
    with pytest.raises(Refusal, match="3000 more than there is"):
        room.place(1, "buy", "200")
    assert stands(room.place(1, "buy", "150")) == ("executed", "150", None)
    assert room.accounts[1].cash == 500


def test_an_amount_buys_what_it_pays_for_with_the_fee_and_ends() -> None:
    room = Room(fees=FeeSchedule(per_order=Decimal(5)))
    room.place(9, "sell", "10", "60")
    room.place(9, "sell", "10", "70")
    order = room.place(1, "buy", None, amount="880")
    assert stands(order) == ("executed", "13", None)
    assert room.accounts[1].cash == Decimal(10_000) - 600 - 3 * 70 - 5
    with pytest.raises(AmountTooSmall, match="does not pay for 1 ACME"):
        room.place(1, "buy", None, amount="74")
    room.place(9, "buy", "100", "40")
    assert stands(room.place(1, "sell", None, amount="399")) == ("executed", "9", None)
    room.place(2, "sell", "2", "65")
    assert stands(room.place(9, "buy", None, amount="140")) == ("executed", "2", None)


@pytest.mark.parametrize(
    ("side", "kind", "fields", "before", "price"),
    [
        ("buy", OrderType.STOP, {"stop_price": "55"}, "54", "55"),
        ("sell", OrderType.STOP, {"stop_price": "45"}, "46", "45"),
        ("buy", OrderType.MARKET_IF_TOUCHED, {"stop_price": "45"}, "46", "45"),
        ("sell", OrderType.MARKET_IF_TOUCHED, {"stop_price": "55"}, "54", "56"),
        ("buy", OrderType.STOP_LIMIT, {"stop_price": "55", "limit_price": "57"}, "54", "56"),
        ("sell", OrderType.LIMIT_IF_TOUCHED, {"stop_price": "55", "limit_price": "56"}, "54", "55"),
    ],
)
def test_a_trigger_is_set_off_by_the_price_of_a_trade_and_once(
    side: str, kind: OrderType, fields: dict[str, Any], before: str, price: str
) -> None:
    room = Room()
    room.trade("50")
    order = room.place(1, side, "5", type=kind, time_in_force=GTC, **fields)
    assert phase(order) is Phase.ARMED
    room.trade(before)
    assert phase(room.now(order)) is Phase.ARMED
    other, resting = ("sell", "47") if side == "buy" and price == "45" else ("sell", "57")
    if side == "buy":
        room.place(9, other, "5", resting)
    room.trade(price)
    room.trade(before)
    ended = room.now(order)
    if side == "buy":
        assert stands(ended) == ("executed", "5", None)
        assert ended.average_price == Decimal(resting)
    else:
        left = ("pending", "0", None) if "limit_price" in fields else ("cancelled", "0", "no_liquidity")
        assert stands(ended) == left
    kinds = [event.kind for event in room.desk.take().events if event.order.id == order.id]
    assert kinds.count(OrderEventKind.TRIGGERED) == 1


def test_a_trailing_stop_follows_the_price_and_never_goes_back() -> None:
    room = Room()
    room.trade("50")
    by_amount = room.place(1, "sell", "5", type=OrderType.TRAILING_STOP, trail_amount="2", time_in_force=GTC)
    by_percent = room.place(3, "buy", "5", type=OrderType.TRAILING_STOP, trail_percent="3", time_in_force=GTC)
    for price, sells, buys in (
        ("50", "48", "51.5"),
        ("51", "49", "51.5"),
        ("49.50", "49", "50.98"),
        ("50.50", "49", "50.98"),
    ):
        room.trade(price)
        triggers = [room.now(order).standing for order in (by_amount, by_percent)]
        assert [plain(one.trigger_price or Decimal(0)) for one in triggers if one] == [sells, buys]
    room.place(9, "buy", "5", "48.90")
    room.trade("49")
    assert stands(room.now(by_amount)) == ("executed", "5", None)


def test_a_triggered_purchase_costs_at_most_what_was_reserved_for_it() -> None:
    room = Room()
    room.trade("50")
    order = room.place(1, "buy", "10", type=OrderType.STOP, stop_price="60", time_in_force=GTC)
    assert room.accounts[1].reserved == Decimal(630)
    room.place(9, "sell", "4", "63")
    room.place(9, "sell", "6", "63.01")
    room.place(9, "buy", "1", "62")
    room.place(2, "sell", "1", "62")
    assert stands(room.now(order)) == ("cancelled", "4", "no_liquidity")
    assert room.accounts[1].cash == Decimal(10_000) - 4 * 63


def test_stops_on_the_wrong_side_and_trails_of_nothing_are_refused() -> None:
    room = Room()
    with pytest.raises(NoPriceYet, match="trail"):
        room.place(1, "sell", "5", type=OrderType.TRAILING_STOP, trail_amount="2")
    room.trade("50")
    for side, kind, stop in (
        ("buy", OrderType.STOP, "50"),
        ("sell", OrderType.STOP, "51"),
        ("sell", OrderType.MARKET_IF_TOUCHED, "50"),
    ):
        with pytest.raises(StopOnWrongSide, match="The market is at 50"):
            room.place(1, side, "5", type=kind, stop_price=stop)
    with pytest.raises(Refusal, match="not below the price of 50"):
        room.place(1, "sell", "5", type=OrderType.TRAILING_STOP, trail_amount="50")


def test_short_sales_need_a_borrow_and_margin_and_a_clear_other_side() -> None:
    room = Room(borrowable=Decimal(10))
    room.trade("50")
    short = room.place(3, "sell", "6", "60")
    assert room.accounts[3].reserved == Decimal(6) * 63 / 2
    with pytest.raises(NothingToBorrow, match="4 ACME can be borrowed, 1 fewer"):
        room.place(3, "sell", "5", "60")
    with pytest.raises(OppositeOrderOpen, match="cancel it first"):
        room.place(3, "buy", "1", "40")
    with pytest.raises(NothingToReduce, match="no short position"):
        room.place(3, "buy", "1", "40", reduce_only=True)
    room.place(9, "buy", "6", "60")
    assert room.desk.state.short_qty == 6
    cover = room.place(3, "buy", "2", "55", reduce_only=True)
    assert room.accounts[3].holding(SYMBOL).reserved_qty == 2
    room.place(9, "sell", "2", "55")
    assert room.desk.state.short_qty == 4
    assert [stands(room.now(one))[0] for one in (short, cover)] == ["executed", "executed"]


def test_a_market_sale_short_without_any_price_reserves_nothing_and_ends() -> None:
    room = Room()
    assert stands(room.place(3, "sell", "6")) == ("cancelled", "0", "no_liquidity")
    room.turn(TradingStatus.CLOSED)
    with pytest.raises(NoPriceYet, match="limit_price"):
        room.place(3, "sell", "6")
    with pytest.raises(NoPriceYet, match="limit_price"):
        room.place(3, "buy", "6")


def test_a_short_sale_gives_way_when_the_price_is_above_what_its_margin_is_kept_for() -> None:
    room = Room()
    room.trade("50")
    kind = OrderType.MARKET_IF_TOUCHED
    order = room.place(3, "sell", "6", type=kind, stop_price="55", time_in_force=GTC)
    assert room.accounts[3].reserved == Decimal("57.75") * 6 / 2
    room.place(9, "sell", "2", "70")
    room.place(2, "buy", "5", "70")
    assert stands(room.now(order)) == ("cancelled", "0", "insufficient_buying_power")
    assert room.accounts[3].reserved == 0


def test_a_short_sale_with_trigger_and_limit_keeps_margin_for_the_greater_of_the_two() -> None:
    room = Room()
    room.trade("50")
    kind = OrderType.LIMIT_IF_TOUCHED
    with pytest.raises(Refusal, match="4175 more than there is"):
        room.place(3, "sell", "300", "90", type=kind, stop_price="55", time_in_force=GTC)
    order = room.place(3, "sell", "200", "90", type=kind, stop_price="55", time_in_force=GTC)
    room.trade("55")
    room.place(9, "buy", "200", "90")
    assert stands(room.now(order)) == ("executed", "200", None)
    assert room.accounts[3].available == 10_000 - 200 * 90 // 2


def test_post_only_never_takes() -> None:
    room = Room()
    room.place(9, "sell", "5", "50")
    with pytest.raises(PostOnlyWouldTrade, match="would trade at 50"):
        room.place(1, "buy", "5", "50", post_only=True)
    assert stands(room.place(1, "buy", "5", "49.99", post_only=True)) == ("pending", "0", None)


def test_an_iceberg_shows_a_tranche_at_a_time_at_the_back_of_its_price() -> None:
    room = Room()
    iceberg = room.place(1, "sell", "10", "50", display_qty="3", time_in_force=GTC)
    room.place(9, "sell", "4", "50")
    assert room.desk.depth(1)[1] == [(Decimal(50), Decimal(7), 2)]
    room.place(2, "buy", "4", "50")
    standing = room.now(iceberg).standing
    assert (standing.shown_qty if standing else None, room.now(iceberg).executed_qty) == (
        Decimal(3),
        Decimal(3),
    )
    room.place(2, "buy", "3", "50")
    assert room.now(iceberg).executed_qty == 3


def test_the_owner_of_two_portfolios_does_not_trade_with_himself() -> None:
    room = Room()
    room.accounts[2].owner_id = room.accounts[1].owner_id
    resting = room.place(1, "sell", "5", "50")
    coming = room.place(2, "buy", "5", "50")
    assert stands(coming) == ("cancelled", "0", "self_trade")
    coming = room.place(2, "buy", "5", "50", self_trade=SelfTrade.CANCEL_OLDEST)
    assert stands(coming) == ("pending", "0", None)
    assert stands(room.now(resting)) == ("cancelled", "0", "self_trade")


def test_the_quote_of_the_market_outside_is_kept_at_a_book_too() -> None:
    room = Room()
    room.quote("49", "51")
    quote = room.desk.state.quote
    assert quote is not None
    assert (quote.bid, quote.ask) == (Decimal(49), Decimal(51))
