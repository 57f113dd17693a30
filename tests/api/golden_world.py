"""The golden cases as somebody enters them over HTTP: a portfolio for each account, then what is known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from steward.domain.money import ZERO, plain
from steward.domain.transactions import Entry, Kind
from tests.golden_cases import Case, entry_of, number
from tests.people import Person

DAYS_AT_ONCE = 900


@dataclass
class GoldenWorld:
    """One case, entered by somebody; `portfolios` are by account."""

    person: Person
    case: Case
    portfolios: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Enter everything."""
        self._enter_market()
        for account in self.case.accounts:
            terms = {"name": account or "Only", "base_currency": "EUR", "shorts_allowed": True}
            self.portfolios[account] = self.person.made("/api/v1/portfolios", terms)["id"]
        for account, portfolio_id in self.portfolios.items():
            rows = list(self._rows(account))
            if rows:
                path = f"/api/v1/portfolios/{portfolio_id}/transactions/batch"
                assert self.person.made(path, {"transactions": rows})["count"] == len(rows)
        for moved in self._moves():
            self.person.made("/api/v1/transfers", moved)
        self._enter_splits()

    def _enter_market(self) -> None:
        stated = self.case.stated
        multipliers = {
            one["symbol"]: one["multiplier"] for one in self.case.activities() if "multiplier" in one
        }
        for symbol, currency in stated.get("price_currency", {}).items():
            terms = {
                "currency": currency,
                "multiplier": multipliers.get(symbol, "1"),
                "prices_adjusted": True,
            }
            self._put(f"instruments/{quote(symbol, safe='')}", terms)
        for symbol, found in stated.get("prices", {}).items():
            for some in parts_of(found):
                self._put(f"instruments/{quote(symbol, safe='')}/prices", {"prices": some})
        for pair, found in stated.get("fx", {}).items():
            for some in parts_of(found):
                self._put(f"rates/{pair}", {"rates": some})

    def _enter_splits(self) -> None:
        for one in self.case.stated["activities"]:
            if one["type"] == "SPLIT":
                path = f"/api/v1/instruments/{quote(one['symbol'], safe='')}/actions"
                self.person.made(path, {"kind": "split", "ex_date": one["date"], **one["ratio"]})

    def _put(self, path: str, body: object) -> None:
        answer = self.person("PUT", f"/api/v1/{path}", body)
        assert answer.status == 200, answer

    def _rows(self, account: str) -> Iterator[dict[str, object]]:
        for activity in self.case.activities():
            if str(activity.get("account", "")) == account and "link" not in activity:
                yield row_of(entry_of(self.case, activity), timed="time" in activity)

    def _moves(self) -> Iterator[dict[str, object]]:
        sides: dict[str, dict[str, Mapping[str, Any]]] = {}
        for activity in self.case.activities():
            if "link" in activity:
                sides.setdefault(activity["link"], {})[activity["type"]] = activity
        for both in sides.values():
            out, into = both["TRANSFER_OUT"], both["TRANSFER_IN"]
            yield {
                "from_portfolio_id": self.portfolios[str(out["account"])],
                "to_portfolio_id": self.portfolios[str(into["account"])],
                "trade_date": out["date"],
                "symbol": out["symbol"],
                "quantity": plain(number(out, "quantity")),
            }

    def ask(
        self, what: str, account: str | None = None, *, everywhere: bool = False, **params: object
    ) -> Any:
        """Ask for an analysis of one account, or of all: at the root where there are several."""
        if account is None and len(self.portfolios) == 1 and not everywhere:
            (account,) = self.portfolios
        path = f"/{what}" if account is None else f"/portfolios/{self.portfolios[account]}/{what}"
        query = urlencode({name: wire(value) for name, value in params.items() if value is not None})
        answer = self.person("GET", f"/api/v1{path}?{query}")
        assert answer.status == 200, answer
        return answer.json


def parts_of(found: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give a series in parts that one call may state."""
    left = iter(found.items())
    while part := dict(islice(left, DAYS_AT_ONCE)):
        yield part


def wire(value: object) -> object:
    """Write a parameter."""
    return str(value).lower() if isinstance(value, bool) else value


def row_of(entry: Entry, *, timed: bool) -> dict[str, object]:
    """Write an entry as it is sent."""
    terms, rate = entry.terms, entry.terms.recorded_rate
    row: dict[str, object] = {
        "kind": entry.kind.value,
        "symbol": entry.symbol,
        "quantity": entry.quantity,
        "gross_amount": entry.gross_amount,
        "fee": None if entry.kind in (Kind.FEE, Kind.TAX) and terms.fee == ZERO else terms.fee,
        "tax": terms.tax,
        "currency": entry.currency,
        "settlement_currency": terms.cash_currency,
        "exchange_rate": rate and {"pair": rate.base + rate.quote, "rate": rate.rate},
        "security_amount": terms.security_amount,
        "security_currency": terms.security_currency,
    }
    row |= {"occurred_at": entry.occurred_at.isoformat()} if timed else {"trade_date": str(entry.trade_date)}
    return {name: value for name, value in row.items() if value is not None}


def method_of(block: Mapping[str, Any]) -> dict[str, Any]:
    """Read the method of a block as parameters; a gap takes what is nearest."""
    stated = block.get("method", {})
    named = {
        name: stated[name]
        for name in ("fees_in_cost", "taxes_in_cost", "fx", "opening", "fees_in_return", "taxes_in_return")
        if name in stated
    }
    everywhere = stated.get("lot_scope") == "portfolio"
    return {
        **named,
        "currency": block["currency"],
        "fill": "nearest",
        "cost": {"average": "average"}.get(stated.get("cost", "any"), "fifo"),
        "lot_scope": "all" if everywhere else "portfolio",
        "everywhere": everywhere,
    }
