"""Explanations of golden cases, and of what random histories seldom have."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from steward.domain.closes import Policy
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.explain import Operation, constant, made
from steward.domain.explained import FigureNotFound, found, of_report, of_returns
from steward.domain.history import history
from steward.domain.lot_book import LotScope
from steward.domain.market import Market
from steward.domain.performance import performance
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx
from steward.domain.scopes import Crossing, Level, Scope
from steward.domain.story import Method, Opening, Story
from steward.domain.transactions import (
    UNITS_IN,
    UNITS_OUT,
    Entry,
    Kind,
    LotChoice,
    RecordedRate,
    Terms,
    Transaction,
)
from tests.factories import AT, a_transaction, an_entry
from tests.golden_cases import Case, cases, method_of, story_of
from tests.laws_of_explanations import explains_period, explains_report, explanations_are_exact, same
from tests.tales import INSTRUMENTS, PAIRS, Numbers, Tale, day_of, moment, put

BLOCKS = [(case, block) for case in cases() for block in case.blocks]


def ids(value: object) -> str | None:
    return value.name if isinstance(value, Case) else None


@pytest.mark.parametrize(("case", "block"), BLOCKS, ids=ids)
def test_every_figure_of_a_golden_case_explains_itself(case: Case, block: dict[str, Any]) -> None:
    story, currency, method = story_of(case), block["currency"], method_of(block)
    days = block.get("period") or [None, block["at"]]
    start, end = (day and date.fromisoformat(day) for day in days)
    explains_report(story, at=end, since=start, currency=currency, method=method)
    if start is not None:
        scope = block.get("scope", {})
        level = Level(scope.get("level", "portfolio").replace("account", "portfolio"))
        explains_period(
            story,
            start=start,
            end=end,
            currency=currency,
            method=method,
            crossing=Crossing(Scope(level, scope.get("symbol", ""))),
        )


def a_story(*quantities: int) -> Story:
    told = [
        replace(
            a_transaction(an_entry(quantity=Decimal(quantity), gross_amount=Decimal(10), currency="USD")),
            id=place,
        )
        for place, quantity in enumerate(quantities, 1)
    ]
    return Story(tuple(told), (), Market(Policy(7)), frozenset((7,)))


def test_an_unknown_figure_says_how_figures_are_named() -> None:
    _, figures = of_report(a_story(1), at=AT.date(), since=None, currency="USD", method=Method())
    assert found(figures, "holdings.ABC.cost_basis").value == 10
    with pytest.raises(FigureNotFound, match=r"holdings\.AAPL\.cost_basis"):
        found(figures, "holdings.XYZ.cost_basis")


def act(id_: int, day: int, symbol: str, kind: ActionKind, **parts: Any) -> CorporateAction:
    if "cash_per_unit" in parts or "cash_in_lieu_price" in parts:
        parts = {"currency": "USD"} | parts
    return CorporateAction(id_, symbol, kind, day_of(day), **parts)


def bought(id_: int, day: int, kind: Kind, symbol: str, quantity: str, **fields: Any) -> Transaction:
    terms = fields.pop("terms", Terms(fee=Decimal("1.5"), tax=Decimal("0.5")))
    usual: dict[str, Any] = {"gross_amount": Decimal(100), "currency": "GBP"} | fields
    entry = Entry(kind, symbol, Decimal(quantity), moment(day, 9), terms=terms, **usual)
    return put(id_, 1, entry)


HALF = Decimal("0.5")
ACTIONS = (
    act(1, 5, "USA", ActionKind.SPLIT, new=Decimal(3), old=Decimal(2), cash_in_lieu_price=Decimal(9)),
    act(2, 5, "EUX", ActionKind.STOCK_DIVIDEND, new=Decimal(1), old=Decimal(10)),
    act(3, 5, "PEN", ActionKind.STOCK_DIVIDEND, new=HALF, cash_in_lieu_price=Decimal(4)),
    act(4, 6, "SWI", ActionKind.SPIN_OFF, into="CAN", new=HALF, basis_share=HALF, cash_in_lieu_price=HALF),
    act(5, 6, "OPT", ActionKind.RETURN_OF_CAPITAL, cash_per_unit=Decimal(2)),
    act(6, 20, "CAN", ActionKind.SYMBOL_CHANGE, into="USA"),
    act(7, 21, "SWI", ActionKind.MERGER, into="EUX", new=Decimal(2), cash_per_unit=HALF, basis_share=HALF),
    act(8, 22, "PEN", ActionKind.DELISTING, cash_per_unit=HALF),
    act(9, 23, "EUX", ActionKind.RETURN_OF_CAPITAL, cash_per_unit=Decimal(90), currency="EUR"),
    act(10, 24, "OPT", ActionKind.MERGER, into="CAN", new=Decimal(1)),
    act(11, 27, "PEN", ActionKind.SPLIT, new=Decimal(2)),
    act(12, 28, "CAN", ActionKind.SYMBOL_CHANGE, into="NEW"),
    act(13, 27, "CAN", ActionKind.RETURN_OF_CAPITAL, cash_per_unit=HALF),
)
THERE = RecordedRate("GBP", "USD", Decimal("1.3"))
BACK = RecordedRate("USD", "GBP", Decimal("0.7"))
LEDGER = (
    *(bought(10 + place, 2, Kind.BUY, symbol, "7.5") for place, symbol in enumerate(INSTRUMENTS)),
    bought(20, 3, Kind.BUY, "USA", "3", terms=Terms(recorded_rate=THERE)),
    bought(19, 3, Kind.BUY, "SWI", "1", terms=Terms(security_amount=Decimal(120), security_currency="CHF")),
    bought(21, 3, Kind.DIVIDEND_REINVESTED, "SWI", "1", terms=Terms(fee=HALF, recorded_rate=BACK)),
    bought(22, 3, Kind.DIVIDEND_IN_KIND, "PEN", "2"),
    bought(23, 3, Kind.TRANSFER_IN, "OPT", "2", gross_amount=None),
    bought(24, 4, Kind.SELL, "USA", "9", terms=Terms(lots=(LotChoice(20, Decimal(2)),))),
    bought(25, 4, Kind.SELL, "CAN", "9"),
    bought(26, 25, Kind.SELL, "EUX", "3", terms=Terms(cash_currency="USD", recorded_rate=THERE)),
    bought(27, 26, Kind.TRANSFER_OUT, "CAN", "60", terms=Terms(transfer_id=UUID(int=1))),
    replace(
        bought(28, 26, Kind.TRANSFER_IN, "CAN", "60", terms=Terms(transfer_id=UUID(int=1))), portfolio_id=2
    ),
)
CASH = tuple(
    put(
        40 + place,
        1,
        Entry(
            kind,
            "USA" if place > 0 else None,
            None,
            moment(12, 9),
            gross_amount=Decimal(30),
            currency="CHF",
            terms=Terms(fee=HALF),
        ),
    )
    for place, kind in enumerate(kind for kind in Kind if kind not in UNITS_IN | UNITS_OUT)
)
TALE = Tale(
    ledger=LEDGER + CASH,
    actions=ACTIONS,
    prices={symbol: Numbers(Decimal("12.25"), 7, frozenset((3,))) for symbol in INSTRUMENTS},
    rates={pair: Numbers(Decimal(rate), 5) for pair, rate in PAIRS.items()},
    max_age_days=7,
    currency="USD",
    method=Method(),
    since=day_of(10),
    choice=0,
)


@pytest.mark.parametrize(
    ("cost", "scope", "choice", "currency", "fx"),
    [
        (CostMethod.FIFO, LotScope.PORTFOLIO, 0, "USD", Fx.TRANSACTION_DATE),
        (CostMethod.LIFO, LotScope.ALL, 1, "CHF", Fx.RECORDED_RATE),
        (CostMethod.HIFO, LotScope.PORTFOLIO, 2, "EUR", Fx.RECORDED_RATE),
        (CostMethod.AVERAGE, LotScope.ALL, 0, "CHF", Fx.RECORDED_RATE),
        (CostMethod.AVERAGE, LotScope.PORTFOLIO, 1, "USD", Fx.AS_OF),
        (CostMethod.FIFO, LotScope.ALL, 2, "USD", Fx.RECORDED_RATE),
    ],
)
def test_every_kind_of_action_is_explained(
    cost: CostMethod, scope: LotScope, choice: int, currency: str, fx: Fx
) -> None:
    method = Method(cost=cost, lot_scope=scope, opening=Opening.MARKET_VALUE, fx=fx)
    since = day_of((2, 10, 20)[choice])
    explanations_are_exact(replace(TALE, method=method, since=since, choice=choice, currency=currency))


@pytest.mark.parametrize("empty", ["prices", "rates"])
def test_gaps_are_named_at_the_leaves(empty: str) -> None:
    for since in (2, 10, 22):
        told = replace(TALE, since=day_of(since), max_age_days=0)
        explanations_are_exact(replace(told, prices={}) if empty == "prices" else replace(told, rates={}))


def test_a_long_period_is_chained_by_month() -> None:
    story, day = a_story(1), AT.date()
    first, last, crossing = day - timedelta(90), day - timedelta(1), Crossing(Scope())
    days = history(story, first=first, last=last, currency="USD", method=Method())
    figures = of_returns(story, start=first, end=last, currency="USD", method=Method(), crossing=crossing)
    chain, measured = figures["performance.returns.time_weighted"](), performance(days)
    assert measured.time_weighted is not None
    assert [one.operation for one in chain.inputs] == [Operation.CHAIN] * 3
    assert same(chain.value, measured.time_weighted.total())


@pytest.mark.parametrize(
    ("operation", "inputs"),
    [
        (Operation.QUOTIENT, (1, 0)),
        (Operation.RATIO, (1, 0)),
        (Operation.COVERAGE, ()),
    ],
)
def test_what_cannot_be_divided_is_unknown(operation: Operation, inputs: tuple[int, ...]) -> None:
    nodes = (constant("n", Decimal(one), "USD") for one in inputs)
    assert not made("n", "USD", operation, *nodes).known
