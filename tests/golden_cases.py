"""The golden cases: told as transactions, corporate actions and a market, and looked up by figure."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from steward.domain.closes import Fill, Policy, Series, columns
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.instruments import Instrument
from steward.domain.lot_book import LotScope
from steward.domain.market import Market, Trade
from steward.domain.money import ZERO, divided
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx
from steward.domain.story import Method, Opening, Story
from steward.domain.transactions import Entry, Kind, RecordedRate, Terms, Transaction, standing

HERE = Path(__file__).with_name("golden")
# More cases of the same form may lie beside the project, or where the environment says.
ELSEWHERE = Path(os.environ.get("GOLDEN_CASES", Path(__file__).parents[2] / "shared" / "golden"))
_SPACE = UUID(int=0)
_KINDS = {
    "BUY": Kind.BUY,
    "SELL": Kind.SELL,
    "DIVIDEND": Kind.DIVIDEND,
    "DEPOSIT": Kind.DEPOSIT,
    "WITHDRAWAL": Kind.WITHDRAWAL,
    "TRANSFER_IN": Kind.TRANSFER_IN,
    "TRANSFER_OUT": Kind.TRANSFER_OUT,
}
_SIGNED = {
    "INTEREST": (Kind.INTEREST, Kind.INTEREST_CHARGED),
    "FEE": (Kind.FEE, Kind.FEE_REFUND),
    "TAX": (Kind.TAX, Kind.TAX_REFUND),
}
UNITS = ("BUY", "SELL", "TRANSFER_IN", "TRANSFER_OUT")


@dataclass(frozen=True)
class Case:
    """One file, and its blocks of expected figures."""

    name: str
    stated: Mapping[str, Any]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The expected blocks."""
        blocks: list[dict[str, Any]] = self.stated["expected"]
        return blocks

    @property
    def accounts(self) -> list[str]:
        """The accounts by name, in order; one without a name when there is only one."""
        return sorted({str(one.get("account", "")) for one in self.stated.get("activities", ())})

    def portfolio_id(self, account: str) -> int:
        """Give the portfolio that stands for an account."""
        return self.accounts.index(account) + 1

    def activities(self) -> Iterator[dict[str, Any]]:
        """Give the activities but the splits, in their listed order."""
        return (one for one in self.stated["activities"] if one["type"] != "SPLIT")


def stated() -> list[Case]:
    """Read all cases, each name once."""
    files = {path.name: path for folder in (ELSEWHERE, HERE) for path in sorted(folder.glob("*.json"))}
    return [Case(path.stem, json.loads(path.read_text())) for _, path in sorted(files.items())]


def cases() -> list[Case]:
    """Read all cases with activities; those without are functions on plain data."""
    return [case for case in stated() if "activities" in case.stated]


def number(activity: Mapping[str, Any], name: str) -> Decimal:
    """Give a number of an activity, 0 when absent."""
    return Decimal(activity.get(name, "0"))


def kind_of(activity: Mapping[str, Any]) -> Kind:
    """Give our kind of an activity: a negative amount is a refund, or interest charged."""
    name = activity["type"]
    if name in _KINDS:
        return _KINDS[name]
    usual, negative = _SIGNED[name]
    return negative if number(activity, "amount") < 0 else usual


def gross_of(activity: Mapping[str, Any]) -> Decimal | None:
    """Give the gross amount, always positive."""
    if "gross_amount" in activity:
        return abs(Decimal(activity["gross_amount"]))
    if "amount" not in activity:
        return None
    fee = number(activity, "fee") if activity["type"] == "DEPOSIT" else ZERO
    return abs(Decimal(activity["amount"])) + fee


def moment_of(activity: Mapping[str, Any]) -> datetime:
    """Give the time of an activity, midnight when it states none."""
    at = time.fromisoformat(activity.get("time", "00:00"))
    return datetime.combine(date.fromisoformat(activity["date"]), at, UTC)


def entry_of(case: Case, activity: Mapping[str, Any]) -> Entry:
    """Tell an activity as an entry."""
    rate = activity.get("recorded_rate")
    return Entry(
        kind=kind_of(activity),
        symbol=activity.get("symbol"),
        quantity=Decimal(activity["quantity"]) if activity["type"] in UNITS else None,
        occurred_at=moment_of(activity),
        gross_amount=gross_of(activity),
        currency=activity["currency"],
        terms=Terms(
            fee=number(activity, "fee"),
            tax=number(activity, "tax"),
            cash_currency=activity.get("settlement_currency"),
            recorded_rate=rate and RecordedRate(rate["pair"][:3], rate["pair"][3:], Decimal(rate["rate"])),
            security_amount=_maybe(activity, "gross_amount_security_currency"),
            security_currency=activity.get("security_currency"),
            transfer_id=uuid5(_SPACE, case.name + activity["link"]) if "link" in activity else None,
        ),
    )


def _maybe(activity: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(activity[name]) if name in activity else None


def transactions_of(case: Case) -> list[Transaction]:
    """Tell all activities as transactions, an account as a portfolio."""
    told = []
    for seq, activity in enumerate(case.activities(), 1):
        entry = entry_of(case, activity)
        account = case.portfolio_id(str(activity.get("account", "")))
        told.append(Transaction(seq, account, seq, entry.occurred_at, entry, ""))
    return told


def splits_of(case: Case) -> list[CorporateAction]:
    """Tell the splits."""
    return [
        CorporateAction(
            place,
            one["symbol"],
            ActionKind.SPLIT,
            date.fromisoformat(one["date"]),
            new=Decimal(one["ratio"]["new"]),
            old=Decimal(one["ratio"]["old"]),
        )
        for place, one in enumerate(case.stated["activities"])
        if one["type"] == "SPLIT"
    ]


def series_of(name: str, currency: str, found: Mapping[str, str], *, adjusted: bool = False) -> Series:
    """Tell prices or rates by date as a series."""
    by_day = sorted((date.fromisoformat(day), Decimal(value)) for day, value in found.items())
    return Series(name, currency, "user", *columns(by_day), adjusted=adjusted)


def market_of(case: Case, fill: Fill = Fill.NEAREST) -> Market:
    """Tell prices, rates and trades as a market with the policy of the golden cases."""
    stated = case.stated
    currencies = stated.get("price_currency", {})
    multipliers = {
        one["symbol"]: Decimal(one["multiplier"]) for one in case.activities() if "multiplier" in one
    }
    return Market(
        Policy(7, fill),
        instruments=[
            Instrument(symbol, currency, multiplier=multipliers.get(symbol, Decimal(1)))
            for symbol, currency in currencies.items()
        ],
        closes=[
            series_of(symbol, currencies[symbol], found, adjusted=True)
            for symbol, found in stated.get("prices", {}).items()
            if found
        ],
        rates=[series_of(pair, pair[3:], found) for pair, found in stated.get("fx", {}).items()],
        actions=splits_of(case),
        trades=list(_trades(case)),
    )


def _trades(case: Case) -> Iterator[Trade]:
    for one in case.activities():
        gross = gross_of(one)
        if one["type"] not in UNITS or gross is None or not one.get("external", True):
            continue
        currency, amount = one["currency"], gross
        if "security_currency" in one:
            currency, amount = one["security_currency"], Decimal(one["gross_amount_security_currency"])
        units = Decimal(one["quantity"]) * number({"m": one.get("multiplier", "1")}, "m")
        yield Trade(one["symbol"], date.fromisoformat(one["date"]), divided(amount, units), currency)


def story_of(case: Case, account: str | None = None) -> Story:
    """Tell a whole case; of one account when it is named."""
    ids = range(1, len(case.accounts) + 1) if account is None else [case.portfolio_id(account)]
    return Story(
        tuple(standing(transactions_of(case))), tuple(splits_of(case)), market_of(case), frozenset(ids)
    )


def method_of(block: Mapping[str, Any]) -> Method:
    """Read the method of a block; what it leaves open stays at the usual."""
    stated = block.get("method", {})
    cost = stated.get("cost", "any")
    everywhere = stated.get("lot_scope") == "portfolio"
    return Method(
        cost=CostMethod.AVERAGE if cost == "average" else CostMethod.FIFO,
        lot_scope=LotScope.ALL if everywhere else LotScope.PORTFOLIO,
        fees_in_cost=stated.get("fees_in_cost", True),
        taxes_in_cost=stated.get("taxes_in_cost", True),
        fx=Fx(stated.get("fx", "recorded_rate")),
        opening=Opening.MARKET_VALUE if stated.get("opening") == "market_value" else Opening.ORIGINAL_COST,
    )
