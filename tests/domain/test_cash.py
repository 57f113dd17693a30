"""What each kind of transaction does to cash."""

from dataclasses import replace
from decimal import Decimal

import pytest

from steward.domain.cash import net_amount, settled
from steward.domain.transactions import Entry, Kind, RecordedRate, Terms
from tests.factories import AT, an_entry

NET = {
    Kind.DEPOSIT: 97, Kind.WITHDRAWAL: -103, Kind.BUY: -103, Kind.SELL: 97, Kind.TRANSFER_IN: 0,
    Kind.TRANSFER_OUT: 0, Kind.DIVIDEND: 97, Kind.DIVIDEND_REINVESTED: 0, Kind.DIVIDEND_IN_KIND: -3,
    Kind.INTEREST: 97, Kind.INTEREST_CHARGED: -103, Kind.FEE: -103, Kind.FEE_REFUND: 97, Kind.TAX: -103,
    Kind.TAX_REFUND: 97,
}  # fmt: skip


def an_amount(kind: Kind, **terms: object) -> Entry:
    costs = Terms(fee=Decimal(2), tax=Decimal(1), **terms)  # type: ignore[arg-type]  # a test's fields
    return Entry(kind, "ABC", None, AT, gross_amount=Decimal(100), currency="USD", terms=costs)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_moves_cash_by_its_net_amount(kind: Kind) -> None:
    assert net_amount(an_amount(kind)) == NET[kind]
    assert net_amount(replace(an_amount(kind), reverses=3)) == -NET[kind]


def test_an_unknown_price_moves_unknown_cash() -> None:
    assert net_amount(an_entry(kind=Kind.BUY)) is None
    assert net_amount(an_entry(kind=Kind.TRANSFER_IN)) == 0
    assert settled(an_entry(), Decimal(0)) == (None, 0)


@pytest.mark.parametrize(
    ("rate", "cash"),
    [
        (RecordedRate("USD", "EUR", Decimal("0.9")), "87.3"),
        (RecordedRate("EUR", "USD", Decimal("1.1")), "88.181818181818181818"),
    ],
)
def test_cash_in_another_currency_is_rounded_once_at_the_recorded_rate(rate: RecordedRate, cash: str) -> None:
    entry = an_amount(Kind.SELL, cash_currency="EUR", recorded_rate=rate)
    assert net_amount(entry) == Decimal(cash)
    assert settled(entry, Decimal(97)) == ("EUR", Decimal(cash))


def test_a_recorded_rate_alone_converts_nothing() -> None:
    entry = an_amount(Kind.SELL, recorded_rate=RecordedRate("USD", "EUR", Decimal("0.9")))
    assert net_amount(entry) == 97
    assert settled(entry, Decimal(97)) == ("USD", 97)
