"""Replay: a recorded flow of commands, from its seed, and the hash of everything that happened."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from steward.domain.accounts import Account, AccountKind, Holding
from steward.domain.errors import InvalidValue
from steward.domain.exchange import (
    Cancel,
    Command,
    Exchange,
    MakeMarket,
    Place,
    Quote,
    Replace,
    Turn,
    UnknownName,
)
from steward.domain.listings import FeeSchedule, Listing, MarketQuote, TradingStatus
from steward.domain.money import ZERO, parsed
from steward.domain.orders import Side
from steward.domain.terms import OrderClass, OrderType, SelfTrade, Terms, TimeInForce
from steward.domain.tickets import Replacement, Ticket

Line = Mapping[str, Any]
Reader = Callable[[Any], Any]


class InvalidCommand(InvalidValue):
    """A line of a recorded flow that says nothing an exchange could do."""

    code = "invalid-command"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: the SHA-256 over all its lines, each with a line feed, and their number."""

    digest: str
    lines: int
    refused: int


def replay(lines: Iterable[str], told: Callable[[str], None] = lambda _: None) -> Replayed:
    """Apply recorded commands, one JSON object a line, the first line saying what there is to begin with.

    `told` is given each line of canonical JSON. Raises InvalidCommand, naming the line.
    """
    digest, counts, exchange = sha256(), [0, 0], None
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text, parse_float=Decimal)
            if exchange is None:
                exchange = _exchange(line)
                continue
            command = _command(line)
        except (ValueError, TypeError, KeyError, AttributeError, InvalidValue) as error:
            said = error.detail if isinstance(error, InvalidValue) else f"{type(error).__name__} {error}"
            raise InvalidCommand(f"Line {number} cannot be read: {said}") from error
        try:
            events = exchange.apply(command)
        except UnknownName as error:
            raise InvalidCommand(f"Line {number}: {error}") from error
        for event in events:
            digest.update(event.encode() + b"\n")
            counts[0] += 1
            counts[1] += '"refused":' in event
            told(event)
    return Replayed(digest.hexdigest(), *counts)


def _exchange(line: Line) -> Exchange:
    listings = [
        Listing(**_read(one, _LISTING), fees=FeeSchedule(**_read(one.get("fees", {}), _FEES)))
        for one in line["listings"]
    ]
    return Exchange(int(line["seed"]), listings, [_account(one) for one in line["accounts"]])


def _account(line: Line) -> Account:
    holdings = {
        symbol: Holding(qty=parsed(held["qty"]), cost=parsed(held["cost"]))
        for symbol, held in line.get("holdings", {}).items()
    }
    return Account(
        portfolio_id=int(line["id"]),
        owner_id=UUID(int=int(line["owner"])),
        currency=str(line["currency"]),
        kind=AccountKind(line.get("kind", "cash")),
        cash=parsed(line.get("cash", ZERO)),
        settlement_days=int(line.get("settlement_days", 0)),
        holdings=holdings,
    )


def _command(line: Line) -> Command:
    at = _moment(line["at"])
    desk: dict[str, Any] = {"at": at, "venue": str(line["venue"]), "symbol": str(line["symbol"])}
    match line["do"]:
        case "place":
            return Place(**desk, account=int(line["account"]), ticket=_ticket(line))
        case "replace":
            asked = Replacement(**_read(line, _REPLACEMENT), client_order_id=line.get("id"))
            return Replace(**desk, account=int(line["account"]), order=str(line["order"]), replacement=asked)
        case "cancel":
            return Cancel(**desk, account=int(line["account"]), order=str(line["order"]))
        case "quote":
            return Quote(**desk, quote=MarketQuote(**_read(line, _QUOTE), at=at))
        case "turn":
            return Turn(**desk, status=TradingStatus(line["status"]))
        case "make_market":
            return MakeMarket(**desk, account=int(line["account"]), price=parsed(line["price"]))
        case other:
            raise ValueError(other)


def _ticket(line: Line) -> Ticket:
    loss = line.get("stop_loss", {})
    profit = line.get("take_profit", {})
    return Ticket(
        venue=str(line["venue"]),
        symbol=str(line["symbol"]),
        side=Side(line["side"]),
        qty=_read(line, {"qty": parsed}).get("qty"),
        terms=Terms(**_read(line, _TERMS)),
        client_order_id=line.get("id"),
        take_profit=_read(profit, {"limit_price": parsed}).get("limit_price"),
        stop_loss=_read(loss, {"stop_price": parsed}).get("stop_price"),
        stop_loss_limit=_read(loss, {"limit_price": parsed}).get("limit_price"),
    )


def _read(line: Line, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Read what is given of some fields."""
    return {name: read(line[name]) for name, read in readers.items() if line.get(name) is not None}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        detail = f"{text} has no time zone"
        raise ValueError(detail)
    return moment.astimezone(UTC)


_FEES: Final[Mapping[str, Reader]] = dict.fromkeys(
    ("per_order", "rate", "per_unit", "minimum", "maximum"), parsed
)
_LISTING: Final[Mapping[str, Reader]] = {
    **dict.fromkeys(("venue", "symbol", "currency", "calendar"), str),
    **dict.fromkeys(("tick", "lot", "multiplier", "borrowable"), parsed),
}
_QUOTE: Final[Mapping[str, Reader]] = dict.fromkeys(("bid", "ask", "bid_size", "ask_size"), parsed)
_TERMS: Final[Mapping[str, Reader]] = {
    "type": OrderType,
    "time_in_force": TimeInForce,
    "self_trade": SelfTrade,
    "order_class": OrderClass,
    "expires_at": _moment,
    "post_only": bool,
    "reduce_only": bool,
    **dict.fromkeys(
        ("limit_price", "stop_price", "trail_amount", "trail_percent", "amount", "display_qty"), parsed
    ),
}
_REPLACEMENT: Final[Mapping[str, Reader]] = {
    "time_in_force": TimeInForce,
    **dict.fromkeys(("qty", "limit_price", "stop_price", "trail"), parsed),
}
