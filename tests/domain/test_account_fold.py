"""What a ledger does to the account of its portfolio."""

from decimal import Decimal
from typing import Any

import pytest

from steward.domain.account_fold import exchange, fold
from steward.domain.accounts import Account, Holding
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.transactions import Entry, Kind, RecordedRate, Terms
from tests.factories import AT, OWNER, a_transaction, an_action, figures


def an_account(qty: int = 0, cost: int = 0) -> Account:
    account = Account(portfolio_id=7, owner_id=OWNER, currency="USD", cash=Decimal(1000))
    if qty:
        account.holdings["ABC"] = Holding(Decimal(qty), Decimal(cost))
    return account


def entry(kind: Kind, quantity: int | None = None, gross: int | None = None, **fields: Any) -> Entry:
    usual: dict[str, Any] = {
        "symbol": None if quantity is None else "ABC",
        "quantity": None if quantity is None else Decimal(quantity),
        "gross_amount": None if gross is None else Decimal(gross),
        "currency": None if gross is None else "USD",
    }
    return Entry(kind=kind, occurred_at=AT, **(usual | fields))


FEE = Terms(fee=Decimal(1))
EUROS = Terms(fee=Decimal(1), cash_currency="EUR", recorded_rate=RecordedRate("USD", "EUR", Decimal("0.5")))
FOLDS: list[tuple[Entry, tuple[int, int], tuple[int, ...]]] = [
    (entry(Kind.DEPOSIT, None, 50), (0, 0), (1050, 0, 0, 0)),
    (entry(Kind.WITHDRAWAL, None, 50), (0, 0), (950, 0, 0, 0)),
    (entry(Kind.DIVIDEND, None, 50, symbol="ABC"), (2, 6), (1050, 2, 6, 0)),
    (entry(Kind.BUY, 10, 100, terms=FEE), (0, 0), (899, 10, 101, 0)),
    (entry(Kind.SELL, 4, 100, terms=FEE), (10, 100), (1099, 6, 60, 59)),
    (entry(Kind.SELL, 4, 100), (0, 0), (1100, -4, -100, 0)),
    (entry(Kind.BUY, 4, 80), (-4, -100), (920, 0, 0, 20)),
    (entry(Kind.TRANSFER_IN, 4, 40), (0, 0), (1000, 4, 40, 0)),
    (entry(Kind.TRANSFER_IN, 4), (0, 0), (1000, 4, 0, 0)),
    (entry(Kind.TRANSFER_OUT, 4), (10, 100), (1000, 6, 60, 0)),
    (entry(Kind.TRANSFER_OUT, 4, 40), (0, 0), (1000, -4, -40, 0)),
    (entry(Kind.BUY, 10), (0, 0), (1000, 10, 0, 0)),
    (entry(Kind.BUY, 10, 100, terms=EUROS), (0, 0), (1000, 10, 0, 0)),
    (entry(Kind.BUY, 10, 100, currency="EUR"), (0, 0), (1000, 10, 0, 0)),
    (entry(Kind.DEPOSIT, None, 50, reverses=1), (0, 0), (950, 0, 0, 0)),
    (entry(Kind.BUY, 10, 100, reverses=1), (10, 100), (1100, 0, 0, 0)),
]


@pytest.mark.parametrize(("stated", "held", "after"), FOLDS, ids=lambda value: str(value)[:60])
def test_a_transaction_moves_cash_units_and_their_cost(
    stated: Entry, held: tuple[int, int], after: tuple[int, ...]
) -> None:
    account = an_account(*held)
    fold(account, a_transaction(stated))
    found = account.holdings.get("ABC", Holding())
    assert figures(account.cash, found.qty, found.cost, found.realized) == after


HALF = Decimal("0.5")
SPLIT = an_action(new=Decimal(2))
SPIN_OFF = an_action(ActionKind.SPIN_OFF, into="XYZ", new=Decimal(1), basis_share=HALF)
MERGER = an_action(ActionKind.MERGER, into="XYZ", new=Decimal(3))
DELISTING = an_action(ActionKind.DELISTING, cash_per_unit=Decimal(1), currency="USD")
Two = tuple[tuple[int, int], tuple[int, int]]
ACTIONS: list[tuple[CorporateAction, Two, tuple[int, int], Two, int]] = [
    (SPLIT, ((10, 100), (0, 0)), (20, 0), ((20, 100), (0, 0)), 0),
    (SPLIT, ((-10, -100), (0, 0)), (-20, 0), ((-20, -100), (0, 0)), 0),
    (SPIN_OFF, ((10, 100), (0, 0)), (10, 10), ((10, 50), (10, 50)), 0),
    (SPIN_OFF, ((10, 50), (10, 50)), (10, 0), ((10, 100), (0, 0)), 0),
    (MERGER, ((10, 100), (5, 20)), (0, 35), ((0, 0), (35, 120)), 0),
    (MERGER, ((0, 0), (30, 120)), (10, 0), ((10, 120), (0, 0)), 0),
    (DELISTING, ((10, 100), (0, 0)), (0, 0), ((0, 0), (0, 0)), -100),
]


@pytest.mark.parametrize(("action", "before", "units", "after", "realized"), ACTIONS)
def test_an_action_moves_units_and_their_cost(
    action: CorporateAction, before: Two, units: tuple[int, int], after: Two, realized: int
) -> None:
    account = an_account()
    for symbol, (qty, cost) in zip(("ABC", "XYZ"), before, strict=True):
        account.holdings[symbol] = Holding(Decimal(qty), Decimal(cost))
    left = dict(zip(("ABC", "XYZ"), map(Decimal, units), strict=True))
    exchange(account, left, action)
    found = [account.holdings[symbol] for symbol in ("ABC", "XYZ")]
    assert [(one.qty, one.cost) for one in found] == [tuple(map(Decimal, one)) for one in after]
    assert found[0].realized == realized
