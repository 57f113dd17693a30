"""What is measured: each operation with its goal, and the requests by which people ask for it."""

from collections.abc import Callable
from dataclasses import dataclass

READ_GOAL = 2.0
WRITE_GOAL = 2.5
PREFIX = "/api/v1"
SYMBOLS = tuple(f"SYM{number:03d}" for number in range(100))
ORDERED = 100
PORTFOLIOS = 20


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in and has what the operations need.

    `valued_id` is a portfolio with 100 holdings, `open_id` one to add to, `order_id` an order for far
    more than is ever executed.
    """

    token: str
    valued_id: int = 0
    open_id: int = 0
    order_id: str = ""

    def request(self, method: str, path: str, body: str = "") -> bytes:
        """Write one request, whole."""
        head = [
            f"{method} {PREFIX}{path} HTTP/1.1",
            "host: 127.0.0.1",
            f"authorization: Bearer {self.token}",
        ]
        if body:
            head += ["content-type: application/json", f"content-length: {len(body)}"]
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    `moving`: on a market where every read meets new prices. `crowded`: measured again among many users.
    """

    name: str
    requests: Callable[[Person], list[bytes]]
    writes: bool = False
    moving: bool = False
    crowded: bool = False

    @property
    def goal(self) -> float:
        """The highest ratio of CPU per request to the floor's that is good enough."""
        return WRITE_GOAL if self.writes else READ_GOAL


def _get(path: str) -> Callable[[Person], list[bytes]]:
    return lambda person: [person.request("GET", path.format(person=person))]


def _place(person: Person) -> list[bytes]:
    bodies = (f'{{"security":"{symbol}","qty":{n}.5}}' for n, symbol in enumerate(SYMBOLS, 1))
    return [person.request("POST", "/orders", body) for body in bodies]


def _execute(person: Person) -> list[bytes]:
    bodies = (f'{{"executed_qty":0.001,"price":{100 + n}.25}}' for n in range(len(SYMBOLS)))
    return [person.request("POST", f"/orders/{person.order_id}/execute", body) for body in bodies]


def _add_asset(person: Person) -> list[bytes]:
    bodies = (f'{{"symbol":"{symbol}","quantity":{n}.25}}' for n, symbol in enumerate(SYMBOLS, 1))
    return [person.request("POST", f"/portfolios/{person.open_id}/assets", body) for body in bodies]


def _create(person: Person) -> list[bytes]:
    bodies = (f'{{"name":"Savings {n}"}}' for n in range(len(SYMBOLS)))
    return [person.request("POST", "/portfolios", body) for body in bodies]


OPERATIONS = (
    Operation("valuation of 100 holdings, unchanged", _get("/portfolios/{person.valued_id}/valuation")),
    Operation(
        "valuation of 100 holdings, computed",
        _get("/portfolios/{person.valued_id}/valuation"),
        moving=True,
        crowded=True,
    ),
    Operation("list of 20 portfolios", _get("/portfolios")),
    Operation(
        "list of 100 assets",
        _get("/portfolios/{person.valued_id}/assets?items_per_page=100"),
        crowded=True,
    ),
    Operation("/auth/me", _get("/auth/me")),
    Operation("/orders of 100", _get("/orders?limit=100")),
    Operation("place", _place, writes=True),
    Operation("execute, price given", _execute, writes=True),
    Operation("add asset", _add_asset, writes=True),
    Operation("create portfolio", _create, writes=True),
)
