from datetime import timedelta
from decimal import Decimal

import pytest

from steward.domain.desk import Desk
from steward.domain.listings import DeskState, MarketQuote, TradingStatus
from steward.domain.makers import MakerModel, make_market, tickets_around
from steward.domain.orders import Side
from steward.domain.paper import PaperModel, chance, latency, quote_of, slipped
from steward.domain.terms import OrderClass, OrderType, Phase, TimeInForce
from steward.domain.tickets import Replacement
from tests.exchange_player import Ids
from tests.factories import AT
from tests.trading import SYMBOL, Room, a_listing, a_ticket, an_account, paper_room, phase, stands

LISTING = a_listing()
GTC = TimeInForce.GTC


def test_chance_is_a_function_of_seed_symbol_moment_and_subject() -> None:
    assert chance(1, "ACME", AT, "size") == chance(1, "ACME", AT, "size") != chance(1, "ACME", AT, "x")
    drawn = {
        chance(seed, "ACME", AT + timedelta(seconds=second), "x") for seed in (1, 2) for second in range(50)
    }
    assert len(drawn) > 95
    assert all(0 <= one <= 1 for one in drawn)


def test_a_quote_is_half_a_spread_to_each_side_of_the_price_and_at_least_a_tick_wide() -> None:
    model = PaperModel(spread_bp=Decimal(10), size=Decimal(100))
    quote = quote_of(model, LISTING, Decimal(50), at=AT)
    assert (quote.bid, quote.ask) == (Decimal("49.97"), Decimal("50.03"))
    assert 50 <= quote.bid_size <= 150
    assert 50 <= quote.ask_size <= 150
    small = quote_of(model, LISTING, Decimal("0.01"), at=AT)
    assert (small.bid, small.ask) == (Decimal("0.01"), Decimal("0.02"))
    assert quote_of(PaperModel(size=Decimal("0.1")), LISTING, Decimal(5), at=AT).bid_size == 1


def test_slippage_only_makes_worse_and_latency_is_within_its_bounds() -> None:
    model = PaperModel(seed=3, slippage_bp=Decimal(100), latency=timedelta(milliseconds=50))
    for second in range(50):
        at = AT + timedelta(seconds=second)
        assert Decimal(50) <= slipped(model, LISTING, Side.BUY, Decimal(50), at=at) <= Decimal("50.50")
        assert Decimal("49.50") <= slipped(model, LISTING, Side.SELL, Decimal(50), at=at) <= Decimal(50)
        assert timedelta(milliseconds=5) <= latency(model, "ACME", at=at) <= timedelta(milliseconds=50)
    assert slipped(model, LISTING, Side.SELL, Decimal("0.01"), at=AT) == Decimal("0.01")


def test_orders_are_filled_at_the_quote_as_far_as_it_goes() -> None:
    room = paper_room()
    room.quote("49", "51", "8")
    assert room.desk.depth(1) == ([(Decimal(49), Decimal(8), 1)], [(Decimal(51), Decimal(8), 1)])
    assert room.desk.depth(0) == ([], [])
    order = room.place(1, "buy", "5")
    assert stands(order) == ("executed", "5", None)
    assert order.average_price == 51
    resting = room.place(2, "buy", "5", "51")
    assert stands(resting) == ("partial", "3", None)
    assert stands(room.place(1, "buy", "5")) == ("cancelled", "0", "no_liquidity")
    assert stands(room.place(1, "buy", "5", "51", time_in_force=TimeInForce.FOK))[2] == "fill_or_kill"
    room.quote("48", "50.50", "8")
    assert stands(room.now(resting)) == ("executed", "5", None)
    trade = room.desk.take().trades[-1]
    assert (trade.qty, trade.price, trade.sell_order_id) == (Decimal(2), Decimal("50.50"), None)
    sold = room.place(1, "sell", None, amount="100")
    assert (stands(sold), room.accounts[1].holding(SYMBOL).qty) == (("executed", "2", None), Decimal(103))


def test_orders_of_different_people_never_meet() -> None:
    room = paper_room()
    room.quote("49", "51")
    orders = [room.place(1, "sell", "5", "50"), room.place(2, "buy", "5", "50")]
    assert [stands(room.now(one))[0] for one in orders] == ["pending", "pending"]
    room.quote("49.50", "50.50")
    assert [stands(room.now(one))[0] for one in orders] == ["pending", "pending"]


def test_a_limit_is_never_passed_by_slippage() -> None:
    model = PaperModel(seed=1, slippage_bp=Decimal(2000), latency=timedelta(milliseconds=9))
    desk = Desk(a_listing(venue="paper"), DeskState(), new_id=Ids(), model=model)
    quote = MarketQuote(bid=Decimal(49), ask=Decimal(50), bid_size=Decimal(50), ask_size=Decimal(50), at=AT)
    desk.quote(quote, at=AT)
    account = an_account(1)
    ticket = a_ticket("buy", "5", "50.01", venue="paper")
    (order,) = desk.place(ticket, account, at=AT)
    assert order.average_price is not None
    assert Decimal(50) <= order.average_price <= Decimal("50.01")
    assert AT < order.updated_at <= AT + timedelta(milliseconds=9)
    (sold,) = desk.place(a_ticket("sell", "5", "48.99", venue="paper"), account, at=AT)
    assert sold.average_price is not None
    assert Decimal("48.99") <= sold.average_price <= Decimal(49)


def test_triggers_look_at_the_side_that_the_order_trades_on() -> None:
    room = paper_room()
    room.quote("49", "51")
    buys = room.place(1, "buy", "5", type=OrderType.STOP, stop_price="53", time_in_force=GTC)
    sells = room.place(1, "sell", "5", type=OrderType.STOP, stop_price="47", time_in_force=GTC)
    room.quote("52.90", "52.99")
    assert [phase(room.now(one)) for one in (buys, sells)] == [Phase.ARMED, Phase.ARMED]
    room.quote("52.90", "53")
    assert stands(room.now(buys)) == ("executed", "5", None)
    room.quote("47", "60")
    assert stands(room.now(sells)) == ("executed", "5", None)


def test_orders_wait_for_the_first_quote_of_a_session() -> None:
    room = paper_room()
    market = room.place(1, "sell", "5")
    assert phase(market) is Phase.QUEUED
    room.quote("49", "51")
    assert stands(room.now(market)) == ("executed", "5", None)
    opening = room.place(1, "sell", "5", time_in_force=TimeInForce.OPG)
    closing = room.place(1, "sell", "5", time_in_force=TimeInForce.CLS)
    room.quote("49", "51")
    assert [phase(room.now(one)) for one in (opening, closing)] == [Phase.QUEUED, Phase.QUEUED]
    room.turn(TradingStatus.CLOSING)
    room.quote("48", "52")
    room.turn(TradingStatus.CLOSED)
    assert stands(room.now(closing)) == ("executed", "5", None)
    room.turn(TradingStatus.CONTINUOUS)
    assert phase(room.now(opening)) is Phase.QUEUED
    room.quote("47", "53")
    assert room.now(opening).average_price == 47


def test_a_paper_bracket_follows_and_leaves_like_any_other() -> None:
    room = paper_room()
    room.quote("49", "51", "6")
    exits = {"order_class": OrderClass.BRACKET, "take_profit": "60", "stop_loss": "45"}
    entry, profit, loss = room.place_all(1, "buy", "10", "51", time_in_force=GTC, **exits)
    assert room.now(profit).original_qty == 6
    room.quote("60", "61", "2")
    assert (room.now(profit).executed_qty, room.now(loss).pending_qty) == (Decimal(2), Decimal(4))
    room.desk.cancel(entry.id, at=room.at)
    room.quote("44", "45", "9")
    assert [stands(room.now(one))[0] for one in (entry, profit, loss)] == [
        "cancelled",
        "cancelled",
        "executed",
    ]


def test_a_short_sale_on_paper_gives_way_to_a_quote_above_its_margin() -> None:
    room = paper_room()
    room.quote("49", "51")
    order = room.place(3, "sell", "5", "52", time_in_force=GTC)
    room.quote("60", "61")
    assert stands(room.now(order)) == ("cancelled", "0", "insufficient_buying_power")


def test_a_market_maker_quotes_levels_on_both_sides_and_anew_each_time() -> None:
    model = MakerModel(levels=3, spread_bp=Decimal(40), size=Decimal(10))
    tickets = tickets_around(model, LISTING, Decimal(50), at=AT)
    prices = [(one.side.value, one.terms.limit_price) for one in tickets]
    assert prices == [
        ("buy", Decimal("49.90")),
        ("sell", Decimal("50.10")),
        ("buy", Decimal("49.80")),
        ("sell", Decimal("50.20")),
        ("buy", Decimal("49.70")),
        ("sell", Decimal("50.30")),
    ]
    low = tickets_around(model, LISTING, Decimal("0.01"), at=AT)
    assert [one.side.value for one in low] == ["buy", "sell", "sell", "sell"]
    room = Room()
    for price in (Decimal(50), Decimal(52)):
        make_market(room.desk, room.accounts[9], model, price, at=room.at)
    bids, asks = room.desk.depth(9)
    assert (len(bids), len(asks), room.accounts[9].open_orders) == (3, 3, 6)
    assert bids[0][0] < 52 < asks[0][0]


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_nothing_trades_with_a_quote_that_has_no_size(side: str) -> None:
    room = paper_room()
    room.quote("49", "51", "0.5")
    assert stands(room.place(1, side, "1")) == ("cancelled", "0", "no_liquidity")


def test_an_entry_that_its_exit_ends_while_both_wait_for_the_open_is_not_released() -> None:
    room = paper_room()
    room.quote("49", "51", "6")
    exits = {"order_class": OrderClass.BRACKET, "take_profit": "60", "stop_loss": "45"}
    entry, profit, _ = room.place_all(1, "buy", "10", "51", time_in_force=GTC, **exits)
    room.turn(TradingStatus.CLOSED)
    account = room.accounts[1]
    profit = room.desk.replace(profit.id, Replacement(limit_price=Decimal(59)), account, at=room.at)
    entry = room.desk.replace(entry.id, Replacement(limit_price=Decimal(52)), account, at=room.at)
    assert [phase(one) for one in (profit, entry)] == [Phase.QUEUED, Phase.QUEUED]
    room.turn(TradingStatus.CONTINUOUS)
    room.quote("59", "60")
    assert stands(room.now(profit)) == ("executed", "6", None)
    assert stands(room.now(entry)) == ("cancelled", "0", "exit_filled")
