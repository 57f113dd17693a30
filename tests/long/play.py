"""Players: people who draw requests at random, and know from their model what each must bring."""

import random
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from tests.long.twin import DIGITS, Body, Due, Twin

MOST_PORTFOLIOS = 8
NEVER_AN_ID = 10**15
NAMES = ("Growth", "  blanks around ", "e\u0301tude", "<b>'; --", "x" * 100, "資産")
BAD_NAMES = ("", "   ", "x" * 101, "a\u0000b", "\u202eabc")
SYMBOLS = ("BTC", "ETH", "AAPL", "VOO", "BRK.B", "EURUSD=X", " eth ", "aapl")
BAD_SYMBOLS = ("", "A B", "A" * 33, "ÄPFEL", "=CMD()")
STATUSES = ("pending", "partial", "executed", "cancelled", "expired")
CURRENCIES = ("USD", "USD", "EUR", "CHF")
BAD_NUMBERS = (
    (0, "not-positive"),
    ("-1", "not-positive"),
    (Decimal("-0.5"), "not-positive"),
    ("1" + "0" * 20, "number-out-of-range"),
    (Decimal("0." + "0" * 18 + "1"), "number-out-of-range"),
    ("1e3", "invalid-number"),
    (True, "invalid-number"),
    (None, "invalid-number"),
)


@dataclass(frozen=True)
class Step:
    """A request, and what must come of it given what was told."""

    method: str
    path: str
    due: Callable[[Body], Due]
    body: Body | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Player:
    """One person: draws requests at random and says what they must bring."""

    twin: Twin
    token: str
    dice: random.Random

    def step(self, other: "Player") -> Step:
        """Draw the next request."""
        twin, dice = self.twin, self.dice
        if not twin.portfolios or len(twin.portfolios) > MOST_PORTFOLIOS:
            return self._remove(other) if twin.portfolios else self._create(other)
        makers, weights = zip(*WEIGHTS, strict=True)
        step: Step = dice.choices(makers, weights)[0](self, other)
        return step

    def _portfolio(self, other: "Player") -> int:
        whose = self.dice.choices((self, other, None), (90, 7, 3))[0]
        mine = list(whose.twin.portfolios) if whose is not None else []
        return self.dice.choice(mine) if mine else NEVER_AN_ID

    def _order(self, other: "Player") -> str:
        whose = self.dice.choices((self, other, None), (93, 5, 2))[0]
        # The newest most often: they are open.
        mine = list(whose.twin.orders)[-self.dice.choice((2, 5, 30)) :] if whose is not None else []
        return self.dice.choice(mine) if mine else str(uuid.UUID(int=self.dice.getrandbits(128)))

    def _amount(self) -> tuple[Any, Fraction]:
        """Give a number as it is sent and what it is."""
        kind = self.dice.random()
        number = Decimal(self.dice.randint(1, 20))
        if kind < 0.3:
            number = Decimal(self.dice.randint(1, 10**6)).scaleb(-self.dice.randint(0, 6))
        elif kind < 0.35:
            number = Decimal(f"0.{self.dice.randint(1, 10**18 - 1):018}")
        elif kind < 0.38:
            number = Decimal(self.dice.randint(10**18, 10**20 - 1))
        return number if self.dice.random() < 0.5 else format(number, "f"), Fraction(number)

    def _spoilt(self, method: str, path: str, body: Body, **bad: Any) -> Step | None:
        """Now and then one value of the request is wrong: `bad` has (value, code) choices by field."""
        if self.dice.random() > 0.08:
            return None
        name = self.dice.choice(list(bad))
        value, code = self.dice.choice(bad[name])
        return Step(method, path, lambda _: (422, code), {**body, name: value})

    def _create(self, _: "Player") -> Step:
        name, currency = self.dice.choice(NAMES), self.dice.choice(CURRENCIES)
        body = {"name": name, "base_currency": currency}
        if currency == "USD" and self.dice.random() < 0.5:
            del body["base_currency"]
        bad = {"name": [(bad, "invalid-text") for bad in BAD_NAMES]}
        bad["base_currency"] = [(code, "unknown-currency") for code in ("usd", "XXX", "")]
        kept = unicodedata.normalize("NFC", name.strip())
        return self._spoilt("POST", "/portfolios", body, **bad) or Step(
            "POST", "/portfolios", lambda told: self.twin.create(kept, currency, told), body
        )

    def _rename(self, other: "Player") -> Step:
        number, name = self._portfolio(other), self.dice.choice((None, *NAMES))
        path, body = f"/portfolios/{number}", {} if name is None else {"name": name}
        kept = None if name is None else unicodedata.normalize("NFC", name.strip())
        bad = [(bad, "invalid-text") for bad in BAD_NAMES]
        return self._spoilt("PATCH", path, body, name=bad) or Step(
            "PATCH", path, lambda _: self.twin.rename(number, kept), body
        )

    def _remove(self, other: "Player") -> Step:
        number = self._portfolio(other)
        return Step("DELETE", f"/portfolios/{number}", lambda _: self.twin.remove(number))

    def _declare(self, other: "Player") -> Step:
        number, symbol, (sent, quantity) = self._portfolio(other), self.dice.choice(SYMBOLS), self._amount()
        path, body = f"/portfolios/{number}/assets", {"symbol": symbol, "quantity": sent}
        bad = [(bad, "invalid-symbol") for bad in BAD_SYMBOLS]
        return self._spoilt("POST", path, body, symbol=bad, quantity=BAD_NUMBERS) or Step(
            "POST", path, lambda told: self.twin.declare(number, _symbol(symbol), quantity, told), body
        )

    def _withdraw(self, other: "Player") -> Step:
        number = self._portfolio(other)
        owners = [one for one in (self, other) if number in one.twin.portfolios]
        assets = [key for one in owners for key in one.twin.portfolios[number].assets] or [NEVER_AN_ID]
        asset = self.dice.choice(assets) if self.dice.random() < 0.9 else NEVER_AN_ID
        path = f"/portfolios/{number}/assets/{asset}"
        return Step("DELETE", path, lambda _: self.twin.withdraw(number, asset))

    def _enter(self, _: "Player") -> Step:
        symbol, currency = _symbol(self.dice.choice(SYMBOLS)), self.dice.choice(CURRENCIES)
        (sent, price), path = self._amount(), f"/prices/{symbol}"
        body = {"price": sent, "currency": currency}
        bad = [(code, "unknown-currency") for code in ("eur", "")]
        return self._spoilt("PUT", path, body, price=BAD_NUMBERS, currency=bad) or Step(
            "PUT", path, lambda told: self.twin.enter(symbol, price, currency, told), body
        )

    def _forget(self, _: "Player") -> Step:
        symbol = _symbol(self.dice.choice(SYMBOLS))
        return Step("DELETE", f"/prices/{symbol}", lambda _: self.twin.forget(symbol))

    def _place(self, other: "Player") -> Step:
        symbol, side, (sent, qty) = (
            self.dice.choice(SYMBOLS),
            self.dice.choice(("buy", "sell")),
            self._amount(),
        )
        number = self._portfolio(other) if self.dice.random() < 0.7 else None
        client = self.dice.choice((None, f"c{self.dice.getrandbits(64)}"))
        if self.twin.orders and self.dice.random() < 0.05:
            client = self.dice.choice(list(self.twin.orders.values())).body["client_order_id"]
        new = {"security": _symbol(symbol), "qty": qty, "side": side, "portfolio_id": number}
        new["client_order_id"] = client
        body = {**new, "security": symbol, "qty": sent}
        body = {name: value for name, value in body.items() if value is not None}
        bad = [(bad, "invalid-symbol") for bad in BAD_SYMBOLS]
        return self._spoilt("POST", "/orders", body, security=bad, qty=BAD_NUMBERS) or Step(
            "POST", "/orders", lambda told: self.twin.place(new, told), body
        )

    def _version(self, key: str) -> tuple[int | None, dict[str, str]]:
        if key not in self.twin.orders or self.dice.random() > 0.15:
            return None, {}
        version = int(self.twin.orders[key].body["version"]) + self.dice.choice((-1, 0, 0, 1))
        return version, {"if-match": f'"{version}"'}

    def _amend(self, other: "Player") -> Step:
        key, (sent, qty) = self._order(other), self._amount()
        order = self.twin.orders.get(key)
        if order is not None and order.body["executed_qty"] and self.dice.random() < 0.3:
            qty = order.body["executed_qty"]
            sent = exact(qty)
        version, headers = self._version(key)
        path = f"/orders/{key}"
        return self._spoilt("PUT", path, {"qty": sent}, qty=BAD_NUMBERS) or Step(
            "PUT", path, lambda told: self.twin.amend(key, qty, version, told), {"qty": sent}, headers
        )

    def _cancel(self, other: "Player") -> Step:
        key = self._order(other)
        version, headers = self._version(key)
        return Step(
            "DELETE", f"/orders/{key}", lambda told: self.twin.cancel(key, version, told), None, headers
        )

    def _execute(self, other: "Player") -> Step:
        key, (sent, qty) = self._order(other), self._amount()
        order = self.twin.orders.get(key)
        if order is not None and order.body["pending_qty"] and self.dice.random() < 0.6:
            parts = self.dice.choice((1, 2, 4))
            qty = round(order.body["pending_qty"] / parts, DIGITS) or order.body["pending_qty"]
            sent = exact(qty)
        (price_sent, price), path = self._amount(), f"/orders/{key}/execute"
        priced = self.dice.random() < 0.6
        body = {"executed_qty": sent, "price": price_sent} if priced else {"executed_qty": sent}
        given = price if priced else None
        version, headers = self._version(key)
        bad = [number for number in BAD_NUMBERS if number[0] is not None]
        return self._spoilt("POST", path, body, executed_qty=BAD_NUMBERS, price=bad) or Step(
            "POST", path, lambda told: self.twin.execute(key, qty, given, version, told), body, headers
        )

    def _read(self, other: "Player") -> Step:
        number, key = self._portfolio(other), self._order(other)
        symbol, status = _symbol(self.dice.choice(SYMBOLS)), self.dice.choice(STATUSES)
        page, size, limit = self.dice.randint(1, 3), self.dice.randint(1, 5), self.dice.randint(1, 50)
        paging = f"?page={page}&items_per_page={size}"
        return self.dice.choice(
            (
                Step("GET", f"/portfolios/{number}", lambda _: self.twin.shown(number)),
                Step("GET", f"/portfolios{paging}", lambda _: self.twin.listed_portfolios(page, size)),
                Step(
                    "GET",
                    f"/portfolios/{number}/assets{paging}",
                    lambda _: self.twin.assets(number, page, size),
                ),
                Step("GET", f"/portfolios/{number}/valuation", lambda _: self.twin.valuation(number)),
                Step("GET", f"/prices/{symbol}", lambda _: self.twin.price(symbol)),
                Step("GET", "/prices", lambda _: self.twin.quotes()),
                Step("GET", f"/orders/{key}", lambda _: self.twin.order(key)),
                Step("GET", f"/orders/{key}/executions", lambda _: self.twin.fills(key)),
                Step("GET", "/portfolio", lambda _: self.twin.summary()),
                Step(
                    "GET",
                    f"/orders?status={status}&security={symbol}&limit={limit}",
                    lambda _: self.twin.listed(status, symbol, limit),
                ),
            )
        )

    def everything(self) -> list[Step]:
        """Ask for all that this person can see."""
        twin = self.twin
        steps = [
            Step("GET", "/portfolios?items_per_page=100", lambda _: twin.listed_portfolios(1, 100)),
            Step("GET", "/orders?limit=1000", lambda _: twin.listed(limit=1000)),
            Step("GET", "/portfolio", lambda _: twin.summary()),
            Step("GET", "/prices", lambda _: twin.quotes()),
        ]
        for number in twin.portfolios:
            path = f"/portfolios/{number}"
            steps.append(Step("GET", f"{path}/assets?items_per_page=100", partial(_assets, twin, number)))
            steps.append(Step("GET", f"{path}/valuation", partial(_valuation, twin, number)))
        steps += [Step("GET", f"/orders/{key}/executions", partial(_fills, twin, key)) for key in twin.orders]
        return steps


def _assets(twin: Twin, number: int, _: Body) -> Due:
    return twin.assets(number, 1, 100)


def _valuation(twin: Twin, number: int, _: Body) -> Due:
    return twin.valuation(number)


def _fills(twin: Twin, key: str, _: Body) -> Due:
    return twin.fills(key)


def _symbol(sent: str) -> str:
    return sent.strip().upper()


def exact(number: Fraction) -> Decimal:
    """Write a number that has at most 18 digits after the point."""
    steps = int(number * 10**DIGITS)
    return Decimal(f"{steps // 10**DIGITS}.{steps % 10**DIGITS:0{DIGITS}}")


WEIGHTS = (
    (Player._create, 5),
    (Player._rename, 5),
    (Player._remove, 2),
    (Player._declare, 14),
    (Player._withdraw, 7),
    (Player._enter, 4),
    (Player._forget, 2),
    (Player._place, 12),
    (Player._amend, 8),
    (Player._cancel, 3),
    (Player._execute, 18),
    (Player._read, 20),
)
