"""What the ports take and give, beside the domain's own values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from steward.domain.accounts import Account
from steward.domain.desk import Desk
from steward.domain.errors import InvalidValue
from steward.domain.listings import DeskState, Listing
from steward.domain.orders import Order, Side
from steward.domain.portfolios import CostMethod, Portfolio
from steward.domain.prices import Quote

Row = tuple[Any, ...]
"""Stored fields as the text that goes on the wire, in the order that each port states."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, when, and by what: a session, or else an API key."""

    user_id: UUID
    session_id: UUID | None
    at: datetime
    key: "PresentedKey | None" = None


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """An API key that is well formed, but not looked up yet: what must be kept under its id for it to count.

    `scope` is what it must be good for; `portfolio_id` the account that it names.
    """

    id: str
    secret_hash: str
    scope: str
    portfolio_id: int | None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key: the secret is shown once, its hash is kept with the id of what it was made with."""

    id: str
    secret: str
    secret_id: str
    secret_hash: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What the audit keeps of a request: operation, path, client address, request id."""

    operation: str
    subject: str
    address: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `ceiling` calls in each window of `seconds`."""

    name: str
    ceiling: int
    seconds: int


@dataclass(frozen=True, slots=True, order=True)
class DeskKey:
    """One symbol at one venue."""

    venue: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Depth:
    """A desk as it is looked at, when it is `at` by the exchange's clock.

    The best levels to buy and to sell at are each a price, a quantity, and the number of orders.
    """

    listing: Listing
    state: DeskState
    bids: Sequence[tuple[Decimal, Decimal, int]]
    asks: Sequence[tuple[Decimal, Decimal, int]]
    at: datetime

    @staticmethod
    def of(desk: Desk, levels: int, at: datetime) -> "Depth":
        """Look at a desk."""
        bids, asks = desk.depth(levels)
        return Depth(desk.listing, desk.state, bids, asks, at)


@dataclass(slots=True)
class OpenedAccount:
    """An account as it is kept: how much of its portfolio's ledger is folded into it, and where that ends.

    `starting_balance` is what it was opened or reset with at `opened_at`; `read_version` is the version that
    was read. `folded` are symbols that the ledger moved and that are to be kept with the account.
    """

    account: Account
    ledger_seq: int
    head_seq: int
    starting_balance: Decimal
    opened_at: datetime
    read_version: int = 0
    folded: set[str] = field(default_factory=set)


class LockedAccount(NamedTuple):
    """The portfolio of an account, and the version of the account."""

    portfolio: Portfolio
    version: int

    @property
    def versions(self) -> tuple[int, int]:
        """Give the version of the account, and the number of transactions of its portfolio."""
        return self.version, self.portfolio.ledger_seq


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which of an account's orders are asked for; None asks for all. They were placed between two moments."""

    is_open: bool | None = None
    after: datetime | None = None
    until: datetime | None = None
    side: Side | None = None
    symbols: tuple[str, ...] | None = None
    ascending: bool = False
    limit: int = 500


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """What happened to an order, as it is kept: `payload` is the JSON object that goes on the wire."""

    portfolio_id: int
    seq: int
    owner_id: UUID
    order_id: UUID
    kind: str
    payload: str
    at: datetime


KEPT_FOR: Final = timedelta(hours=24)
"""How long an answer is kept under its idempotency key."""


class KeyReused(InvalidValue):
    """The idempotency key was used for another request."""

    code = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request: take a new key.")


@dataclass(frozen=True, slots=True)
class Kept:
    """The first answer to an idempotency key, and the fingerprint of the request that it answered."""

    fingerprint: str
    status: int
    body: str


@dataclass(frozen=True, slots=True, eq=False)
class Once:
    """An idempotency key under which a command is done once, and the answer that its orders make."""

    key: str
    fingerprint: str
    answer: Callable[[Sequence[Order]], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class HoldingsVersion:
    """Changes whenever a valuation could: the ledger's length and the count of price entries."""

    ledger_seq: int
    prices_version: int

    def __str__(self) -> str:
        """Write it as it stands in an ETag."""
        return f"{self.ledger_seq}-{self.prices_version}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where the ledger of a portfolio stands, and in what terms its owner sees it.

    `history_version` counts the changes to years that were over.
    """

    portfolio_id: int
    base_currency: str
    cost_method: CostMethod
    seq: int
    history_version: int = 0


@dataclass(frozen=True, slots=True)
class Ledgers:
    """All ledgers of an owner by id: with the count of changes to prices, a version of every analysis.

    `history_version` counts the changes to prices of years that were over.
    """

    prices_version: int
    ledgers: tuple[Ledger, ...]
    history_version: int = 0


@dataclass(frozen=True, slots=True)
class Holdings:
    """What one portfolio holds, in symbol order, with the prices that its owner entered.

    `multipliers` has the symbols of which a unit is worth another number of times its price than one.
    """

    version: HoldingsVersion
    base_currency: str
    changed_at: datetime
    held: Sequence[tuple[str, Decimal]]
    entered: Mapping[str, Quote]
    multipliers: Mapping[str, Decimal]
