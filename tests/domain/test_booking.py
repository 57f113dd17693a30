"""From what is stated to an entry, or to the value that is to blame."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.booking import InvalidTransaction, Negative, NotListed, Stated, booked
from steward.domain.errors import InvalidValue
from steward.domain.instants import DateOutOfRange
from steward.domain.instruments import Instrument
from steward.domain.money import NotPositive, NumberOutOfRange, UnknownCurrency
from steward.domain.text import InvalidSymbol, InvalidText
from steward.domain.transactions import NO_TERMS, Entry, Kind, LotChoice, RecordedRate, Terms
from tests.factories import AT

DAY = date(2026, 1, 5)
MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)
TRADES = (Kind.BUY, Kind.SELL, Kind.DIVIDEND_REINVESTED, Kind.DIVIDEND_IN_KIND)
TRANSFERS = (Kind.TRANSFER_IN, Kind.TRANSFER_OUT)
D = Decimal


def stated(kind: Kind = Kind.BUY, **given: Any) -> Stated:
    usual: dict[str, Any] = {"trade_date": DAY}
    if kind in TRADES:
        usual |= {"symbol": "ABC", "quantity": D(10), "price": D(3)}
    elif kind in TRANSFERS:
        usual |= {"symbol": "ABC", "quantity": D(10)}
    else:
        usual |= {"gross_amount": D(100)} | ({"symbol": "ABC"} if kind is Kind.DIVIDEND else {})
    return Stated(kind, **(usual | given))


def made(one: Stated, *known: Instrument) -> Entry:
    return booked(one, {each.symbol: each for each in known}, base_currency="USD", at=AT)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_becomes_an_entry(kind: Kind) -> None:
    entry = made(stated(kind))
    moves = kind in (*TRADES, *TRANSFERS)
    assert (entry.kind, entry.occurred_at, entry.terms) == (kind, MIDNIGHT, NO_TERMS)
    assert entry.terms is NO_TERMS
    assert entry.quantity == (D(10) if moves else None)
    assert entry.currency == (None if kind in TRANSFERS else "USD")
    assert entry.gross_amount == (None if kind in TRANSFERS else D(30) if moves else D(100))


def test_everything_stated_is_kept_in_its_one_form() -> None:
    moment = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
    entry = made(
        stated(
            Kind.SELL,
            trade_date=None,
            occurred_at=moment,
            settlement_date=date(2026, 1, 7),
            symbol=" abc ",
            gross_amount=D("29.99"),
            fee=D(2),
            tax=D(1),
            currency="EUR",
            settlement_currency="USD",
            exchange_rate=("EURUSD", D("1.1")),
            security_amount=D(2500),
            security_currency="GBp",
            lots=(LotChoice(1, D(4)), LotChoice(2, D(6))),
            note=" a note ",
            external_id="x-1",
        )
    )
    assert (entry.symbol, entry.occurred_at, entry.currency) == ("ABC", moment, "EUR")
    assert (entry.price, entry.gross_amount) == (D(3), D("29.99"))
    assert entry.terms == Terms(
        fee=D(2),
        tax=D(1),
        settles_on=date(2026, 1, 7),
        cash_currency="USD",
        recorded_rate=RecordedRate("EUR", "USD", D("1.1")),
        security_amount=D(2500),
        security_currency="GBp",
        lots=(LotChoice(1, D(4)), LotChoice(2, D(6))),
        note="a note",
        external_id="x-1",
    )


def test_price_and_gross_amount_follow_from_each_other_by_the_multiplier() -> None:
    option = Instrument("ABC", "USD", multiplier=D(100))
    assert made(stated()).gross_amount == 30
    assert made(stated(), option).gross_amount == 3000
    assert made(stated(price=None, gross_amount=D(20))).price == 2
    assert made(stated(price=None, gross_amount=D(20)), option).price == D("0.02")
    assert made(stated(price=None, gross_amount=D(20), quantity=D(3))).price == D("6.666666666666666667")
    assert made(stated(Kind.TRANSFER_IN, price=D(3))).gross_amount == 30


def test_costs_of_a_transfer_without_an_amount_have_their_currency() -> None:
    entry = made(stated(Kind.TRANSFER_IN, fee=D(2)))
    assert (entry.price, entry.gross_amount, entry.currency) == (None, None, "USD")


def test_cash_in_the_same_currency_is_no_term() -> None:
    assert made(stated(settlement_currency="USD")).terms is NO_TERMS
    inverse = made(stated(settlement_currency="EUR", exchange_rate=("EURUSD", D(2))))
    assert inverse.terms.cash_currency == "EUR"


def test_an_instrument_is_there_from_its_listing_to_its_delisting() -> None:
    listed = Instrument("ABC", "USD", listed_on=DAY, delisted_on=DAY)
    assert made(stated(), listed).symbol == "ABC"
    for days in (-1, 1):
        day = DAY + timedelta(days=days)
        with pytest.raises(NotListed) as refused:
            made(stated(trade_date=day), listed)
        assert refused.value.pointer == "/trade_date"
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        with pytest.raises(NotListed) as refused:
            made(stated(trade_date=None, occurred_at=moment), listed)
        assert refused.value.pointer == "/occurred_at"


TOMORROW = AT.date() + timedelta(days=1)
PAIR = "/exchange_rate/pair"
LOTS = (LotChoice(1, D(4)), LotChoice(1, D(6)))
REFUSED: list[tuple[Kind, dict[str, Any], type[InvalidValue], str]] = [
    *((Kind.BUY, {name: D(0)}, NotPositive, f"/{name}") for name in ("quantity", "price", "gross_amount")),
    (Kind.BUY, {"security_amount": D(0)}, NotPositive, "/security_amount"),
    *((Kind.BUY, {name: D(-1)}, Negative, f"/{name}") for name in ("fee", "tax")),
    (Kind.BUY, {"exchange_rate": ("USDEUR", D(0))}, NotPositive, "/exchange_rate/rate"),
    (Kind.SELL, {"lots": (LotChoice(1, D(0)),)}, NotPositive, "/lots/0/quantity"),
    (Kind.BUY, {"symbol": "A B"}, InvalidSymbol, "/symbol"),
    (Kind.BUY, {"currency": "usd"}, UnknownCurrency, "/currency"),
    (Kind.BUY, {"currency": "GBp"}, UnknownCurrency, "/currency"),
    (Kind.BUY, {"trade_date": None}, InvalidTransaction, "/trade_date"),
    (Kind.BUY, {"occurred_at": MIDNIGHT}, InvalidTransaction, "/trade_date"),
    (Kind.BUY, {"trade_date": date(1899, 12, 31)}, DateOutOfRange, "/trade_date"),
    (Kind.BUY, {"trade_date": TOMORROW + timedelta(days=1)}, DateOutOfRange, "/trade_date"),
    (
        Kind.BUY,
        {"trade_date": None, "occurred_at": AT + timedelta(days=2)},
        DateOutOfRange,
        "/occurred_at",
    ),
    (Kind.BUY, {"settlement_date": date(2026, 1, 4)}, InvalidTransaction, "/settlement_date"),
    (Kind.BUY, {"settlement_date": date(2028, 1, 4)}, DateOutOfRange, "/settlement_date"),
    *((kind, {"symbol": None}, InvalidTransaction, "/symbol") for kind in (*TRADES, *TRANSFERS)),
    *((kind, {"quantity": None}, InvalidTransaction, "/quantity") for kind in (*TRADES, *TRANSFERS)),
    *((kind, {"price": None}, InvalidTransaction, "/gross_amount") for kind in TRADES),
    (Kind.DIVIDEND, {"symbol": None}, InvalidTransaction, "/symbol"),
    (Kind.DEPOSIT, {"gross_amount": None}, InvalidTransaction, "/gross_amount"),
    (Kind.DEPOSIT, {"symbol": "ABC"}, InvalidTransaction, "/symbol"),
    (Kind.WITHDRAWAL, {"symbol": "ABC"}, InvalidTransaction, "/symbol"),
    (Kind.FEE, {"quantity": D(1)}, InvalidTransaction, "/quantity"),
    (Kind.FEE, {"price": D(1)}, InvalidTransaction, "/price"),
    (Kind.FEE, {"fee": D(1)}, InvalidTransaction, "/fee"),
    (Kind.TAX_REFUND, {"tax": D(1)}, InvalidTransaction, "/tax"),
    (Kind.BUY, {"lots": (LotChoice(1, D(10)),)}, InvalidTransaction, "/lots"),
    (Kind.SELL, {"lots": (LotChoice(1, D(9)),)}, InvalidTransaction, "/lots"),
    (Kind.SELL, {"lots": LOTS}, InvalidTransaction, "/lots"),
    (Kind.TRANSFER_IN, {"settlement_currency": "USD"}, InvalidTransaction, "/settlement_currency"),
    (Kind.BUY, {"settlement_currency": "XXX"}, UnknownCurrency, "/settlement_currency"),
    (Kind.BUY, {"settlement_currency": "EUR"}, InvalidTransaction, "/exchange_rate"),
    (
        Kind.BUY,
        {"settlement_currency": "EUR", "exchange_rate": ("USDCHF", D(1))},
        InvalidTransaction,
        "/exchange_rate",
    ),
    *(
        (Kind.BUY, {"exchange_rate": (pair, D(1))}, UnknownCurrency, PAIR)
        for pair in ("", "USD", "USDEURX", "USD/EUR")
    ),
    (Kind.BUY, {"exchange_rate": ("USDUSD", D(1))}, InvalidTransaction, PAIR),
    (Kind.BUY, {"exchange_rate": ("EURCHF", D(1))}, InvalidTransaction, PAIR),
    (Kind.BUY, {"security_amount": D(1)}, InvalidTransaction, "/security_currency"),
    (Kind.BUY, {"security_currency": "USD"}, InvalidTransaction, "/security_currency"),
    (Kind.BUY, {"security_amount": D(1), "security_currency": "X"}, UnknownCurrency, "/security_currency"),
    (Kind.BUY, {"note": ""}, InvalidText, "/note"),
    (Kind.BUY, {"note": "n" * 501}, InvalidText, "/note"),
    (Kind.BUY, {"external_id": "n" * 129}, InvalidText, "/external_id"),
    (Kind.BUY, {"quantity": D("1e19"), "price": D(10)}, NumberOutOfRange, "/price"),
    (Kind.BUY, {"quantity": D("1e-18"), "price": D("0.1")}, NotPositive, "/price"),
    (
        Kind.BUY,
        {"quantity": D("1e-18"), "price": None, "gross_amount": D(100)},
        NumberOutOfRange,
        "/gross_amount",
    ),
]


@pytest.mark.parametrize(("kind", "given", "refusal", "pointer"), REFUSED)
def test_what_cannot_be_is_refused_where_it_stands(
    kind: Kind, given: dict[str, Any], refusal: type[InvalidValue], pointer: str
) -> None:
    with pytest.raises(refusal) as refused:
        made(stated(kind, **given))
    assert refused.value.pointer == pointer


def test_every_field_is_tried_above() -> None:
    tried = {name for _, given, _, _ in REFUSED for name in given}
    assert tried == {one.name for one in fields(Stated)} - {"kind"}
