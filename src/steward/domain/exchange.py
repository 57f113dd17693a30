"""An exchange in memory: desks and accounts, and commands that are applied one after the other.

The same seed, listings, accounts and commands give the same events, byte for byte, on every machine: ids
and chance come from the seed, and nothing depends on floats, on the clock or on the order of a dictionary.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Final
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.desk import Desk
from steward.domain.errors import Refusal
from steward.domain.listings import DeskState, Listing, MarketQuote, TradingStatus
from steward.domain.makers import MakerModel, make_market
from steward.domain.money import plain
from steward.domain.orders import ClientOrderIdTaken, Order, OrderNotFound
from steward.domain.paper import PaperModel
from steward.domain.terms import Role
from steward.domain.tickets import Replacement, Ticket

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION_8: Final = 0x8 << 76
_VARIANT: Final = 0x2 << 62


class UnknownName(LookupError):
    """A command is for a desk or an account that this exchange does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody asks of an exchange at a moment, and of which desk."""

    at: datetime
    venue: str
    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Command):
    """Place a ticket for an account."""

    account: int
    ticket: Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace(Command):
    """Replace an order, named by its client order id and, for an exit, `/take_profit` or `/stop_loss`."""

    account: int
    order: str
    replacement: Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Command):
    """Cancel an order, named as in Replace."""

    account: int
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Command):
    """Take in the quote of a market outside."""

    quote: MarketQuote


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Command):
    """Turn to another part of the market's day."""

    status: TradingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeMarket(Command):
    """Let the house of an account quote around a price."""

    account: int
    price: Decimal


class Ids:
    """UUIDs of version 8 (RFC 9562): milliseconds, then bits of SHA-256 over the seed and a number."""

    def __init__(self, seed: int) -> None:
        self._seed, self._count = seed, 0

    def __call__(self, at: datetime) -> UUID:
        """Give the next id."""
        self._count += 1
        noise = int.from_bytes(sha256(f"{self._seed}|{self._count}".encode()).digest()[:10])
        high, low = noise >> 68, noise & ((1 << 62) - 1)
        milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
        return UUID(int=(milliseconds << 80) | _VERSION_8 | (high << 64) | _VARIANT | low)


class Exchange:
    """Desks and accounts in memory."""

    def __init__(self, seed: int, listings: Iterable[Listing], accounts: Iterable[Account]) -> None:
        self.accounts = {account.portfolio_id: account for account in accounts}
        self.desks: dict[tuple[str, str], Desk] = {}
        self._maker = MakerModel(seed=seed)
        self._names: dict[tuple[UUID, str], UUID] = {}
        self._used: set[tuple[UUID, str]] = set()
        ids, model = Ids(seed), PaperModel(seed=seed)
        for listing in listings:
            desk = Desk(listing, DeskState(), new_id=ids, model=model)
            desk.accounts = self.accounts
            self.desks[listing.venue, listing.symbol] = desk

    def apply(self, command: Command) -> list[str]:
        """Do what a command says; give in lines of canonical JSON what it did, or why it was refused.

        First come the trades, then the events of orders, each in the order in which they happened.
        Raises UnknownName.
        """
        desk, refused = self._desk(command), []
        try:
            self._do(desk, command)
        except Refusal as refusal:
            refused = [{"refused": refusal.code, "pointer": refusal.pointer, "at": command.at}]
        changes = desk.take()
        return [canonical(one) for one in (*changes.trades, *changes.events, *refused)]

    def _do(self, desk: Desk, command: Command) -> None:
        match command:
            case Place():
                self._place(desk, command)
            case Replace():
                self._replace(desk, command)
            case Cancel():
                owner = self._account(command.account).owner_id
                desk.cancel(self._named(owner, command.order), at=command.at)
            case Quote():
                desk.quote(command.quote, at=command.at)
            case Turn():
                desk.turn(command.status, at=command.at)
            case MakeMarket():
                house = self._account(command.account)
                make_market(desk, house, self._maker, command.price, at=command.at)
            case _:
                raise TypeError(command)

    def _place(self, desk: Desk, command: Place) -> None:
        account, name = self._account(command.account), command.ticket.client_order_id
        self._expect_new(account.owner_id, name)
        placed = desk.place(command.ticket, account, at=command.at)
        if name is not None:
            self._used.add((account.owner_id, name))
            for order in placed:
                self._names[account.owner_id, _name_of(name, order)] = order.id

    def _replace(self, desk: Desk, command: Replace) -> None:
        account, name = self._account(command.account), command.replacement.client_order_id
        self._expect_new(account.owner_id, name)
        old_id = self._named(account.owner_id, command.order)
        new = desk.replace(old_id, command.replacement, account, at=command.at)
        if name is not None:
            self._used.add((account.owner_id, name))
        self._names[account.owner_id, name or command.order] = new.id

    def _expect_new(self, owner_id: UUID, name: str | None) -> None:
        if name is not None and (owner_id, name) in self._used:
            raise ClientOrderIdTaken

    def _named(self, owner_id: UUID, name: str) -> UUID:
        order_id = self._names.get((owner_id, name))
        if order_id is None:
            raise OrderNotFound
        return order_id

    def _account(self, portfolio_id: int) -> Account:
        account = self.accounts.get(portfolio_id)
        if account is None:
            raise UnknownName(f"There is no account {portfolio_id}.")
        return account

    def _desk(self, command: Command) -> Desk:
        desk = self.desks.get((command.venue, command.symbol))
        if desk is None:
            raise UnknownName(f"{command.symbol} is not traded at {command.venue}.")
        return desk


def _name_of(name: str, order: Order) -> str:
    return name if order.terms.role is Role.ENTRY else f"{name}/{order.terms.role.value}"


def canonical(value: object) -> str:
    """Write a value as JSON that is the same everywhere: keys sorted, numbers as text, moments in UTC."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    if is_dataclass(value):
        given = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return {"is": type(value).__name__, **{name: one for name, one in given.items() if one is not None}}
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return value


_WRITERS: Final[tuple[tuple[type, Callable[..., str]], ...]] = (
    (Decimal, plain),
    (UUID, str),
    (datetime, lambda moment: moment.astimezone(UTC).isoformat()),
    (str, str),
)
