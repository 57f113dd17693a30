import pytest

from steward.domain.book import Book, BookOrder, Entered
from steward.domain.terms import SelfTrade

ANN, BOB, CAT = "ann", "bob", "cat"


def bid(name: str, price: int | None, lots: int, owner: str = ANN, display: int = 0) -> BookOrder:
    return BookOrder(name, owner, True, price, lots, display)


def ask(name: str, price: int | None, lots: int, owner: str = BOB, display: int = 0) -> BookOrder:
    return BookOrder(name, owner, False, price, lots, display)


def book(*orders: BookOrder) -> Book:
    made = Book()
    for order in orders:
        assert made.enter(order).rested
    return made


def filled(done: Entered) -> list[tuple[object, int]]:
    return [(order.id, lots) for order, lots in done.fills]


# What an order meets.


def test_an_order_that_meets_nobody_rests() -> None:
    made = book(bid("a", 10, 5), bid("b", 11, 2), ask("c", 13, 4))
    assert (made.best_bid, made.best_ask) == (11, 13)
    assert made.depth(1) == ([(11, 2, 1)], [(13, 4, 1)])
    assert made.depth(9) == ([(11, 2, 1), (10, 5, 1)], [(13, 4, 1)])
    assert len(made) == 3
    assert "a" in made
    assert "z" not in made
    found = made.get("b")
    assert found is not None
    assert found.price == 11
    assert made.get("z") is None


def test_the_better_price_comes_first_then_the_earlier_and_each_at_the_price_that_rests() -> None:
    made = book(ask("dear", 12, 5), ask("first", 11, 5), ask("second", 11, 5))
    done = made.enter(bid("x", 12, 12))
    assert [(order.id, order.price, lots) for order, lots in done.fills] == [
        ("first", 11, 5),
        ("second", 11, 5),
        ("dear", 12, 2),
    ]
    assert (done.rested, done.left, done.why) == (False, 0, None)
    assert made.depth(9) == ([], [(12, 3, 1)])


def test_what_a_limit_does_not_reach_rests_with_what_is_left() -> None:
    made = book(ask("a", 11, 5), ask("b", 13, 5))
    done = made.enter(bid("x", 12, 8))
    assert filled(done) == [("a", 5)]
    assert done.rested
    assert made.depth(9) == ([(12, 3, 1)], [(13, 5, 1)])


def test_a_market_order_takes_any_price_and_never_rests() -> None:
    made = book(ask("a", 11, 5), ask("b", 99, 5))
    done = made.enter(bid("x", None, 12), market=True)
    assert filled(done) == [("a", 5), ("b", 5)]
    assert (done.rested, done.left, done.why) == (False, 2, "no_liquidity")
    again = made.enter(bid("y", None, 3), market=True)
    assert again == Entered((), (), rested=False, left=3, why="no_liquidity")
    assert not len(made)


def test_immediate_or_cancel_trades_what_it_can() -> None:
    made = book(ask("a", 11, 5))
    done = made.enter(bid("x", 11, 8), rests=False)
    assert (filled(done), done.left, done.why) == ([("a", 5)], 3, "no_liquidity")
    assert made.enter(bid("y", 11, 8), rests=False).why == "no_liquidity"


def test_fill_or_kill_is_all_or_nothing_and_counts_what_is_hidden() -> None:
    made = book(ask("a", 11, 20, display=2), ask("b", 12, 5))
    assert made.enter(bid("x", 11, 21), all_or_none=True) == Entered((), (), False, 21, "fill_or_kill")
    assert made.enter(bid("y", 10, 1), all_or_none=True).why == "fill_or_kill"
    assert made.depth(9) == ([], [(11, 2, 1), (12, 5, 1)])
    done = made.enter(bid("z", 12, 25), all_or_none=True)
    assert sum(lots for _, lots in done.fills) == 25


@pytest.mark.parametrize(
    ("mode", "lots", "why"),
    [
        (SelfTrade.CANCEL_OLDEST, 11, None),
        (SelfTrade.CANCEL_OLDEST, 12, "fill_or_kill"),
        (SelfTrade.CANCEL_NEWEST, 6, None),
        (SelfTrade.CANCEL_NEWEST, 7, "fill_or_kill"),
        (SelfTrade.CANCEL_BOTH, 7, "fill_or_kill"),
    ],
)
def test_fill_or_kill_does_not_count_its_owners_nor_what_lies_behind_them(
    mode: SelfTrade, lots: int, why: str | None
) -> None:
    # Before its owner's comes up: 4 at 10, and the 2 that the iceberg shows.
    made = book(ask("a", 10, 4), ask("b", 11, 5, display=2), ask("mine", 11, 9, ANN), ask("c", 11, 2))
    before = made.depth(9)
    done = made.enter(BookOrder("x", ANN, True, 11, lots, 0, mode), all_or_none=True)
    assert done.why == why
    assert why is None or made.depth(9) == before


def test_post_only_is_refused_whole_when_it_would_trade() -> None:
    made = book(ask("a", 11, 5))
    done = made.enter(bid("x", 11, 8), post_only=True)
    assert (done.fills, done.rested, done.left, done.why) == ((), False, 8, "post_only")
    assert made.enter(bid("y", 10, 8), post_only=True).rested


# Of an iceberg only what it shows has a place in time.


def test_the_next_tranche_of_an_iceberg_goes_to_the_back() -> None:
    made = book(ask("ice", 11, 10, display=4), ask("plain", 11, 3))
    assert made.depth(1)[1] == [(11, 7, 2)]
    done = made.enter(bid("x", 11, 9))
    assert filled(done) == [("ice", 4), ("plain", 3), ("ice", 2)]
    assert made.depth(1)[1] == [(11, 2, 1)]
    assert made.cost(True, 99)[0] == 4
    done = made.enter(bid("y", 11, 4))
    assert filled(done) == [("ice", 2), ("ice", 2)]
    assert not len(made)


def test_an_iceberg_that_comes_trades_with_all_that_it_has() -> None:
    made = book(ask("a", 11, 7))
    assert filled(made.enter(bid("ice", 11, 20, display=3))) == [("a", 7)]
    assert made.depth(1)[0] == [(11, 3, 1)]
    assert made.cost(False, 99, 11)[0] == 13


# One owner never trades with himself.


@pytest.mark.parametrize(
    ("mode", "fills", "cancelled", "left", "resting"),
    [
        (SelfTrade.CANCEL_NEWEST, [("a", 5)], [], 5, {"mine", "b"}),
        (SelfTrade.CANCEL_OLDEST, [("a", 5), ("b", 5)], ["mine"], 0, set()),
        (SelfTrade.CANCEL_BOTH, [("a", 5)], ["mine"], 5, {"b"}),
    ],
)
def test_the_mode_of_the_one_that_comes_says_who_gives_way(
    mode: SelfTrade, fills: list[tuple[str, int]], cancelled: list[str], left: int, resting: set[str]
) -> None:
    made = book(ask("a", 11, 5), ask("mine", 11, 9, ANN), ask("b", 11, 5))
    done = made.enter(BookOrder("x", ANN, True, 11, 10, 0, mode))
    assert filled(done) == fills
    assert [order.id for order in done.cancelled] == cancelled
    assert (done.left, done.why) == (left, "self_trade" if left else None)
    assert {name for name in ("a", "mine", "b", "x") if name in made} == resting


# What rests is cancelled, and put together again.


@pytest.mark.parametrize("name", ["first", "middle", "last"])
def test_a_cancelled_order_leaves_those_around_it_in_their_place(name: str) -> None:
    names = ["first", "middle", "last"]
    made = book(*(ask(one, 11, 5) for one in names))
    assert made.cancel(name).open == 5
    with pytest.raises(KeyError):
        made.cancel(name)
    names.remove(name)
    assert filled(made.enter(bid("x", 11, 10))) == [(one, 5) for one in names]


def test_the_last_order_of_a_price_takes_the_price_with_it() -> None:
    made = book(ask("a", 11, 5), ask("b", 12, 5), ask("c", 13, 5))
    made.cancel("b")
    assert made.depth(9)[1] == [(11, 5, 1), (13, 5, 1)]
    made.cancel("a")
    assert made.best_ask == 13
    made.cancel("c")
    assert made.best_ask is None


def test_restored_orders_take_the_places_that_they_had() -> None:
    made = Book()
    ice = ask("ice", 11, 9, display=4)
    ice.shown = 1
    places = {"third": 30, "first": 10, "ice": 40, "second": 20, "last": 0}
    for order in (ask("third", 11, 5), ask("first", 11, 5), ice, ask("second", 11, 5), ask("last", 11, 5)):
        order.priority = places[str(order.id)]
        made.restore(order)
    assert made.turn == 41
    expected = [("first", 5), ("second", 5), ("third", 5), ("ice", 1), ("last", 5), ("ice", 4)]
    assert filled(made.enter(bid("x", 11, 25))) == expected


# What could trade, without trading.


def test_a_cost_looks_as_deep_as_the_limit_and_pass_over_the_owners_own() -> None:
    made = book(ask("a", 11, 5), ask("b", 12, 20, display=2), ask("mine", 12, 3, ANN), ask("c", 15, 7))
    assert made.cost(False, 99) == (0, 0)
    assert made.cost(True, 99, 12) == (28, 5 * 11 + 23 * 12)
    assert made.cost(True, 6) == (6, 5 * 11 + 12)
    assert made.cost(True, 99) == (35, 5 * 11 + 23 * 12 + 7 * 15)
    assert made.cost(True, 99, 14, ANN) == (25, 5 * 11 + 20 * 12)
    assert made.cost(False, 5) == (0, 0)


# Auctions: all at one price.


def gathered(*orders: BookOrder) -> Book:
    made = Book()
    for order in orders:
        made.restore(order)
    return made


def test_an_auction_trades_at_the_price_at_which_most_do() -> None:
    made = gathered(bid("a", 12, 5), bid("b", 11, 5), bid("c", 10, 5), ask("d", 9, 4), ask("e", 11, 6))
    assert made.indicative(None) == (11, 10)
    done = made.uncross(11)
    assert [(one.bid.id, one.ask.id, one.lots) for one in done.matches] == [
        ("a", "d", 4),
        ("a", "e", 1),
        ("b", "e", 5),
    ]
    assert made.indicative(None) is None
    assert made.depth(9) == ([(10, 5, 1)], [])


@pytest.mark.parametrize(("reference", "price"), [(None, 11), (5, 8), (9, 9), (99, 15)])
def test_of_equal_prices_the_nearest_to_the_reference_is_taken(reference: int | None, price: int) -> None:
    made = gathered(bid("a", 15, 5), ask("b", 8, 5))
    assert made.indicative(reference) == (price, 5)


def test_of_prices_at_which_as_much_trades_the_one_that_leaves_least_over_is_taken() -> None:
    made = gathered(bid("a", 10, 5), bid("b", 8, 3), ask("c", 8, 5), ask("d", 10, 4))
    assert made.indicative(10) == (9, 5)


def test_orders_at_any_price_come_first_and_need_a_reference_when_nobody_has_a_limit() -> None:
    made = gathered(bid("a", 12, 5), bid("market", None, 3, CAT), ask("b", 11, 4))
    assert made.depth(9) == ([(12, 5, 1)], [(11, 4, 1)])
    assert made.indicative(11) == (11, 4)
    matches = made.uncross(11).matches
    assert [(one.bid.id, one.lots) for one in matches] == [("market", 3), ("a", 1)]
    made = gathered(bid("a", None, 5), ask("b", None, 3))
    assert made.indicative(None) is None
    assert made.indicative(7) == (7, 3)
    made.uncross(7)
    assert made.cancel("a").open == 2
    assert gathered(bid("a", 10, 5)).indicative(10) is None
    assert Book().indicative(7) is None


@pytest.mark.parametrize(
    ("mode", "cancelled", "matches"),
    [
        (SelfTrade.CANCEL_NEWEST, ["new"], []),
        (SelfTrade.CANCEL_OLDEST, ["old"], [("other", "new", 5)]),
        (SelfTrade.CANCEL_BOTH, ["new", "old"], []),
    ],
)
def test_in_an_auction_the_mode_of_the_newer_says_who_gives_way(
    mode: SelfTrade, cancelled: list[str], matches: list[tuple[str, str, int]]
) -> None:
    made = gathered(bid("old", 12, 5), bid("other", 11, 5, CAT), BookOrder("new", ANN, False, 11, 5, 0, mode))
    done = made.uncross(11)
    assert [order.id for order in done.cancelled] == cancelled
    assert [(one.bid.id, one.ask.id, one.lots) for one in done.matches] == matches
