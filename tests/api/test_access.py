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
from tests.api.access_recipes import ABSENT, ANYBODY, DEPOSIT, NOT_FOUND, RECIPES, SPLIT, Recipe
from tests.people import Answer, Person
from tests.servers import Server

FORM = {"content-type": "application/x-www-form-urlencoded"}
CSV = {"content-type": "text/csv"}
TODAY = datetime.now(UTC).date().isoformat()


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
