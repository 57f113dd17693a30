"""A person as the contract says they must be, with arithmetic of its own: fractions, and no steward code.

Every method says what the server must answer: a status with a body, or with the code of a problem.
`told` is what it did answer: ids and times are the server's to choose, and are taken from there once.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from unittest.mock import ANY

Body = dict[str, Any]
Due = tuple[int, Any]

CEILING = 10**20
DIGITS = 18
# The table of PRICE_SOURCE=static.
STATIC = {"AAPL": 270, "BTC": 90_000, "ETH": 3_100, "MSFT": 475, "NVDA": 190}
OPEN = ("pending", "partial")


def fits(number: Fraction) -> bool:
    """Whether the number has at most 20 digits before the point."""
    return abs(number) < CEILING


def paged(oldest_first: list[Body], page: int, size: int) -> Body:
    """Give one page, newest first."""
    items = oldest_first[::-1][(page - 1) * size : page * size]
    pages = {"total_items": len(oldest_first), "total_pages": -(-len(oldest_first) // size)}
    return {"items": items, "pagination_response": {**pages, "current_page": page, "items_per_page": size}}


@dataclass
class Portfolio:
    """What is declared in a portfolio, what it holds, and what of that orders brought."""

    body: Body
    assets: dict[int, Body] = field(default_factory=dict)
    units: dict[str, Fraction] = field(default_factory=dict)
    traded: dict[str, Fraction] = field(default_factory=dict)

    def takes(self, symbol: str, units: Fraction, *, traded: bool) -> bool:
        """Add units, unless a sum gets too long."""
        held = self.units.get(symbol, Fraction(0)) + units
        brought = self.traded.get(symbol, Fraction(0)) + (units if traded else 0)
        if not fits(held) or not fits(brought):
            return False
        self.units[symbol], self.traded[symbol] = held, brought
        return True


@dataclass
class Order:
    """An order as it is shown, and its fills."""

    body: Body
    currency: str
    fills: list[Body] = field(default_factory=list)

    def show(self, told: Body, status: str) -> Due:
        """Bring the figures that follow from others up to date, and give the order."""
        body = self.body
        body["status"] = status
        body["pending_qty"] = body["original_qty"] - body["executed_qty"]
        body["average_price"] = self._average()
        body["version"] += 1
        body["updated_at"] = told.get("updated_at")
        return 200, dict(body)

    def _average(self) -> Any:
        if not self.fills or any(fill["currency"] != self.currency for fill in self.fills):
            return None
        worth = sum((fill["qty"] * fill["price"] for fill in self.fills), Fraction(0))
        return round(worth / self.body["executed_qty"], DIGITS)


@dataclass
class Twin:
    """Everything that one person has."""

    owner_id: str
    portfolios: dict[int, Portfolio] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    prices: dict[str, Body] = field(default_factory=dict)
    default: int | None = None

    def create(self, name: str, currency: str, told: Body) -> Due:
        """Make a portfolio."""
        self._add(told.get("id", 0), name, currency, told.get("created_at"))
        return 201, self.portfolios[told.get("id", 0)].body

    def _add(self, number: int, name: str, currency: str, at: Any) -> None:
        names = {"id": number, "owner_id": self.owner_id, "name": name}
        chosen = {"shorts_allowed": False, "cost_method": "fifo", "history_version": 0}
        self.portfolios[number] = Portfolio({**names, "base_currency": currency, "created_at": at, **chosen})

    def rename(self, number: int, name: str | None) -> Due:
        """Rename a portfolio, or change nothing."""
        if number not in self.portfolios:
            return 404, "portfolio-not-found"
        if name is not None:
            self.portfolios[number].body["name"] = name
        return 200, self.portfolios[number].body

    def remove(self, number: int) -> Due:
        """Remove a portfolio with its orders."""
        if self.portfolios.pop(number, None) is None:
            return 404, "portfolio-not-found"
        self.orders = {key: one for key, one in self.orders.items() if one.body["portfolio_id"] != number}
        self.default = None if self.default == number else self.default
        return 204, {}

    def declare(self, number: int, symbol: str, quantity: Fraction, told: Body) -> Due:
        """Declare an asset."""
        portfolio = self.portfolios.get(number)
        if portfolio is None:
            return 404, "portfolio-not-found"
        if not portfolio.takes(symbol, quantity, traded=False):
            return 422, "number-out-of-range"
        names = {"id": told.get("id", 0), "portfolio_id": number, "symbol": symbol}
        asset = {**names, "quantity": quantity, "created_at": told.get("created_at")}
        portfolio.assets[asset["id"]] = asset
        return 201, asset

    def withdraw(self, number: int, asset_id: int) -> Due:
        """Take an asset back, unless part of it has been sold."""
        portfolio = self.portfolios.get(number)
        if portfolio is None:
            return 404, "portfolio-not-found"
        asset = portfolio.assets.get(asset_id)
        if asset is None:
            return 404, "asset-not-found"
        if portfolio.units[asset["symbol"]] < asset["quantity"]:
            return 409, "asset-sold"
        portfolio.takes(asset["symbol"], -asset["quantity"], traded=False)
        del portfolio.assets[asset_id]
        return 204, {}

    def enter(self, symbol: str, price: Fraction, currency: str, told: Body) -> Due:
        """Enter a price."""
        names = {"symbol": symbol, "currency": currency, "source": "user", "simulated": False}
        self.prices[symbol] = {**names, "price": price, "as_of": told.get("as_of")}
        return 200, self.prices[symbol]

    def forget(self, symbol: str) -> Due:
        """Forget an entered price."""
        return (204, {}) if self.prices.pop(symbol, None) else (404, "price-not-found")

    def price(self, symbol: str) -> Due:
        """Give the entered price, or the static one."""
        if symbol in self.prices:
            return 200, self.prices[symbol]
        if symbol not in STATIC:
            return 404, "price-not-found"
        names = {"symbol": symbol, "currency": "USD", "source": "static", "simulated": False}
        return 200, {**names, "price": STATIC[symbol], "as_of": ANY}

    def place(self, new: Body, told: Body) -> Due:
        """Place an order, in the default portfolio if it names none."""
        taken = {one.body["client_order_id"] for one in self.orders.values()} - {None}
        if new["client_order_id"] in taken:
            return 409, "client-order-id-taken"
        number, at = new["portfolio_id"], told.get("created_at")
        if number is None:
            if self.default is None:
                self.default = told.get("portfolio_id", 0)
                self._add(told.get("portfolio_id", 0), "Default", "USD", at)
            number = self.default
        if number not in self.portfolios:
            return 404, "portfolio-not-found"
        body = {**new, "id": told.get("id", ""), "portfolio_id": number, "original_qty": new["qty"]}
        del body["qty"]
        body |= {"executed_qty": Fraction(0), "venue": "manual", "created_at": at, "version": 0}
        self.orders[body["id"]] = Order(body, self.portfolios[number].body["base_currency"])
        return 201, self.orders[body["id"]].show(told, "pending")[1]

    def amend(self, key: str, qty: Fraction, version: int | None, told: Body) -> Due:
        """Change the total quantity."""
        if refused := self._refused(key, version):
            return refused
        order = self.orders[key]
        if qty < order.body["executed_qty"]:
            return 422, "below-executed"
        order.body["original_qty"] = qty
        return order.show(told, "executed" if qty == order.body["executed_qty"] else order.body["status"])

    def cancel(self, key: str, version: int | None, told: Body) -> Due:
        """Cancel."""
        return self._refused(key, version) or self.orders[key].show(told, "cancelled")

    def execute(
        self, key: str, qty: Fraction, given: Fraction | None, version: int | None, told: Body
    ) -> Due:
        """Execute, and trade in the portfolio."""
        if refused := self._refused(key, version):
            return refused
        order, body = self.orders[key], self.orders[key].body
        if qty > body["pending_qty"]:
            return 422, "above-pending"
        portfolio = self.portfolios[body["portfolio_id"]]
        price, currency, source = self._priced(portfolio, body["security"], given)
        if price is not None and not fits(round(qty * price, DIGITS)):
            return 422, "number-out-of-range"
        if not portfolio.takes(body["security"], -qty if body["side"] == "sell" else qty, traded=True):
            return 422, "number-out-of-range"
        fill = {"id": ANY, "order_id": key, "qty": qty, "price": price, "currency": currency}
        order.fills.append({**fill, "price_source": source, "executed_at": told.get("updated_at")})
        body["executed_qty"] += qty
        return order.show(told, "executed" if qty == body["pending_qty"] else "partial")

    def _priced(self, portfolio: Portfolio, symbol: str, given: Fraction | None) -> tuple[Any, Any, Any]:
        if given is not None:
            return given, portfolio.body["base_currency"], "caller"
        status, quote = self.price(symbol)
        return (quote["price"], quote["currency"], quote["source"]) if status == 200 else (None, None, None)

    def _refused(self, key: str, version: int | None) -> Due | None:
        if key not in self.orders:
            return 404, "order-not-found"
        body = self.orders[key].body
        if version not in (None, body["version"]):
            return 412, "stale-version"
        return None if body["status"] in OPEN else (409, "order-not-open")

    def shown(self, number: int) -> Due:
        """Give a portfolio."""
        found = self.portfolios.get(number)
        return (404, "portfolio-not-found") if found is None else (200, found.body)

    def listed_portfolios(self, page: int, size: int) -> Due:
        """List portfolios."""
        return 200, paged([one.body for one in self.portfolios.values()], page, size)

    def assets(self, number: int, page: int, size: int) -> Due:
        """List the assets of a portfolio."""
        found = self.portfolios.get(number)
        if found is None:
            return 404, "portfolio-not-found"
        return 200, paged(list(found.assets.values()), page, size)

    def order(self, key: str) -> Due:
        """Give an order."""
        return (200, self.orders[key].body) if key in self.orders else (404, "order-not-found")

    def fills(self, key: str) -> Due:
        """List the executions of an order."""
        return (200, self.orders[key].fills) if key in self.orders else (404, "order-not-found")

    def listed(self, status: str | None = None, security: str | None = None, limit: int = 500) -> Due:
        """List orders, newest first."""
        bodies = [one.body for one in reversed(self.orders.values())]
        fitting = [
            one for one in bodies if status in (None, one["status"]) and security in (None, one["security"])
        ]
        return 200, fitting[:limit]

    def summary(self) -> Due:
        """Give what orders brought, by security."""
        net: dict[str, Fraction] = {}
        for portfolio in self.portfolios.values():
            for symbol, units in portfolio.traded.items():
                net[symbol] = net.get(symbol, Fraction(0)) + units
        return 200, [{"security": symbol, "qty": net[symbol]} for symbol in sorted(net) if net[symbol]]

    def quotes(self) -> Due:
        """Give every known price."""
        return 200, {**STATIC, **{symbol: one["price"] for symbol, one in self.prices.items()}}

    def valuation(self, number: int) -> Due:
        """Value a portfolio."""
        if number not in self.portfolios:
            return 404, "portfolio-not-found"
        portfolio = self.portfolios[number]
        base, lines, missing = portfolio.body["base_currency"], [], []
        for symbol in sorted(symbol for symbol, units in portfolio.units.items() if units):
            status, quote = self.price(symbol)
            held = {"symbol": symbol, "quantity": portfolio.units[symbol]}
            if status != 200:
                missing.append({**held, "reason": "no price"})
            elif quote["currency"] != base:
                missing.append({**held, "reason": f"no rate from {quote['currency']} to {base}"})
            else:
                worth = round(held["quantity"] * quote["price"], DIGITS)
                source = {"price_source": quote["source"], "price_as_of": quote["as_of"], "simulated": False}
                lines.append({**held, "price": quote["price"], "value": worth, **source})
        held_count = len(lines) + len(missing)
        coverage = Fraction(repr(len(lines) / held_count)) if held_count else None
        names = {"portfolio_id": number, "currency": base, "as_of": ANY, "coverage": coverage}
        total = sum((line["value"] for line in lines), Fraction(0))
        unknown = [one["symbol"] for one in missing]
        figures = {"total_value": total, "lines": lines, "unknown_symbols": unknown, "missing": missing}
        return 200, {**names, "simulated": False, **figures}
