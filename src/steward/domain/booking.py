"""Booking: from what somebody states of a transaction to the entry of a ledger, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from typing import Final

from steward.domain.errors import InvalidValue
from steward.domain.instants import checked_day
from steward.domain.instruments import Instrument, checked_quote_currency
from steward.domain.money import (
    ZERO,
    add,
    checked_currency,
    divided,
    multiply,
    positive,
    rounded,
    within_limits,
)
from steward.domain.text import checked_symbol, checked_text
from steward.domain.transactions import (
    NO_TERMS,
    UNITS_IN,
    UNITS_OUT,
    Entry,
    Kind,
    LotChoice,
    RecordedRate,
    Terms,
)

NOTE_MAXIMUM: Final = 500
EXTERNAL_ID_MAXIMUM: Final = 128
_SETTLES_WITHIN: Final = timedelta(days=366)
_CURRENCY_LENGTH: Final = 3
_UNITS: Final = UNITS_IN | UNITS_OUT
_TRANSFERS: Final = frozenset((Kind.TRANSFER_IN, Kind.TRANSFER_OUT))
_MONEY_ALONE: Final = frozenset((Kind.DEPOSIT, Kind.WITHDRAWAL))
_NO_COSTS: Final = frozenset((Kind.FEE, Kind.FEE_REFUND, Kind.TAX, Kind.TAX_REFUND))


class InvalidTransaction(InvalidValue):
    """What a transaction states does not fit its kind, or itself."""

    code = "invalid-transaction"


class Negative(InvalidValue):
    """A fee or tax is below 0."""

    code = "negative"


class NotListed(InvalidValue):
    """The instrument was not there yet on that day, or not any more."""

    code = "not-listed"


@dataclass(frozen=True, slots=True)
class Stated:
    """A transaction as somebody states it; what is None is not stated.

    Of `trade_date` and `occurred_at` exactly one is. `exchange_rate` is a pair such as USDEUR, the euros for
    one dollar, with the rate.
    """

    kind: Kind
    trade_date: date | None = None
    occurred_at: datetime | None = None
    settlement_date: date | None = None
    symbol: str | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    gross_amount: Decimal | None = None
    fee: Decimal = ZERO
    tax: Decimal = ZERO
    currency: str | None = None
    settlement_currency: str | None = None
    exchange_rate: tuple[str, Decimal] | None = None
    security_amount: Decimal | None = None
    security_currency: str | None = None
    lots: tuple[LotChoice, ...] = ()
    note: str | None = None
    external_id: str | None = None


def booked(
    stated: Stated, instruments: Mapping[str, Instrument], *, base_currency: str, at: datetime
) -> Entry:
    """Make the entry, in `base_currency` unless a currency is stated.

    `instruments` are those of which anything is recorded, by symbol. Raises InvalidValue.
    """
    _check_numbers(stated)
    symbol = None if stated.symbol is None else checked_symbol(stated.symbol, pointer="/symbol")
    currency = base_currency
    if stated.currency is not None:
        currency = checked_currency(stated.currency, pointer="/currency")
    occurred_at = happened(stated.trade_date, stated.occurred_at, at=at)
    _check_kind(stated)
    instrument = None if symbol is None else instruments.get(symbol)
    if instrument is not None:
        _check_listed(stated, instrument, occurred_at.date())
    price, gross = _amounts(stated, instrument)
    terms = Terms(
        fee=stated.fee or ZERO,
        tax=stated.tax or ZERO,
        settles_on=_settles_on(stated, occurred_at.date(), at),
        cash_currency=_cash_currency(stated, currency),
        recorded_rate=_recorded_rate(stated, currency),
        security_amount=stated.security_amount,
        security_currency=_security_currency(stated),
        lots=_lots(stated),
        note=_text(stated.note, "/note", NOTE_MAXIMUM),
        external_id=_text(stated.external_id, "/external_id", EXTERNAL_ID_MAXIMUM),
    )
    has_money = gross is not None or terms.fee or terms.tax
    return Entry(
        kind=stated.kind,
        symbol=symbol,
        quantity=stated.quantity,
        occurred_at=occurred_at,
        price=price,
        gross_amount=gross,
        currency=currency if has_money else None,
        terms=NO_TERMS if terms == NO_TERMS else terms,
    )


def happened(trade_date: date | None, occurred_at: datetime | None, *, at: datetime) -> datetime:
    """Give the moment: midnight UTC of a day that is stated alone.

    Raises InvalidTransaction unless exactly one is stated, DateOutOfRange before 1900 or after tomorrow.
    """
    if (trade_date is None) == (occurred_at is None):
        raise InvalidTransaction("State either trade_date or occurred_at.", pointer="/trade_date")
    latest = at.date() + timedelta(days=1)
    if occurred_at is not None:
        checked_day(occurred_at.date(), latest=latest, pointer="/occurred_at")
        return occurred_at
    assert trade_date is not None  # noqa: S101 - one of the two is
    return datetime.combine(checked_day(trade_date, latest=latest, pointer="/trade_date"), time(), UTC)


def _check_numbers(stated: Stated) -> None:
    for name in ("quantity", "price", "gross_amount", "security_amount"):
        value: Decimal | None = getattr(stated, name)
        if value is not None:
            positive(value, pointer=f"/{name}")
    for name in ("fee", "tax"):
        if getattr(stated, name) < ZERO:
            raise Negative("This number must not be below 0.", pointer=f"/{name}")
    if stated.exchange_rate is not None:
        positive(stated.exchange_rate[1], pointer="/exchange_rate/rate")
    for place, lot in enumerate(stated.lots):
        positive(lot.quantity, pointer=f"/lots/{place}/quantity")


def _check_kind(stated: Stated) -> None:
    kind = stated.kind
    if kind in _UNITS:
        _wanted(stated, "symbol", "quantity")
        if stated.price is None and kind not in _TRANSFERS:
            _wanted(stated, "gross_amount")
    else:
        _wanted(stated, "gross_amount", *(("symbol",) if kind is Kind.DIVIDEND else ()))
        _unwanted(stated, "quantity", "price")
    if kind in _MONEY_ALONE:
        _unwanted(stated, "symbol")
    if kind in _TRANSFERS:
        _unwanted(stated, "settlement_currency")
    if kind in _NO_COSTS:
        _unwanted(stated, "fee", "tax")
    if kind not in UNITS_OUT:
        _unwanted(stated, "lots")


def _wanted(stated: Stated, *names: str) -> None:
    for name in names:
        if getattr(stated, name) is None:
            raise InvalidTransaction("This kind of transaction states it.", pointer=f"/{name}")


def _unwanted(stated: Stated, *names: str) -> None:
    for name in names:
        if getattr(stated, name):
            raise InvalidTransaction("This kind of transaction has none.", pointer=f"/{name}")


def _check_listed(stated: Stated, instrument: Instrument, day: date) -> None:
    early = instrument.listed_on is not None and day < instrument.listed_on
    late = instrument.delisted_on is not None and day > instrument.delisted_on
    if early or late:
        when = "yet" if early else "any more"
        pointer = "/trade_date" if stated.occurred_at is None else "/occurred_at"
        raise NotListed(f"The instrument was not listed {when} on that day.", pointer=pointer)


def _amounts(stated: Stated, instrument: Instrument | None) -> tuple[Decimal | None, Decimal | None]:
    """Give price and gross amount: what is stated is kept, the other follows from it."""
    price, gross, quantity = stated.price, stated.gross_amount, stated.quantity
    if quantity is None or (price is None) == (gross is None):
        return price, gross
    units = quantity if instrument is None else multiply(quantity, instrument.multiplier)
    if gross is None:
        made = within_limits(rounded(multiply(units, price or ZERO)), pointer="/price")
        return price, positive(made, pointer="/price")
    return within_limits(divided(gross, units), pointer="/gross_amount"), gross


def _settles_on(stated: Stated, trade_date: date, at: datetime) -> date | None:
    settles_on = stated.settlement_date
    if settles_on is None:
        return None
    checked_day(settles_on, latest=at.date() + _SETTLES_WITHIN, pointer="/settlement_date")
    if settles_on < trade_date:
        raise InvalidTransaction("Nothing settles before it was traded.", pointer="/settlement_date")
    return settles_on


def _recorded_rate(stated: Stated, currency: str) -> RecordedRate | None:
    if stated.exchange_rate is None:
        return None
    pair, rate = stated.exchange_rate
    base, quote = (
        checked_currency(code, pointer="/exchange_rate/pair")
        for code in (pair[:_CURRENCY_LENGTH], pair[_CURRENCY_LENGTH:])
    )
    if base == quote or currency not in (base, quote):
        detail = "A rate is between the currency of the transaction and another one."
        raise InvalidTransaction(detail, pointer="/exchange_rate/pair")
    return RecordedRate(base, quote, rate)


def _cash_currency(stated: Stated, currency: str) -> str | None:
    """Give the currency of the cash when it is another one; the recorded rate covers both."""
    if stated.settlement_currency is None:
        return None
    settles_in = checked_currency(stated.settlement_currency, pointer="/settlement_currency")
    if settles_in == currency:
        return None
    if stated.exchange_rate is None or stated.exchange_rate[0] not in (
        currency + settles_in,
        settles_in + currency,
    ):
        detail = f"Cash in another currency needs the exchange_rate {currency}{settles_in}, or its inverse."
        raise InvalidTransaction(detail, pointer="/exchange_rate")
    return settles_in


def _security_currency(stated: Stated) -> str | None:
    if (stated.security_amount is None) != (stated.security_currency is None):
        detail = "security_amount and security_currency are stated together."
        raise InvalidTransaction(detail, pointer="/security_currency")
    if stated.security_currency is None:
        return None
    return checked_quote_currency(stated.security_currency, pointer="/security_currency")


def _lots(stated: Stated) -> tuple[LotChoice, ...]:
    if not stated.lots:
        return ()
    if len({lot.transaction_id for lot in stated.lots}) < len(stated.lots):
        raise InvalidTransaction("A lot is named once.", pointer="/lots")
    if reduce(add, (lot.quantity for lot in stated.lots)) != stated.quantity:
        raise InvalidTransaction("The lots sum to the quantity.", pointer="/lots")
    return stated.lots


def _text(text: str | None, pointer: str, maximum: int) -> str | None:
    return None if text is None else checked_text(text, pointer=pointer, maximum=maximum)
