"""The access matrix: every operation of the OpenAPI document, asked by everybody who may try."""

import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest

from steward.infrastructure.auth.tokens import TokenRing
from tests.people import PASSWORD, Answer, Person
from tests.servers import Server

FORM = {"content-type": "application/x-www-form-urlencoded"}
CSV = {"content-type": "text/csv"}
TODAY = datetime.now(UTC).date().isoformat()
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
    ("GET", f"{PORTFOLIO}/holdings"): Recipe(200, NOT_FOUND),
    ("GET", f"{PREFIX}/holdings"): Recipe(200, OWN_WORLD),
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


@dataclass
class World:
    """One operation tried on one person's things."""

    method: str
    path: str
    recipe: Recipe
    ids: dict[str, Any]
    checked: list[str]

    def ask(self, person: Person, ids: dict[str, Any]) -> Answer:
        """Ask for the operation, on the things that `ids` names."""
        path, body = (self.path + self.recipe.query).format(**ids), self.recipe.body
        body = body() if callable(body) else body
        self.checked.append(path)
        if self.recipe.form:
            return person(self.method, path, raw=urlencode(body).encode(), headers=FORM)
        if isinstance(body, str):
            return person(self.method, path, raw=body.encode(), headers=CSV)
        if body:
            named = {f"{{{name}}}": id_ for name, id_ in ids.items()}
            body = {k: named.get(v, v) if isinstance(v, str) else v for k, v in body.items()}
        return person(self.method, path, body)


def told(answer: Answer) -> tuple[Any, ...]:
    """All that an answer tells, but for what names the very request."""
    body = answer.json if answer.text else None
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in ("request_id", "instance")}
    return answer.status, body, sorted(answer.headers), answer.headers.get("content-length")


def things_of(person: Person, nonce: str) -> dict[str, Any]:
    """Make one of everything that a path can name."""
    portfolio_id = person.made("/portfolios", {"name": f"p {nonce}"})["id"]
    asset = person.made(f"/portfolios/{portfolio_id}/assets", {"symbol": nonce, "quantity": 1})
    made = person.made(f"/portfolios/{portfolio_id}/transactions", DEPOSIT)
    order = person.made("/orders", {"security": nonce, "qty": 2, "portfolio_id": portfolio_id})
    assert person("POST", f"/orders/{order['id']}/execute", {"executed_qty": 1}).status == 200
    assert person("PUT", f"/instruments/{nonce}", {"currency": "USD"}).status == 200
    assert person("PUT", f"/instruments/{nonce}/prices", {"prices": {TODAY: 3}}).status == 200
    assert person("PUT", "/rates/USDXOF", {"rates": {TODAY: 3}}).status == 200
    assert person("PUT", f"/prices/{nonce}", {"price": 1}).status == 200
    action = person.made(f"/instruments/{nonce}/actions", SPLIT)
    key = person.made("/api-keys", {"name": f"key {nonce}", "scopes": ["read"]})
    session_id = jwt.decode(person.token, options={"verify_signature": False})["sid"]
    return {
        "portfolio_id": portfolio_id,
        "asset_id": asset["id"],
        "transaction_id": made["id"],
        "other_id": person.made("/portfolios", {"name": f"other {nonce}"})["id"],
        "action_id": action["id"],
        "order_id": order["id"],
        "session_id": session_id,
        "symbol": nonce,
        "pair": "USDXOF",
        "key_id": key["key_id"],
        "name": "XNYS",
        "venue": "book",
    }


def expired(server: Server, person: Person) -> str:
    """A token of that person's very session, whose hour was over yesterday, signed with the server's key."""
    claims = jwt.decode(person.token, options={"verify_signature": False})
    secret = Path(server.environment["DATA_DIR"], "jwt-secret").read_text().strip()
    return TokenRing(secret, [], lifetime=timedelta(hours=1)).issue(
        user_id=uuid.UUID(claims["sub"]),
        session_id=uuid.UUID(claims["sid"]),
        token_id=uuid.uuid4(),
        at=datetime.now(UTC) - timedelta(days=1),
    )


def documented(document: Any) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, item in document["paths"].items() for method in item}


@pytest.fixture(scope="module")
def cells(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What was asked; at the end it is told how much that was."""
    asked: list[str] = []
    yield asked
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\naccess matrix: {len(asked)} cells of {len(RECIPES)} operations")


def test_every_operation_has_a_recipe(alice: Person) -> None:
    assert documented(alice("GET", "/openapi.json").json) == RECIPES.keys()


def test_the_document_says_which_operations_need_a_session(alice: Person) -> None:
    paths = alice("GET", "/openapi.json").json["paths"]
    guarded = {key for key in RECIPES if "security" in paths[key[1]][key[0].lower()]}
    assert guarded == {key for key, recipe in RECIPES.items() if recipe.other != ANYBODY}


@pytest.mark.parametrize("operation", sorted(RECIPES), ids=" ".join)
def test_everybody_gets_their_own_and_nothing_else(
    server: Server,
    new_person: Callable[[], Person],
    new_client: Callable[..., Person],
    cells: list[str],
    operation: tuple[str, str],
) -> None:
    owner, other, gone = new_person(), new_person(), new_person()
    nobody = new_client(server.url)
    late = new_client(server.url, expired(server, owner))
    nonce = f"T{secrets.token_hex(8).upper()}"
    world = World(*operation, RECIPES[operation], things_of(owner, nonce), cells)
    assert gone("POST", "/auth/logout").status == 200
    if world.recipe.other == ANYBODY:
        answers = [world.ask(person, world.ids) for person in (owner, other, nobody, late, gone)]
        assert [answer.status for answer in answers] == [world.recipe.owner] * 5
    else:
        for refused in (nobody, late, gone):
            answer = world.ask(refused, world.ids)
            assert told(answer) == told(world.ask(refused, ABSENT))
            assert (answer.status, answer.headers["www-authenticate"]) == (
                401,
                'Bearer error="invalid_token"',
            )
        foreign = world.ask(other, world.ids)
        if world.recipe.other == NOT_FOUND:
            assert foreign.status == 404
            assert told(foreign) == told(world.ask(other, ABSENT)) == told(world.ask(owner, ABSENT))
        else:
            assert foreign.status == world.recipe.owner
            # What somebody says of a symbol is told back to them, under its name.
            said = f'"symbol":"{nonce}"' if world.method in ("POST", "PUT") else "nothing"
            assert nonce not in foreign.text.replace(said, "")
            assert owner.email not in foreign.text
        # After all that the owner's things are as they were.
        assert owner("GET", f"/prices/{nonce}").json["price"] == 1
        assert owner("GET", f"/orders/{world.ids['order_id']}").json["version"] == 2
        assert len(owner("GET", f"/instruments/{nonce}/actions").json) == 1
        assert owner("GET", f"/portfolios/{world.ids['portfolio_id']}").json["name"] == f"p {nonce}"
        assert len(owner("GET", f"/portfolios/{world.ids['portfolio_id']}/assets").json["items"]) == 1
        assert len(owner("GET", f"/portfolios/{world.ids['portfolio_id']}/transactions").json) == 3
        assert world.ask(owner, world.ids).status == world.recipe.owner
