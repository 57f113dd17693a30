from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.accounts import NothingToBorrow, NothingToReduce, OppositeOrderOpen
from steward.domain.admission import AmountTooSmall, MarketNotOpen, PostOnlyWouldTrade, SymbolHalted
from steward.domain.errors import Refusal
from steward.domain.listings import FeeSchedule, TradingStatus
from steward.domain.money import plain
from steward.domain.orders import Order, OrderNotFound, Status
from steward.domain.placing import NoPriceYet, StopOnWrongSide, WrongVenue
from steward.domain.terms import OrderType, Phase, SelfTrade, TimeInForce
from steward.domain.tickets import Replacement
from steward.domain.trading import OrderEventKind
from tests.trading import SYMBOL, Room, a_ticket, an_account

GTC = TimeInForce.GTC


def stands(order: Order) -> tuple[str, str, str | None]:
    """Give status, executed quantity and reason in a word each."""
    assert order.standing is not None
    return order.status.value, plain(order.executed_qty), order.standing.reason


def phase(order: Order) -> Phase:
    assert order.standing is not None
    return order.standing.phase


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


def test_a_short_sale_gives_way_to_an_auction_price_above_its_margin() -> None:
    room = Room()
    short = room.place(3, "sell", "6", "50")
    room.turn(TradingStatus.CLOSING)
    bid = room.place(2, "buy", "6", "60")
    room.turn(TradingStatus.CLOSED)
    assert stands(room.now(short)) == ("cancelled", "0", "insufficient_buying_power")
    assert stands(room.now(bid)) == ("expired", "0", "day_over")


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


def test_a_replacement_takes_the_place_of_what_is_pending() -> None:
    room = Room()
    old = room.place(1, "sell", "10", "50", name="a")
    room.place(9, "sell", "5", "50")
    room.place(2, "buy", "4", "50")
    new = room.desk.replace(old.id, Replacement(client_order_id="b"), room.accounts[1], at=room.at)
    assert (new.original_qty, new.terms.replaces_id, new.client_order_id) == (Decimal(6), old.id, "b")
    gone = room.now(old)
    assert stands(gone) == ("cancelled", "4", "replaced")
    assert gone.standing is not None
    assert gone.standing.replaced_by_id == new.id
    room.place(2, "buy", "1", "50")
    assert room.now(new).executed_qty == 1, "it kept its place"
    larger = room.desk.replace(new.id, Replacement(qty=Decimal(9)), room.accounts[1], at=room.at)
    room.place(2, "buy", "5", "50")
    assert room.now(larger).executed_qty == 0, "it lost its place"
    room.place(2, "buy", "9", "50")
    assert room.now(larger).status is Status.EXECUTED
    with pytest.raises(OrderNotFound):
        room.desk.replace(larger.id, Replacement(), room.accounts[1], at=room.at)
    with pytest.raises(OrderNotFound):
        room.desk.cancel(larger.id, at=room.at)


def test_a_replacement_is_checked_as_an_order_is() -> None:
    room = Room()
    room.trade("50")
    account = room.accounts[1]
    order = room.place(1, "buy", "10", "40")
    stop = room.place(1, "sell", "10", type=OrderType.STOP, stop_price="45", time_in_force=GTC)
    trail = room.place(1, "sell", "10", type=OrderType.TRAILING_STOP, trail_amount="4", time_in_force=GTC)
    for order_id, asked, code in (
        (order.id, Replacement(qty=Decimal(300)), "insufficient-buying-power"),
        (order.id, Replacement(limit_price=Decimal("40.001")), "off-tick"),
        (order.id, Replacement(stop_price=Decimal(39)), "terms-do-not-fit"),
        (order.id, Replacement(time_in_force=TimeInForce.GTD), "terms-do-not-fit"),
        (stop.id, Replacement(stop_price=Decimal(51)), "stop-on-wrong-side"),
        (stop.id, Replacement(qty=Decimal(92)), "insufficient-position"),
    ):
        with pytest.raises(Refusal) as refusal:
            room.desk.replace(order_id, asked, account, at=room.at)
        assert refusal.value.code == code
    looser = room.desk.replace(trail.id, Replacement(qty=Decimal(9)), account, at=room.at)
    closer = room.desk.replace(looser.id, Replacement(trail=Decimal(1)), account, at=room.at)
    triggers = [one.standing.trigger_price for one in (looser, closer) if one.standing]
    assert triggers == [Decimal(46), Decimal(49)]
    longer = room.desk.replace(order.id, Replacement(time_in_force=GTC), account, at=room.at)
    assert longer.terms.time_in_force is GTC
    room.turn(TradingStatus.CLOSED)
    amount = room.place(2, "buy", None, amount="100", time_in_force=GTC)
    with pytest.raises(Refusal, match="cancel it and place another"):
        room.desk.replace(amount.id, Replacement(), room.accounts[2], at=room.at)


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


def test_a_ticket_for_another_desk_or_currency_is_refused() -> None:
    room = Room()
    for ticket, account in (
        (a_ticket("buy", "1", "40", venue="paper"), room.accounts[1]),
        (a_ticket("buy", "1", "40"), an_account(4, currency="EUR")),
    ):
        with pytest.raises(WrongVenue, match="in USD"):
            room.desk.place(ticket, account, at=room.at)


def test_what_happens_to_accounts_that_are_not_loaded_waits_for_them() -> None:
    room = Room()
    room.place(1, "sell", "10", "50")
    room.desk.take()
    maker = room.desk.accounts.pop(1)
    room.place(2, "buy", "10", "50")
    assert room.desk.waiting == [1]
    with pytest.raises(LookupError):
        room.desk.take()
    assert maker.cash == 10_000
    room.desk.settle(maker)
    assert (maker.cash, maker.open_orders, room.desk.waiting) == (Decimal(10_500), 0, list[int]())
    assert [event.portfolio_id for event in room.desk.take().events] == [2, 2, 1]


def test_the_quote_of_the_market_outside_is_kept_at_a_book_too() -> None:
    room = Room()
    room.quote("49", "51")
    quote = room.desk.state.quote
    assert quote is not None
    assert (quote.bid, quote.ask) == (Decimal(49), Decimal(51))


def test_taking_over_what_is_here_already_changes_nothing() -> None:
    room = Room()
    order = room.place(1, "sell", "10", "50")
    before = room.desk.take().state
    room.desk.refresh(before, [order])
    assert room.desk.depth(1)[1] == [(Decimal(50), Decimal(10), 1)]
    with pytest.raises(Refusal):
        room.place(1, "sell", "200", "50")
    changes = room.desk.take()
    assert (changes.state, changes.events) == (before, ()), "a refused command is no step"
    assert list(room.desk.open_orders) == [order.id]
    assert len(room.desk.open_orders) == 1


def test_an_order_goes_no_way_that_the_table_does_not_know() -> None:
    room = Room()
    order = room.place(1, "sell", "10", "50")
    with pytest.raises(AssertionError):
        room.desk._blotter.restate(order, OrderEventKind.TRIGGERED, at=room.at)
