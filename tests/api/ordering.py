"""What tests of orders ask for again and again."""

import re
from typing import Any

from tests.people import Answer, Person

LINK = re.compile(r'<([^>]+)>; rel="next"')


def placed(person: Person, **fields: object) -> Any:
    return person.made("/api/v1/orders", {"security": "ETH", "qty": 10, **fields})


def execute(person: Person, order: Any, qty: object, price: object = None) -> Answer:
    body = {"executed_qty": qty} | ({} if price is None else {"price": price})
    return person("POST", f"/orders/{order['id']}/execute", body)


def amend(person: Person, order: Any, qty: object) -> Answer:
    return person("PUT", f"/orders/{order['id']}", {"qty": qty})


def cancel(person: Person, order: Any) -> Answer:
    return person("DELETE", f"/orders/{order['id']}")


def quantities(order: Any) -> tuple[object, ...]:
    return order["original_qty"], order["executed_qty"], order["pending_qty"], order["status"]


def pages(person: Person, path: str) -> list[list[Any]]:
    """Follow the Link headers from the first page to the last."""
    found = []
    while path:
        answer = person("GET", path)
        assert answer.status == 200, answer
        found.append(answer.json)
        link = LINK.fullmatch(answer.headers.get("link", ""))
        path = link[1] if link else ""
    return found
