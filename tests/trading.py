"""A desk for tests: accounts with round numbers, and tickets in a line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from steward.domain.accounts import Account, AccountKind
from steward.domain.desk import Desk
from steward.domain.listings import DeskState, Listing, MarketQuote, TradingStatus
from steward.domain.money import plain
from steward.domain.orders import Order, Side
from steward.domain.paper import PaperModel
from steward.domain.terms import BOOK_VENUE, PAPER_VENUE, OrderType, Phase, Terms
from steward.domain.tickets import Ticket
from tests.exchange_player import Ids
from tests.factories import AT

SYMBOL = "ACME"
_DECIMALS = {"limit_price", "stop_price", "trail_amount", "trail_percent", "amount", "display_qty"}


def a_listing(**fields: Any) -> Listing:
    usual = Listing(
        venue=BOOK_VENUE,
        symbol=SYMBOL,
        currency="USD",
        tick=Decimal("0.01"),
        lot=Decimal(1),
        calendar="XNYS",
    )
    return replace(usual, **fields)


def an_account(number: int, **fields: Any) -> Account:
    return Account(
        **{
            "portfolio_id": number,
            "owner_id": UUID(int=number),
            "currency": "USD",
            "cash": Decimal(10_000),
            **fields,
        }
    )


def a_ticket(side: str, qty: str | None, limit: str | None = None, **fields: Any) -> Ticket:
    """Make a ticket: terms and exits by name, numbers as text; a limit makes it a limit order."""
    exits = {
        name: Decimal(fields.pop(name))
        for name in ("take_profit", "stop_loss", "stop_loss_limit")
        if name in fields
    }
    if limit is not None:
        fields = {"type": OrderType.LIMIT, "limit_price": limit, **fields}
    venue, name = fields.pop("venue", BOOK_VENUE), fields.pop("name", None)
    given: dict[str, Any] = {
        key: Decimal(value) if key in _DECIMALS else value for key, value in fields.items()
    }
    terms = Terms(**given)
    return Ticket(
        venue=venue,
        symbol=SYMBOL,
        side=Side(side),
        qty=None if qty is None else Decimal(qty),
        terms=terms,
        client_order_id=name,
        **exits,
    )


class Room:
    """A desk with two cash accounts (1 and 2, 100 units each), a margin account (3) and a house (9)."""

    def __init__(self, listing: Listing | None = None, **fields: Any) -> None:
        self.listing = listing or a_listing(**fields)
        self.at = AT
        self.accounts: Mapping[int, Account] = {
            1: an_account(1),
            2: an_account(2),
            3: an_account(3, kind=AccountKind.MARGIN),
            9: an_account(9, kind=AccountKind.HOUSE),
        }
        for number in (1, 2):
            self.accounts[number].holding(SYMBOL).traded(Decimal(100), Decimal(1000))
        # Sizes and prices of a quote as they are: no slippage.
        model = PaperModel(slippage_bp=Decimal(0), latency=timedelta(0))
        self.desk = Desk(self.listing, DeskState(), new_id=Ids(), model=model)
        self.desk.accounts = dict(self.accounts)

    def place(
        self, number: int, side: str, qty: str | None, limit: str | None = None, **fields: Any
    ) -> Order:
        return self.place_all(number, side, qty, limit, **fields)[0]

    def place_all(
        self, number: int, side: str, qty: str | None, limit: str | None = None, **fields: Any
    ) -> list[Order]:
        self.at += timedelta(seconds=1)
        ticket = a_ticket(side, qty, limit, **{"venue": self.listing.venue, **fields})
        return self.desk.place(ticket, self.accounts[number], at=self.at)

    def trade(self, price: str, qty: str = "1") -> None:
        """Let the price be this: the house sells to a cash account."""
        self.place(9, "sell", qty, price)
        self.place(2, "buy", qty, price)

    def turn(self, status: TradingStatus, at: datetime | None = None) -> None:
        self.at = at or self.at + timedelta(seconds=1)
        self.desk.turn(status, at=self.at)

    def quote(self, bid: str, ask: str, size: str = "1000") -> None:
        self.at += timedelta(seconds=1)
        sizes = {"bid_size": Decimal(size), "ask_size": Decimal(size)}
        self.desk.quote(MarketQuote(bid=Decimal(bid), ask=Decimal(ask), at=self.at, **sizes), at=self.at)

    def now(self, order: Order) -> Order:
        """Give an order as it is by now."""
        return self.desk._blotter.current(order.id)


def paper_room(**fields: Any) -> Room:
    return Room(a_listing(venue=PAPER_VENUE, **fields))


def stands(order: Order) -> tuple[str, str, str | None]:
    """Give status, executed quantity and reason in a word each."""
    assert order.standing is not None
    return order.status.value, plain(order.executed_qty), order.standing.reason


def phase(order: Order) -> Phase:
    assert order.standing is not None
    return order.standing.phase
