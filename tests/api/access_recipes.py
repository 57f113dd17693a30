"""What everybody gets of each operation: the recipes of the access matrix."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from tests.people import PASSWORD

ABSENT = {
    "portfolio_id": 2**53,
    "asset_id": 2**53,
    "transaction_id": 2**53,
    "other_id": 2**53,
    "action_id": 2**53,
    "order_id": str(uuid.UUID(int=7)),
    "session_id": str(uuid.UUID(int=7)),
    "key_id": "STAAAAAAAAAAAAAAAAAA",
    "symbol": "ABSENT",
    "pair": "USDAFN",
    "name": "XNYS",
    "venue": "book",
}
# What a signed-in person with an account and nothing else may get: a world of their own, where
# nothing of anybody else's is to be seen.
OWN_WORLD = "own world"
NOT_FOUND = "not found"
ANYBODY = "anybody"


@dataclass(frozen=True)
class Recipe:
    """What the owner gets, what another user gets, and the body; names in braces are the owner's ids."""

    owner: int
    other: str
    body: Any = None
    form: bool = False
    query: str = ""


def account(name: str) -> dict[str, str]:
    return {name: f"u{secrets.token_hex(16)}@example.com", "password": PASSWORD}


PREFIX = "/api/v1"
PORTFOLIO = f"{PREFIX}/portfolios/{{portfolio_id}}"
ORDER = f"{PREFIX}/orders/{{order_id}}"
DEPOSIT = {"kind": "deposit", "trade_date": "2026-01-05", "gross_amount": 5}
PRICE = f"{PREFIX}/prices/{{symbol}}"
INSTRUMENT = f"{PREFIX}/instruments/{{symbol}}"
ACTIONS = f"{INSTRUMENT}/actions"
SPLIT = {"kind": "split", "ex_date": "2026-01-02", "new": 2}
RATE = f"{PREFIX}/rates/{{pair}}"
EVENTS = "?portfolio_id={portfolio_id}&after=9"
RECIPES: dict[tuple[str, str], Recipe] = {
    ("GET", "/health"): Recipe(200, ANYBODY),
    ("GET", "/livez"): Recipe(200, ANYBODY),
    ("GET", "/readyz"): Recipe(200, ANYBODY),
    ("GET", "/metrics"): Recipe(200, ANYBODY),
    ("POST", f"{PREFIX}/auth/register"): Recipe(201, ANYBODY, lambda: account("email")),
    ("POST", f"{PREFIX}/users"): Recipe(201, ANYBODY, lambda: account("username")),
    ("POST", f"{PREFIX}/auth/login"): Recipe(401, ANYBODY, lambda: account("email")),
    ("POST", f"{PREFIX}/login"): Recipe(401, ANYBODY, lambda: account("username"), form=True),
    ("POST", f"{PREFIX}/auth/logout"): Recipe(200, OWN_WORLD),
    ("GET", f"{PREFIX}/auth/me"): Recipe(200, OWN_WORLD),
    ("GET", f"{PREFIX}/users/me"): Recipe(200, OWN_WORLD),
    ("PATCH", f"{PREFIX}/users/me"): Recipe(
        200, OWN_WORLD, lambda: {"password": PASSWORD, "new_password": "a long enough password"}
    ),
    ("GET", f"{PREFIX}/auth/sessions"): Recipe(200, OWN_WORLD),
    ("DELETE", f"{PREFIX}/auth/sessions"): Recipe(204, OWN_WORLD),
    ("DELETE", f"{PREFIX}/auth/sessions/{{session_id}}"): Recipe(204, NOT_FOUND),
    ("POST", f"{PREFIX}/api-keys"): Recipe(201, OWN_WORLD, {"name": "bot", "scopes": ["read"]}),
    ("GET", f"{PREFIX}/api-keys"): Recipe(200, OWN_WORLD),
    ("DELETE", f"{PREFIX}/api-keys/{{key_id}}"): Recipe(204, NOT_FOUND),
    # For administrators, which nobody is here.
    ("GET", f"{PREFIX}/admin/users"): Recipe(403, OWN_WORLD),
    ("GET", f"{PREFIX}/admin/sources"): Recipe(403, OWN_WORLD),
    ("PUT", f"{PREFIX}/exchange/clock"): Recipe(403, OWN_WORLD, {"speed": 1}),
    ("GET", f"{PREFIX}/exchange/clock"): Recipe(200, OWN_WORLD),
    ("GET", f"{PREFIX}/exchange/listings"): Recipe(200, OWN_WORLD),
    ("PUT", f"{PREFIX}/exchange/listings/{{venue}}/{{symbol}}"): Recipe(403, OWN_WORLD, {"currency": "USD"}),
    ("POST", f"{PREFIX}/exchange/listings/{{venue}}/{{symbol}}/halt"): Recipe(403, OWN_WORLD),
    ("POST", f"{PREFIX}/exchange/listings/{{venue}}/{{symbol}}/resume"): Recipe(403, OWN_WORLD),
    ("GET", f"{PREFIX}/book/{{symbol}}"): Recipe(404, OWN_WORLD),
    ("GET", f"{PREFIX}/book/{{symbol}}/trades"): Recipe(200, OWN_WORLD),
    ("GET", f"{PREFIX}/accounts"): Recipe(200, OWN_WORLD),
    ("GET", f"{PORTFOLIO}/account"): Recipe(404, NOT_FOUND),
    ("PUT", f"{PORTFOLIO}/account"): Recipe(201, NOT_FOUND, {"starting_balance": 5}),
    ("POST", f"{PORTFOLIO}/account/reset"): Recipe(404, NOT_FOUND, {"starting_balance": 5}),
    ("GET", f"{PORTFOLIO}/account/events"): Recipe(404, NOT_FOUND),
    ("DELETE", f"{PREFIX}/orders"): Recipe(200, OWN_WORLD),
    ("POST", f"{ORDER}/replace"): Recipe(409, NOT_FOUND, {"qty": 5}),
    ("GET", f"{PREFIX}/exchange/calendars/{{name}}"): Recipe(200, OWN_WORLD),
    ("POST", f"{PREFIX}/portfolios"): Recipe(201, OWN_WORLD, {"name": "p"}),
    ("GET", f"{PREFIX}/portfolios"): Recipe(200, OWN_WORLD),
    ("GET", PORTFOLIO): Recipe(200, NOT_FOUND),
    ("PATCH", PORTFOLIO): Recipe(200, NOT_FOUND, {"name": "changed"}),
    ("DELETE", PORTFOLIO): Recipe(204, NOT_FOUND),
    ("GET", f"{PORTFOLIO}/valuation"): Recipe(200, NOT_FOUND),
    ("GET", f"{PORTFOLIO}/allocation"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/allocation"): Recipe(200, OWN_WORLD),
    ("GET", f"{PORTFOLIO}/holdings"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/holdings"): Recipe(200, OWN_WORLD),
    ("GET", f"{PREFIX}/valuations"): Recipe(200, OWN_WORLD),
    ("GET", f"{PORTFOLIO}/gains"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/gains"): Recipe(200, OWN_WORLD),
    ("GET", f"{PORTFOLIO}/history"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/history"): Recipe(200, OWN_WORLD),
    ("GET", f"{PORTFOLIO}/performance"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/performance"): Recipe(200, OWN_WORLD),
    ("GET", f"{PORTFOLIO}/explain"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/explain"): Recipe(200, OWN_WORLD),
    ("POST", f"{PORTFOLIO}/assets"): Recipe(201, NOT_FOUND, {"symbol": "BTC", "quantity": 1}),
    ("GET", f"{PORTFOLIO}/assets"): Recipe(200, NOT_FOUND),
    ("DELETE", f"{PORTFOLIO}/assets/{{asset_id}}"): Recipe(204, NOT_FOUND),
    ("POST", f"{PORTFOLIO}/transactions"): Recipe(201, NOT_FOUND, DEPOSIT),
    ("GET", f"{PORTFOLIO}/transactions"): Recipe(200, NOT_FOUND),
    ("GET", f"{PORTFOLIO}/transactions/{{transaction_id}}"): Recipe(200, NOT_FOUND),
    ("POST", f"{PORTFOLIO}/transactions/{{transaction_id}}/reversal"): Recipe(201, NOT_FOUND),
    ("POST", f"{PORTFOLIO}/transactions/{{transaction_id}}/correction"): Recipe(201, NOT_FOUND, DEPOSIT),
    ("POST", f"{PORTFOLIO}/transactions/batch"): Recipe(201, NOT_FOUND, {"transactions": [DEPOSIT]}),
    ("POST", f"{PREFIX}/transfers"): Recipe(
        201,
        NOT_FOUND,
        {
            "from_portfolio_id": "{portfolio_id}",
            "to_portfolio_id": "{other_id}",
            "trade_date": "2026-01-05",
            "amount": 1,
        },
    ),
    ("GET", f"{PREFIX}/prices"): Recipe(200, OWN_WORLD),
    ("GET", PRICE): Recipe(200, NOT_FOUND),
    ("PUT", PRICE): Recipe(200, OWN_WORLD, {"price": 2}),
    ("DELETE", PRICE): Recipe(204, NOT_FOUND),
    ("GET", f"{PREFIX}/instruments"): Recipe(200, OWN_WORLD),
    ("PUT", INSTRUMENT): Recipe(200, OWN_WORLD, {"currency": "USD"}),
    ("GET", INSTRUMENT): Recipe(200, NOT_FOUND),
    ("DELETE", INSTRUMENT): Recipe(204, NOT_FOUND),
    ("PUT", f"{INSTRUMENT}/prices"): Recipe(200, OWN_WORLD, {"prices": {"2024-01-02": 2}}),
    ("GET", f"{INSTRUMENT}/prices"): Recipe(200, NOT_FOUND),
    ("POST", f"{PREFIX}/prices/import"): Recipe(
        200, OWN_WORLD, "symbol,date,price,currency\nXYZ,2024-01-02,2,USD\n"
    ),
    ("PUT", RATE): Recipe(200, OWN_WORLD, {"rates": {"2024-01-02": 2}}),
    ("GET", RATE): Recipe(200, NOT_FOUND),
    ("POST", ACTIONS): Recipe(201, OWN_WORLD, SPLIT),
    ("GET", ACTIONS): Recipe(200, OWN_WORLD),
    ("DELETE", f"{ACTIONS}/{{action_id}}"): Recipe(204, NOT_FOUND),
    ("POST", f"{PREFIX}/orders"): Recipe(
        201, NOT_FOUND, {"security": "BTC", "qty": 1, "portfolio_id": "{portfolio_id}"}
    ),
    ("GET", f"{PREFIX}/orders"): Recipe(200, OWN_WORLD),
    ("GET", ORDER): Recipe(200, NOT_FOUND),
    ("PUT", ORDER): Recipe(200, NOT_FOUND, {"qty": 3}),
    ("DELETE", ORDER): Recipe(200, NOT_FOUND),
    ("POST", f"{ORDER}/execute"): Recipe(200, NOT_FOUND, {"executed_qty": 1}),
    ("GET", f"{ORDER}/executions"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/portfolio"): Recipe(200, OWN_WORLD),
    # A stream has no end; that its sequence has not come so far is an answer, too.
    ("GET", f"{PREFIX}/exchange/events"): Recipe(422, NOT_FOUND, query=EVENTS),
}
