"""Things of the domain for tests: plain ones, and Hypothesis's strategies for any."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

from steward.domain.closes import Series, columns
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.money import FRACTION_DIGITS, WHOLE_DIGITS
from steward.domain.orders import Fill, Order, Side, Status, placed
from steward.domain.portfolios import Portfolio
from steward.domain.prices import Quote
from steward.domain.transactions import Entry, Kind, Transaction
from steward.domain.users import Session, User
from steward.usecases.identity import LOCAL_ISSUER
from steward.usecases.values import Trace

# A busy machine is no defect: what takes too long is bounded by the tests that measure time.
settings.register_profile("steward", deadline=None)
settings.load_profile("steward")

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
OWNER = UUID(int=1)
TRACE = Trace("tests.write", "/tests", "127.0.0.1", "request-1")

_seed = itertools.count(1)


def figures(*found: object) -> tuple[Any, ...]:
    """Put figures together: beside others, a Decimal may be compared with a whole number."""
    return found


def new_id() -> UUID:
    """Give an id that nothing else has."""
    return UUID(bytes=random.randbytes(16), version=4)


def new_text(before: str = "") -> str:
    """Give a text that nothing else has."""
    return f"{before}{next(_seed)}-{new_id().hex[:8]}"


def a_user(**fields: Any) -> User:
    """Make a local user; fields given stand in place of the usual ones."""
    id_ = new_id()
    login = f"{id_.hex}@example.com"
    return replace(User(id_, login, login, None, LOCAL_ISSUER, str(id_), AT), **fields)


def a_session(user: User, **fields: Any) -> Session:
    """Make an open session of a user."""
    until = AT + timedelta(hours=1)
    return replace(Session(new_id(), user.id, AT, until, None, "127.0.0.1", "tests"), **fields)


def a_portfolio(**fields: Any) -> Portfolio:
    """Make an empty portfolio."""
    return replace(Portfolio(7, OWNER, "Pension", "USD", AT, 0, "", 0), **fields)


def an_order(**fields: Any) -> Order:
    """Make a pending order for 10 ABC."""
    made = placed(
        order_id=UUID(int=2),
        owner_id=OWNER,
        portfolio_id=7,
        security="ABC",
        side=Side.BUY,
        qty=Decimal(10),
        client_order_id=None,
        at=AT,
    )
    return replace(made, **fields)


def an_order_in(status: Status) -> Order:
    """Make an order that stands in `status`, with quantities that fit."""
    executed = {Status.PARTIAL: Decimal(4), Status.EXECUTED: Decimal(10)}.get(status, Decimal(0))
    return an_order(
        status=status, executed_qty=executed, executed_value=executed * 3, fill_count=int(bool(executed))
    )


def a_fill(order: Order, qty: Decimal | int, price: Decimal | int | None = 3, **fields: Any) -> Fill:
    """Make the next fill of an order."""
    made = Fill(
        id=new_id(),
        order_id=order.id,
        seq=order.fill_count + 1,
        qty=Decimal(qty),
        price=None if price is None else Decimal(price),
        currency=None if price is None else "USD",
        price_source=None if price is None else "caller",
        executed_at=LATER,
    )
    return replace(made, **fields)


def an_entry(**fields: Any) -> Entry:
    """Make a transfer in of 2.5 ABC."""
    return replace(Entry(Kind.TRANSFER_IN, "ABC", Decimal("2.5"), AT), **fields)


def a_transaction(entry: Entry, *, id_: int = 1, seq: int = 1) -> Transaction:
    """Put an entry in a place of a ledger, with no regard to its digest."""
    return Transaction(id_, 7, seq, AT, entry, "digest")


def an_action(kind: ActionKind = ActionKind.SPLIT, **fields: Any) -> CorporateAction:
    """Make a corporate action of ABC: a split of 2 for 1 unless a kind and its parts are given."""
    usual: dict[str, Any] = {"id": 0, "symbol": "ABC", "kind": kind, "ex_date": AT.date()}
    return CorporateAction(**(usual | ({"new": Decimal(2)} if kind is ActionKind.SPLIT else {}) | fields))


def a_quote(symbol: str = "ABC", price: Decimal | int | str = 100, **fields: Any) -> Quote:
    """Make a quote in dollars."""
    return replace(Quote(symbol, Decimal(price), "USD", "static", AT), **fields)


@st.composite
def _decimals(draw: st.DrawFn, whole_digits: int, *, positive: bool) -> Decimal:
    # The length is drawn first: of all numbers at once, Hypothesis would seldom draw long ones.
    scale = draw(st.integers(0, FRACTION_DIGITS))
    length = draw(st.integers(1, whole_digits + scale))
    digits = draw(st.integers(10 ** (length - 1) if length > 1 or positive else 0, 10**length - 1))
    sign = 0 if positive or digits == 0 else draw(st.integers(0, 1))
    return Decimal((sign, tuple(map(int, str(digits))), -scale))


def numbers(*, positive: bool = False) -> st.SearchStrategy[Decimal]:
    """Any exact number within the limits."""
    return _decimals(WHOLE_DIGITS, positive=positive)


def quantities() -> st.SearchStrategy[Decimal]:
    """Any positive quantity of which a hundred still add up within the limits."""
    return _decimals(WHOLE_DIGITS - 2, positive=True)


symbols = st.sampled_from(["ABC", "BRK.B", "BTC-USD", "^GSPC"])
instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis wants naive bounds


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any declaration, buy or sell."""
    kind = draw(st.sampled_from(Kind))
    priced = kind is not Kind.TRANSFER_IN and draw(st.booleans())
    return Entry(
        kind=kind,
        symbol=draw(symbols),
        quantity=draw(quantities()),
        occurred_at=draw(instants),
        price=draw(quantities()) if priced else None,
        gross_amount=draw(quantities()) if priced else None,
        currency="USD" if priced else None,
        fill_id=None if kind is Kind.TRANSFER_IN else draw(st.uuids()),
    )


def a_series(key: str, numbers: dict[date, Decimal | int | str], **fields: Any) -> Series:
    """Make a series of what its owner entered, in dollars."""
    made = columns([(day, Decimal(numbers[day])) for day in sorted(numbers)])
    return replace(Series(key, "USD", "user", *made), **fields)
