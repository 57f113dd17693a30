"""The data: people who have all that the operations need, made through the API itself."""

import json
from dataclasses import replace
from typing import Any

from bench.load import Load
from bench.operations import ORDERED, PORTFOLIOS, SYMBOLS, Person
from bench.servers import Server, exchange
from tests.people import PASSWORD

_PRICED = len(SYMBOLS) - 5
_HELD = (*SYMBOLS[:_PRICED], "AAPL", "BTC", "ETH", "MSFT", "NVDA")


def people(server: Server, load: Load, count: int) -> list[Person]:
    """Make people who have all that the operations need, through the API."""
    signed_in = [registered(server, number) for number in range(count)]
    load.once(server.port, [_portfolios(person) for person in signed_in])
    found = []
    for person in signed_in:
        ids = portfolio_ids(server, person)
        found.append(replace(person, valued_id=ids[0], open_id=ids[1]))
    load.once(server.port, [_contents(person) for person in found])
    return [_with_order(server, person) for person in found]


def portfolio_ids(server: Server, person: Person) -> list[int]:
    """Give the ids of somebody's portfolios, the newest first."""
    return [item["id"] for item in _asked(server, person.request("GET", "/portfolios"))["items"]]


def registered(server: Server, number: int) -> Person:
    """Register somebody through the API."""
    body = json.dumps({"email": f"bench{number}@example.com", "password": PASSWORD})
    answer = exchange(server.port, Person("").request("POST", "/auth/register", body))
    _, found, rest = answer.partition(b"access_token=")
    if not found:
        raise RuntimeError(answer.decode("latin-1"))
    return Person(rest.partition(b";")[0].decode())


def _portfolios(person: Person) -> list[bytes]:
    # The first order below makes the last of the twenty, the default one.
    bodies = (f'{{"name":"Portfolio {number}"}}' for number in range(1, PORTFOLIOS))
    return [person.request("POST", "/portfolios", body) for body in bodies]


def _contents(person: Person) -> list[bytes]:
    assets = (f'{{"symbol":"{symbol}","quantity":{n}.125}}' for n, symbol in enumerate(_HELD, 1))
    prices = ((symbol, f'{{"price":{100 + n}.25}}') for n, symbol in enumerate(_HELD[:_PRICED]))
    sizes = [*(f"{n}.5" for n in range(1, ORDERED)), "1000000000"]
    orders = (f'{{"security":"{symbol}","qty":{qty}}}' for symbol, qty in zip(SYMBOLS, sizes, strict=True))
    return [
        *(person.request("POST", f"/portfolios/{person.valued_id}/assets", body) for body in assets),
        *(person.request("PUT", f"/prices/{symbol}", body) for symbol, body in prices),
        *(person.request("POST", "/orders", body) for body in orders),
    ]


def _with_order(server: Server, person: Person) -> Person:
    newest = _asked(server, person.request("GET", "/orders?limit=1"))[0]
    return replace(person, order_id=newest["id"])


def _asked(server: Server, request: bytes) -> Any:
    return json.loads(exchange(server.port, request).partition(b"\r\n\r\n")[2])
