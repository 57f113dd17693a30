"""Transactions told in a reporting currency (C7: what is missing is named, never a number)."""

from decimal import Decimal
from uuid import UUID

import pytest

from steward.domain.money import known
from steward.domain.records import Fx, Gap, Record, Teller
from steward.domain.transactions import Kind, RecordedRate, Transaction
from tests.ledgers import a_story, buy, day, happened, sell

RATES = {"USDEUR": {"2024-01-02": "0.9", "2024-06-01": "0.8"}, "GBPEUR": {"2024-01-02": "1.2"}}
RECORDED = RecordedRate("USD", "EUR", Decimal("0.5"))


def teller(
    *transactions: Transaction,
    fx: Fx = Fx.RECORDED_RATE,
    currencies: dict[str, str] | None = None,
    valued: bool = False,
    moves_valued: bool = False,
) -> Teller:
    prices = {"ABC": {"2024-01-02": "7"}}
    story = a_story(*transactions, rates=RATES, prices=prices, currencies=currencies)
    return Teller(story.market, "EUR", fx, day("2024-06-01"), valued=valued, moves_valued=moves_valued)


def told(transaction: Transaction, *, valued: bool = False, moves_valued: bool = False) -> Record:
    return teller(transaction, valued=valued, moves_valued=moves_valued).record(transaction)


@pytest.mark.parametrize(
    ("kind", "cash"),
    [
        (Kind.DEPOSIT, "97"),
        (Kind.WITHDRAWAL, "-103"),
        (Kind.BUY, "-103"),
        (Kind.SELL, "97"),
        (Kind.TRANSFER_IN, "0"),
        (Kind.TRANSFER_OUT, "0"),
        (Kind.DIVIDEND, "97"),
        (Kind.DIVIDEND_REINVESTED, "0"),
        (Kind.DIVIDEND_IN_KIND, "-3"),
        (Kind.INTEREST, "97"),
        (Kind.INTEREST_CHARGED, "-103"),
        (Kind.FEE, "-103"),
        (Kind.FEE_REFUND, "97"),
        (Kind.TAX, "-103"),
        (Kind.TAX_REFUND, "97"),
    ],
)
def test_what_cash_moves_by(kind: Kind, cash: str) -> None:
    record = told(happened(kind, "2024-01-02", "ABC", "1", "100", currency="EUR", fee="2", tax="1"))
    assert record.cash == record.cash_value == record.cash_told == Decimal(cash)
    assert record.cash_currency == "EUR"
    assert (record.symbol, record.kind, record.on) == ("ABC", kind, day("2024-01-02"))


@pytest.mark.parametrize(("fx", "gross"), [(Fx.RECORDED_RATE, 50), (Fx.TRANSACTION_DATE, 90), (Fx.AS_OF, 80)])
def test_each_way_of_converting(fx: Fx, gross: int) -> None:
    bought = buy("2024-01-02", "ABC", "10", "100", recorded_rate=RECORDED)
    assert teller(fx=fx).record(bought).gross == gross


def test_a_recorded_rate_counts_in_both_directions_and_not_for_other_pairs() -> None:
    turned = RecordedRate("EUR", "USD", Decimal(2))
    assert told(buy("2024-01-02", "ABC", "10", "100", recorded_rate=turned)).gross == 50
    other = RecordedRate("GBP", "USD", Decimal(3))
    assert told(buy("2024-01-02", "ABC", "10", "100", recorded_rate=other)).gross == 90


def test_the_amount_as_traded_counts_as_the_cost_in_that_currency() -> None:
    bought = buy(
        "2024-01-02",
        "ABC",
        "10",
        "100",
        recorded_rate=RECORDED,
        security_amount="51",
        security_currency="EUR",
    )
    one = teller(bought, currencies={"ABC": "EUR"})
    assert one.record(bought).gross == 51
    one.fx = Fx.TRANSACTION_DATE
    assert one.record(bought).gross == 90


def test_cash_settles_in_another_currency_at_the_recorded_rate() -> None:
    settled = buy("2024-01-02", "ABC", "10", "100", recorded_rate=RECORDED, cash_currency="EUR")
    record = teller(fx=Fx.TRANSACTION_DATE).record(settled)
    assert (record.cash_currency, record.cash, record.cash_value) == ("EUR", Decimal(-50), Decimal(-50))
    assert record.cash_told == -90
    turned = RecordedRate("EUR", "USD", Decimal(2))
    other = sell("2024-01-02", "ABC", "10", "100", recorded_rate=turned, cash_currency="EUR")
    assert told(other).cash == 50
    same = sell("2024-01-02", "ABC", "10", "100", recorded_rate=RECORDED, cash_currency="USD")
    assert told(same).cash_currency == "USD"
    without = sell("2024-01-02", "ABC", "10", "100", cash_currency="EUR")
    assert told(without).cash_currency == "USD"


def test_c7_a_missing_rate_makes_amounts_unknown_and_is_named() -> None:
    one = teller()
    record = one.record(buy("2024-01-02", "ABC", "10", "100", currency="JPY", fee="1"))
    assert [known(amount) for amount in (record.gross, record.fee, record.cash_value)] == [None] * 3
    assert record.tax == 0
    assert record.cash == -101
    assert list(one.gaps) == [Gap("rate", pair, day("2024-01-02")) for pair in ("JPYEUR", "JPYUSD")]


def test_c7_units_without_a_cost_have_none() -> None:
    arrived = happened(Kind.TRANSFER_IN, "2024-01-02", "ABC", "10")
    one = teller()
    assert known(one.record(arrived).gross) is None
    assert list(one.gaps) == [Gap("cost", "ABC", day("2024-01-02"))]


def test_valued_units_without_a_cost_count_with_their_market_value() -> None:
    arrived = happened(Kind.TRANSFER_IN, "2024-01-02", "ABC", "10")
    record = told(arrived, valued=True)
    assert record.gross == 63
    assert record.close is not None
    assert record.close.price == 7
    at_home = teller(arrived, valued=True, currencies={"ABC": "EUR"})
    assert at_home.record(arrived).gross == 70


def test_c7_without_a_price_valued_units_are_unknown() -> None:
    one = teller(valued=True)
    late = happened(Kind.TRANSFER_IN, "2024-03-01", "XYZ", "10")
    assert known(one.record(late).gross) is None
    assert list(one.gaps) == [Gap("price", "XYZ", day("2024-03-01"))]


def test_a_move_without_an_amount_is_valued_only_where_it_crosses_a_border() -> None:
    out = happened(Kind.TRANSFER_OUT, "2024-01-02", "ABC", "10", transfer_id=UUID(int=1))
    one = teller()
    assert known(one.record(out).gross) is None
    assert one.gaps == {}
    assert told(out, moves_valued=True).gross == 63


def test_c7_a_trade_without_a_price_moves_cash_by_nobody_knows_what() -> None:
    record = told(buy("2024-01-02", "ABC", "10", None))
    assert known(record.cash) is None
    assert known(record.paid) is None


def test_an_amount_without_an_instrument_is_its_own() -> None:
    record = told(happened(Kind.DEPOSIT, "2024-01-02", gross="100"))
    assert record.local == record.gross == 90
    nothing = told(happened(Kind.DEPOSIT, "2024-01-02"))
    assert known(nothing.gross) is None


def test_the_local_amount_is_in_the_currency_of_the_instrument() -> None:
    bought = buy("2024-01-02", "ABC", "10", "100", fee="3")
    record = teller(bought, currencies={"ABC": "GBp"}).record(bought)
    assert record.local == 75
    assert record.received == Decimal("87.3")
    assert record.paid == Decimal("92.7")
