"""What tests of the exchange ask for again and again: accounts, orders in pairs, and a book left empty."""

from dataclasses import dataclass
from typing import Any

from tests.people import Answer, Person

BALANCE = 1_000_000
SYMBOL = "NVDA"


@dataclass
class Trader:
    """A person with an account that holds 1,000 units and a million."""

    person: Person
    portfolio: int
    symbol: str = SYMBOL

    def ask(self, *, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
        """Ask for a limit order for 10 at 100 on the book, but for what is given."""
        body = {
            "security": self.symbol,
            "venue": "book",
            "portfolio_id": self.portfolio,
            "qty": 10,
            "type": "limit",
            "limit_price": 100,
            "time_in_force": "gtc",
            **fields,
        }
        given = {name: value for name, value in body.items() if value is not None}
        return self.person("POST", "/orders", given, headers=headers)

    def place(self, **fields: Any) -> Any:
        """Place such an order."""
        answer = self.ask(**fields)
        assert answer.status == 201, answer
        return answer.json

    def order(self, order: Any) -> Any:
        """Read an order again."""
        return self.person("GET", f"/orders/{order['id']}").json

    def cancel(self, order: Any, **headers: str) -> Answer:
        """Cancel an order."""
        return self.person("DELETE", f"/orders/{order['id']}", headers=headers)

    def replace(self, order: Any, **fields: object) -> Answer:
        """Replace an order."""
        return self.person("POST", f"/orders/{order['id']}/replace", fields)

    @property
    def account(self) -> Any:
        """The account as it is told."""
        return self.person("GET", f"/portfolios/{self.portfolio}/account").json

    def holding(self) -> Any:
        """What the account has of the symbol."""
        return next(one for one in self.account["holdings"] if one["symbol"] == self.symbol)

    def leave(self) -> None:
        """Cancel everything that is open, for the book is shared by all tests."""
        for status in ("pending", "partial"):
            for order in self.person("GET", f"/orders?status={status}").json:
                if order["venue"] != "manual":
                    self.cancel(order)


def a_trader(person: Person, symbol: str = SYMBOL, units: int = 1000, **fields: object) -> Trader:
    """Give somebody an account."""
    portfolio = person.made("/portfolios", {"name": "Trading"})["id"]
    if units:
        person.made(f"/portfolios/{portfolio}/assets", {"symbol": symbol, "quantity": units})
    body = {"starting_balance": BALANCE, **fields}
    answer = person("PUT", f"/portfolios/{portfolio}/account", body)
    assert answer.status == 201, answer
    return Trader(person, portfolio, symbol)


def trade(buyer: Trader, seller: Trader, price: object = 100, qty: object = 1) -> tuple[Any, Any]:
    """Have two trade; the sale rests."""
    sale = seller.place(side="sell", qty=qty, limit_price=price)
    bought = buyer.place(qty=qty, limit_price=price)
    assert bought["status"] == "executed", bought
    return bought, seller.order(sale)
