"""In-memory twins of the repositories that the use cases need.

They pass the same contract suite as the SQL ones (infrastructure/test_repositories.py). Rows and pages
for the wire are no part of them: no use case reads those.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.api_keys import ApiKey
from steward.domain.clocks import Clock
from steward.domain.closes import Series, SeriesKind
from steward.domain.corporate_actions import CorporateAction
from steward.domain.errors import TooMany
from steward.domain.history_years import HistoryYear
from steward.domain.instruments import Instrument
from steward.domain.orders import ClientOrderIdTaken, Fill, Order, OrderNotFound
from steward.domain.portfolios import CostMethod, Portfolio, PortfolioNotFound
from steward.domain.positions import Position
from steward.domain.prices import Quote
from steward.domain.transactions import Transaction
from steward.domain.users import LoginTaken, Session, User
from steward.domain.watchlists import Watchlist
from steward.infrastructure.db.sessions import MOST_PER_USER
from steward.usecases.values import Ledger, Ledgers, Limit, OpenedAccount, Trace


@dataclass
class Memory:
    """Everything that is kept."""

    users: dict[UUID, tuple[User, str | None]] = field(default_factory=dict)
    admins: dict[UUID, bool] = field(default_factory=dict)
    sessions: dict[UUID, Session] = field(default_factory=dict)
    api_keys: dict[str, tuple[ApiKey, str]] = field(default_factory=dict)
    clocks: dict[int, Clock] = field(default_factory=dict)
    portfolios: dict[int, Portfolio] = field(default_factory=dict)
    defaults: dict[UUID, int] = field(default_factory=dict)
    ledger: dict[int, Transaction] = field(default_factory=dict)
    positions: dict[tuple[int, str], Position] = field(default_factory=dict)
    actions: dict[int, tuple[UUID, CorporateAction, datetime | None]] = field(default_factory=dict)
    prices: dict[tuple[UUID, str], Quote] = field(default_factory=dict)
    instruments: dict[tuple[UUID, str], Instrument] = field(default_factory=dict)
    years: dict[tuple[UUID, SeriesKind, str, int], Series] = field(default_factory=dict)
    history_years: dict[tuple[UUID, int, int], HistoryYear] = field(default_factory=dict)
    versions: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    orders: dict[UUID, Order] = field(default_factory=dict)
    fills: dict[UUID, Fill] = field(default_factory=dict)
    watchlists: dict[tuple[UUID, int, UUID], Watchlist] = field(default_factory=dict)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    audit: dict[int, tuple[Trace, UUID | None, str, datetime]] = field(default_factory=dict)
    accounts: dict[int, OpenedAccount] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)

    def copied(self) -> "Memory":
        """Give a copy; the values themselves never change."""
        return Memory(*(dict(getattr(self, one.name)) for one in fields(self)))

    def next_id(self, of: str) -> int:
        """Give an id that is never given again."""
        self.given[of] = self.given.get(of, 0) + 1
        return self.given[of]


@dataclass
class Part:
    """A repository on a memory."""

    memory: Memory


class Users(Part):
    """People."""

    async def get(self, user_id: UUID) -> User | None:
        user, _ = self.memory.users.get(user_id, (None, None))
        return user

    async def by_login(self, login: str) -> tuple[User, str] | None:
        for user, hashed in self.memory.users.values():
            if hashed is not None and user.login == login:
                return user, hashed
        return None

    async def by_subject(self, issuer: str, subject: str) -> User | None:
        for user, _ in self.memory.users.values():
            if (user.issuer, user.subject) == (issuer, subject):
                return user
        return None

    async def password_hash(self, user_id: UUID) -> str | None:
        _, hashed = self.memory.users.get(user_id, (None, None))
        return hashed

    def add(self, user: User, password_hash: str | None) -> None:
        for other, _ in self.memory.users.values():
            same_login = user.login is not None and user.login == other.login
            if same_login or (user.issuer, user.subject) == (other.issuer, other.subject):
                raise LoginTaken
        self.memory.admins[user.id] = not self.memory.users
        self.memory.users[user.id] = (user, password_hash)

    async def is_admin(self, user_id: UUID) -> bool:
        return self.memory.admins.get(user_id, False)

    async def by_email(self, email: str) -> User | None:
        return next((user for user, _ in self.memory.users.values() if user.email == email), None)

    def set_admin(self, user_id: UUID, *, is_admin: bool) -> None:
        self.memory.admins[user_id] = is_admin

    def set_password_hash(self, user_id: UUID, password_hash: str) -> None:
        self.memory.users[user_id] = (self.memory.users[user_id][0], password_hash)


class Sessions(Part):
    """Sign-ins."""

    def _standing(self, user_id: UUID) -> list[Session]:
        mine = [
            one for one in self.memory.sessions.values() if one.user_id == user_id and one.revoked_at is None
        ]
        return sorted(mine, key=lambda one: one.created_at, reverse=True)

    def _end(self, sessions: Sequence[Session], at: datetime) -> None:
        for session in sessions:
            self.memory.sessions[session.id] = replace(session, revoked_at=at)

    async def open_of(self, user_id: UUID, *, at: datetime) -> Sequence[Session]:
        return [one for one in self._standing(user_id) if one.is_open(at)]

    def add(self, session: Session) -> None:
        self._end(self._standing(session.user_id)[MOST_PER_USER - 1 :], session.created_at)
        self.memory.sessions[session.id] = session

    async def revoke(self, user_id: UUID, session_id: UUID, *, at: datetime) -> bool:
        ended = [one for one in self._standing(user_id) if one.id == session_id]
        self._end(ended, at)
        return bool(ended)

    def revoke_others(self, user_id: UUID, session_id: UUID, *, at: datetime) -> None:
        self._end([one for one in self._standing(user_id) if one.id != session_id], at)


class Calls(Part):
    """Counts of calls."""

    def _place(self, limit: Limit, who: str, at: datetime) -> tuple[str, int, int]:
        now = int(at.timestamp())
        start = now - now % limit.seconds
        known_start, count = self.memory.counts.get(f"{limit.name}:{who}", (start, 0))
        return f"{limit.name}:{who}", start, count if known_start == start else 0

    async def count(self, limit: Limit, who: str, *, at: datetime) -> None:
        key, start, count = self._place(limit, who, at)
        if count >= limit.ceiling:
            wait = start + limit.seconds - int(at.timestamp())
            raise TooMany("Too many of these calls.", retry_after_seconds=wait)
        self.memory.counts[key] = (start, count + 1)

    def forgive(self, limit: Limit, who: str, *, at: datetime) -> None:
        key, start, count = self._place(limit, who, at)
        self.memory.counts[key] = (start, max(0, count - 1))


class Audit(Part):
    """The audit."""

    def add(self, trace: Trace, *, user_id: UUID | None, outcome: str, at: datetime) -> None:
        self.memory.audit[self.memory.next_id("audit")] = (trace, user_id, outcome, at)


class Portfolios(Part):
    """Portfolios."""

    async def lock(self, owner_id: UUID, portfolio_id: int) -> Portfolio:
        found = self.memory.portfolios.get(portfolio_id)
        if found is None or found.owner_id != owner_id:
            raise PortfolioNotFound
        return found

    async def lock_ledger(self, owner_id: UUID, portfolio_id: int) -> Portfolio:
        return await self.lock(owner_id, portfolio_id)

    async def lock_all(self, owner_id: UUID) -> Sequence[Portfolio]:
        return [one for _, one in sorted(self.memory.portfolios.items()) if one.owner_id == owner_id]

    async def default_id(self, owner_id: UUID) -> int | None:
        return self.memory.defaults.get(owner_id)

    async def ledgers(self, owner_id: UUID) -> Ledgers:
        found = (
            Ledger(one.id, one.base_currency, one.cost_method, one.ledger_seq, one.history_version)
            for one in await self.lock_all(owner_id)
        )
        prices, past = self.memory.versions.get(owner_id, (0, 0))
        return Ledgers(prices, tuple(found), past)

    async def owners(self, after: UUID | None, *, limit: int) -> list[UUID]:
        found = {one.owner_id for one in self.memory.portfolios.values()}
        return sorted(one for one in found if after is None or one > after)[:limit]

    async def add(
        self,
        *,
        owner_id: UUID,
        name: str,
        base_currency: str,
        at: datetime,
        is_default: bool = False,
        shorts_allowed: bool = False,
        cost_method: CostMethod = CostMethod.FIFO,
    ) -> Portfolio:
        made = Portfolio(
            self.memory.next_id("portfolio"),
            owner_id,
            name,
            base_currency,
            at,
            0,
            "",
            0,
            shorts_allowed,
            cost_method,
        )
        self.memory.portfolios[made.id] = made
        if is_default:
            self.memory.defaults[owner_id] = made.id
        return made

    def save(self, portfolio: Portfolio) -> None:
        kept = self.memory.portfolios[portfolio.id]
        self.memory.portfolios[portfolio.id] = replace(
            kept,
            name=portfolio.name,
            shorts_allowed=portfolio.shorts_allowed,
            cost_method=portfolio.cost_method,
        )

    def remove(self, portfolio: Portfolio) -> None:
        memory, gone = self.memory, portfolio.id
        del memory.portfolios[gone]
        memory.accounts.pop(gone, None)
        memory.defaults = {owner: id_ for owner, id_ in memory.defaults.items() if id_ != gone}
        memory.positions = {key: one for key, one in memory.positions.items() if key[0] != gone}
        memory.ledger = {id_: one for id_, one in memory.ledger.items() if one.portfolio_id != gone}
        memory.orders = {id_: one for id_, one in memory.orders.items() if one.portfolio_id != gone}
        memory.fills = {id_: one for id_, one in memory.fills.items() if one.order_id in memory.orders}


class Orders(Part):
    """Orders and their fills."""

    async def lock(self, owner_id: UUID, order_id: UUID) -> Order:
        found = self.memory.orders.get(order_id)
        if found is None or found.owner_id != owner_id:
            raise OrderNotFound
        return found

    async def lock_to_execute(self, owner_id: UUID, order_id: UUID) -> tuple[Order, str, Decimal]:
        order = await self.lock(owner_id, order_id)
        instrument = self.memory.instruments.get((owner_id, order.security))
        multiplier = Decimal(1) if instrument is None else instrument.multiplier
        return order, self.memory.portfolios[order.portfolio_id].base_currency, multiplier

    async def by_client_id(self, owner_id: UUID, client_order_id: str) -> Order | None:
        for order in self.memory.orders.values():
            if (order.owner_id, order.client_order_id) == (owner_id, client_order_id):
                return order
        return None

    def add(self, order: Order) -> None:
        portfolio = self.memory.portfolios.get(order.portfolio_id)
        if portfolio is None or portfolio.owner_id != order.owner_id:
            raise PortfolioNotFound
        for other in self.memory.orders.values():
            same = (order.owner_id, order.client_order_id) == (other.owner_id, other.client_order_id)
            if same and order.client_order_id is not None:
                raise ClientOrderIdTaken
        self.memory.orders[order.id] = order

    def save(self, order: Order, fill: Fill | None = None) -> None:
        self.memory.orders[order.id] = order
        if fill is not None:
            self.memory.fills[fill.id] = fill
