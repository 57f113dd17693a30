from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.errors import Refusal
from steward.domain.terms import OrderClass, OrderType, TimeInForce
from steward.domain.tickets import check_ticket
from tests.factories import AT
from tests.trading import a_listing, a_ticket

BRACKET = {"order_class": OrderClass.BRACKET, "take_profit": "12", "stop_loss": "8"}
OCO = {**BRACKET, "order_class": OrderClass.OCO}
STOP_LIMIT = {"type": OrderType.STOP_LIMIT, "stop_price": "11"}


def asked(side: str, qty: str | None, limit: str | None = None, **fields: Any) -> str:
    check_ticket(a_ticket(side, qty, limit, **fields), a_listing(), at=AT)
    return "fine"


@pytest.mark.parametrize(
    "fields",
    [
        {"qty": "3"},
        {"qty": None, "amount": "100"},
        {"qty": "3", "limit": "10.01", "post_only": True},
        {"qty": "3", "limit": "10", "display_qty": "2", "time_in_force": TimeInForce.GTC},
        {"qty": "3", "limit": "10", "time_in_force": TimeInForce.OPG},
        {"qty": "3", "limit": "10", **STOP_LIMIT},
        {"qty": "3", "type": OrderType.TRAILING_STOP, "trail_percent": "1.5"},
        {"qty": "3", "time_in_force": TimeInForce.GTD, "expires_at": AT + timedelta(1)},
        {"qty": "3", "limit": "10", **BRACKET},
        {"qty": "3", "limit": "10", **BRACKET, "stop_loss_limit": "7.90"},
        {"qty": "3", **BRACKET},
        {"qty": "3", "side": "sell", **OCO},
        {"qty": "3", "order_class": OrderClass.OTO, "take_profit": "12"},
        {"qty": "3", "side": "sell", "limit": "10", **BRACKET, "take_profit": "8", "stop_loss": "12"},
    ],
)
def test_what_fits_together_is_let_through(fields: dict[str, Any]) -> None:
    assert asked(**{"side": "buy", **fields}) == "fine"


@pytest.mark.parametrize(
    ("code", "pointer", "fields"),
    [
        ("quantity-or-amount", "/qty", {"qty": None}),
        ("quantity-or-amount", "/amount", {"qty": "1", "amount": "10"}),
        ("terms-do-not-fit", "/amount", {"qty": None, "amount": "10", "limit": "10"}),
        ("terms-do-not-fit", "/amount", {"qty": None, "amount": "10", "time_in_force": TimeInForce.FOK}),
        ("off-lot", "/qty", {"qty": "1.5"}),
        ("off-lot", "/qty", {"qty": "0"}),
        ("off-tick", "/limit_price", {"limit": "10.001"}),
        ("off-tick", "/limit_price", {"limit": "-1"}),
        ("price-missing", "/limit_price", {"type": OrderType.LIMIT}),
        ("price-missing", "/stop_price", {"type": OrderType.STOP}),
        ("price-not-wanted", "/stop_price", {"stop_price": "9"}),
        ("terms-do-not-fit", "/trail_amount", {"trail_amount": "1"}),
        ("terms-do-not-fit", "/trail_amount", {"type": OrderType.TRAILING_STOP}),
        (
            "terms-do-not-fit",
            "/trail_amount",
            {"type": OrderType.TRAILING_STOP, "trail_amount": "1", "trail_percent": "1"},
        ),
        ("terms-do-not-fit", "/trail_percent", {"type": OrderType.TRAILING_STOP, "trail_percent": "100"}),
        ("terms-do-not-fit", "/expires_at", {"time_in_force": TimeInForce.GTD}),
        ("terms-do-not-fit", "/expires_at", {"expires_at": AT + timedelta(1)}),
        ("terms-do-not-fit", "/expires_at", {"time_in_force": TimeInForce.GTD, "expires_at": AT}),
        (
            "terms-do-not-fit",
            "/time_in_force",
            {"type": OrderType.STOP, "stop_price": "9", "time_in_force": TimeInForce.CLS},
        ),
        ("terms-do-not-fit", "/post_only", {"post_only": True}),
        (
            "terms-do-not-fit",
            "/post_only",
            {"post_only": True, "limit": "10", "time_in_force": TimeInForce.IOC},
        ),
        ("off-lot", "/display_qty", {"limit": "10", "display_qty": "0.5"}),
        ("terms-do-not-fit", "/display_qty", {"limit": "10", "display_qty": "2"}),
        ("legs-do-not-fit", "/order_class", {"take_profit": "12"}),
        ("legs-do-not-fit", "/order_class", {"order_class": OrderClass.BRACKET, "take_profit": "12"}),
        (
            "legs-do-not-fit",
            "/stop_loss/stop_price",
            {"order_class": OrderClass.OTO, "take_profit": "12", "stop_loss_limit": "9"},
        ),
        ("legs-do-not-fit", "/time_in_force", {"limit": "10", **BRACKET, "time_in_force": TimeInForce.IOC}),
        ("off-tick", "/stop_loss/stop_price", {"limit": "10", **BRACKET, "stop_loss": "8.001"}),
        ("legs-do-not-fit", "/take_profit/limit_price", {"limit": "12", **BRACKET}),
        ("legs-do-not-fit", "/stop_loss/stop_price", {"limit": "8", **BRACKET}),
        ("legs-do-not-fit", "/stop_loss/stop_price", {**OCO, "side": "sell", "stop_loss": "12"}),
        ("legs-do-not-fit", "/stop_loss/limit_price", {"limit": "10", **BRACKET, "stop_loss_limit": "8.01"}),
    ],
)
def test_what_does_not_fit_is_refused_by_name(code: str, pointer: str, fields: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refusal:
        asked(**{"side": "buy", "qty": "1", **fields})
    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)


def test_a_market_that_is_always_open_has_no_auctions() -> None:
    ticket = a_ticket("buy", "1", time_in_force=TimeInForce.OPG)
    with pytest.raises(Refusal, match="always open"):
        check_ticket(ticket, a_listing(calendar="24/7"), at=AT)


def test_steps_are_counted_exactly_however_large_the_number() -> None:
    ticket = a_ticket("buy", "99999999999999999999", "0.000000000000000001")
    check_ticket(ticket, a_listing(tick=Decimal("1E-18"), lot=Decimal("1E-18")), at=AT)
