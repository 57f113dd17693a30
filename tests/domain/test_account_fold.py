"""What a ledger does to the account of its portfolio."""

from decimal import Decimal
from typing import Any

import pytest

from steward.domain.account_fold import fold
from steward.domain.accounts import Account, Holding
from steward.domain.transactions import Entry, Kind, RecordedRate, Terms
from tests.factories import AT, OWNER, a_transaction, figures


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
