"""What can be asked of a desk of the exchange; each asks on behalf of one account, or of the market."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.desk import Desk
from steward.domain.listings import TradingStatus
from steward.domain.makers import MakerModel, is_off, make_market
from steward.domain.orders import Order, OrderNotFound, OrderNotOpen
from steward.domain.tickets import Replacement, Ticket
from steward.usecases.surroundings import Surroundings
from steward.usecases.values import Depth, DeskKey


@dataclass(frozen=True, slots=True)
class Place:
    """Place an order, with its exits."""

    portfolio_id: int
    ticket: Ticket

    @property
    def key(self) -> DeskKey:
        """The desk of the order."""
        return DeskKey(self.ticket.venue, self.ticket.symbol)

    @property
    def client_order_id(self) -> str | None:
        """The owner's own name for the order."""
        return self.ticket.client_order_id

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Place it; the entry comes first, then its exits."""
        assert account is not None  # noqa: S101 - the batch has looked it up
        return desk.place(self.ticket, account, at=at)


@dataclass(frozen=True, slots=True)
class Replace:
    """Put another order in the place of an open one."""

    key: DeskKey
    portfolio_id: int
    order_id: UUID
    replacement: Replacement
    version: int | None = None

    @property
    def client_order_id(self) -> str | None:
        """The owner's own name for the new order."""
        return self.replacement.client_order_id

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Replace it, and give the new order. Raises StaleVersion when it has changed since `version`."""
        assert account is not None  # noqa: S101 - the batch has looked it up
        with _final_here():
            asked, version = self.replacement, self.version
            return [desk.replace(self.order_id, asked, account, at=at, version=version)]


@contextmanager
def _final_here() -> Iterator[None]:
    """A desk knows open orders only, and whoever asks has found this one: it is final by now."""
    try:
        yield
    except OrderNotFound as error:
        raise OrderNotOpen(
            "The order is executed, cancelled, expired or rejected: it changes no more."
        ) from error


@dataclass(frozen=True, slots=True)
class Cancel:
    """End an order; what was executed stays."""

    key: DeskKey
    portfolio_id: int
    order_id: UUID
    version: int | None = None
    client_order_id: None = None

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Cancel it. Raises StaleVersion when it has changed since `version`."""
        del account
        with _final_here():
            return [desk.cancel(self.order_id, at=at, version=self.version)]


@dataclass(frozen=True, slots=True)
class CancelAll:
    """End several orders of an account; those that are final by now stay as they are."""

    key: DeskKey
    portfolio_id: int
    order_ids: tuple[UUID, ...]
    client_order_id: None = None

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Cancel them, and give those that are cancelled now."""
        del account
        return desk.cancel_all(self.order_ids, at=at)


@dataclass(frozen=True, slots=True)
class Tick:
    """Let time pass at a desk: whatever is done at one, it is brought to the moment first."""

    key: DeskKey
    portfolio_id: None = None
    client_order_id: None = None

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Do no more."""
        del desk, account, at
        return ()


@dataclass(frozen=True, slots=True)
class Halt:
    """Stop trading: orders stay and can only be cancelled."""

    key: DeskKey
    portfolio_id: None = None
    client_order_id: None = None

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Halt, unless it is halted."""
        del account
        if desk.state.status is not TradingStatus.HALTED:
            desk.halt(at=at)
        return ()


@dataclass(frozen=True, slots=True)
class Resume:
    """Trade again, as far as the hours of the market say; an open one begins with an auction."""

    key: DeskKey
    around: Surroundings
    portfolio_id: None = None
    client_order_id: None = None

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Resume, if it is halted."""
        del account
        if desk.state.status is TradingStatus.HALTED:
            desk.resume(self.around.calendar(desk.listing).status(at), at=at)
        return ()


@dataclass(frozen=True, slots=True)
class MakeMarket:
    """Let the house quote around the price outside, unless its quotes are still right."""

    key: DeskKey
    portfolio_id: int
    model: MakerModel
    around: Surroundings
    client_order_id: None = None

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Quote, while the market is open and somebody knows a price."""
        assert account is not None  # noqa: S101 - the batch has looked it up
        price = self.around.price(desk.listing, at)
        trades = desk.state.status is TradingStatus.CONTINUOUS
        if trades and price is not None and is_off(desk, self.portfolio_id, price):
            make_market(desk, account, self.model, price, at=at)
        return ()


@dataclass(slots=True)
class Look:
    """Look at a desk: `seen` is its state then, with the best `levels` of each side."""

    key: DeskKey
    levels: int
    seen: "Depth | None" = None
    portfolio_id: None = None
    client_order_id: None = None

    def on(self, desk: Desk, account: Account | None, *, at: datetime) -> Sequence[Order]:
        """Look."""
        del account
        self.seen = Depth.of(desk, self.levels, at)
        return ()
