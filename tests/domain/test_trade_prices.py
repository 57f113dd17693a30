"""What trades say of prices, where no close does."""

from decimal import Decimal

from steward.domain.market import Trade
from steward.domain.trade_prices import trade_prices
from steward.domain.transactions import Kind, Transaction
from tests.ledgers import buy, day, happened, moved

D = Decimal


def found(*transactions: Transaction, **multipliers: str) -> list[Trade]:
    return list(trade_prices(transactions, {name: D(one) for name, one in multipliers.items()}))


def test_the_gross_amount_per_unit_and_per_contract_is_a_price() -> None:
    trades = found(
        buy("2024-01-02", "ABC", "4", "10", fee="1"), buy("2024-01-03", "OPT", "2", "600"), OPT="100"
    )
    assert trades == [
        Trade("ABC", day("2024-01-02"), D("2.5"), "USD"),
        Trade("OPT", day("2024-01-03"), D(3), "USD"),
    ]


def test_the_amount_as_traded_comes_before_the_amount_as_booked() -> None:
    (trade,) = found(buy("2024-01-02", "ABC", "2", "9", security_amount="10", security_currency="CHF"))
    assert (trade.price, trade.currency) == (D(5), "CHF")


def test_what_was_not_traded_says_nothing_of_a_price() -> None:
    assert not found(
        buy("2024-01-02", "ABC", "2", None),
        happened(Kind.DIVIDEND, "2024-01-02", "ABC", gross="5"),
        happened(Kind.DIVIDEND_REINVESTED, "2024-01-02", "ABC", "1", "5"),
        *moved("2024-01-03", "ABC", "1", 1, 2, gross="7"),
    )
