"""A batch: what the lane decides in one transaction, desk by desk, and what it then writes."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from steward.domain.accounts import Account, AccountKind
from steward.domain.desk import Desk
from steward.domain.errors import Conflict, NotFound, Refusal, TooMany, Unauthenticated
from steward.domain.listings import DeskState
from steward.domain.orders import ClientOrderIdTaken, Order
from steward.domain.portfolios import Portfolio
from steward.usecases.accounts import AccountNotFound, brought_up
from steward.usecases.desk_writes import write_desks, write_ledgers
from steward.usecases.ports_exchange import Command, ExchangeUnit
from steward.usecases.surroundings import Surroundings
from steward.usecases.values import (
    KEPT_FOR,
    Caller,
    DeskKey,
    Kept,
    KeyReused,
    Limit,
    Once,
    OpenedAccount,
    Trace,
)

Result = Sequence[Order] | Kept | Refusal
_OVER: Final = "Sign in first: there is no open session behind this request."


class SymbolNotListed(NotFound):
    """The venue has no desk for the symbol, and no source knows a price of it."""

    code = "symbol-not-listed"

    def __init__(self) -> None:
        super().__init__("This symbol is not listed at this venue.")


class AccountCurrency(Conflict):
    """An account trades what is quoted in its own currency."""

    code = "account-currency"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A command and who asked; the exchange itself asks without a caller."""

    command: Command
    caller: Caller | None = None
    trace: Trace | None = None
    once: Once | None = None

    @property
    def claim(self) -> tuple[UUID, str] | None:
        """Whose idempotency key it carries, and which."""
        return None if self.once is None or self.caller is None else (self.caller.user_id, self.once.key)


@dataclass(slots=True)
class Memory:
    """The desks and accounts of a worker as they were when it last committed something of them."""

    desks: dict[DeskKey, Desk] = field(default_factory=dict)
    accounts: dict[int, OpenedAccount] = field(default_factory=dict)

    def keep(self, batch: "Batch") -> None:
        """Take over what a batch has worked on, once that is committed."""
        self.desks.update(batch.desks)
        for portfolio_id, one in batch.accounts.items():
            one.read_version, one.head_seq = one.account.version, one.ledger_seq
            self.accounts[portfolio_id] = one


@dataclass(slots=True)
class Batch:
    """Decides commands in their order and writes what comes of all of them together.

    Callers are let in at the real moment `at`; at desks it is what the exchange's clock shows then: `moment`.
    `desks` are those that it has worked on, as they are in memory once the transaction is committed.
    """

    unit: ExchangeUnit
    now: Callable[[], datetime]
    new_id: Callable[[datetime], UUID]
    writes: Limit
    around: Surroundings
    at: datetime = field(init=False)
    moment: datetime = field(init=False)
    found: dict[DeskKey, DeskState] = field(default_factory=dict)
    desks: dict[DeskKey, Desk] = field(default_factory=dict)
    accounts: dict[int, OpenedAccount] = field(default_factory=dict)
    known: dict[int, OpenedAccount] = field(default_factory=dict)
    kept: dict[tuple[UUID, str], Kept] = field(default_factory=dict)

    async def load(self, asked: Sequence[Asked], memory: "Memory") -> None:
        """Lock the desks and bring them up to date, and read the accounts that ask."""
        keys = {one.command.key for one in asked}
        found = await self.unit.desks.lock(keys)
        # Behind the locks, so that time at a desk does not go back from one batch to the next.
        self.at = self.now()
        self.moment = (await self.unit.clocks.get()).now(self.at)
        unknown = sorted(keys - found.keys())
        new = [one for key in unknown if (one := self.around.listing(key, self.moment)) is not None]
        if new:
            await self.unit.desks.add(new)
            found = await self.unit.desks.lock(keys)
        self.found = {key: state for key, (_, state) in found.items()}
        for key, (listing, state) in found.items():
            desk = memory.desks.pop(key, None)
            if desk is None or desk.listing != listing:
                orders = await self.unit.desk_orders.open_at(key.venue, key.symbol) if state.version else []
                desk = Desk(listing, state, orders, new_id=self.new_id, model=self.around.model)
            elif desk.state.version != state.version:
                orders = await self.unit.desk_orders.changed_at(key.venue, key.symbol, desk.state.version)
                desk.refresh(state, orders)
            self.desks[key] = desk
        asking = (one.command.portfolio_id for one in asked)
        self.known = memory.accounts
        self.accounts = await self._read({one for one in asking if one is not None})
        loaded = {portfolio_id: one.account for portfolio_id, one in self.accounts.items()}
        traded = {one.command.key for one in asked if one.command.portfolio_id is not None}
        for key, desk in self.desks.items():
            # One and the same for all: what one desk does to an account the next one sees.
            desk.accounts = loaded
            self.around.bring(desk, self.moment, asked=key in traded)

    async def _read(self, portfolio_ids: "set[int]") -> dict[int, OpenedAccount]:
        """Give accounts as they are now, with what their ledgers have had since without the exchange.

        Those in memory count as long as their versions are those in the database.
        """
        found: dict[int, OpenedAccount] = {}
        for portfolio_id, versions in (await self.unit.accounts.versions(portfolio_ids)).items():
            known = self.known.pop(portfolio_id, None)
            if known is not None and (known.read_version, known.head_seq) == versions:
                found[portfolio_id] = known
        found |= await self.unit.accounts.of(portfolio_ids - found.keys())
        await brought_up(self.unit, found)
        return found

    async def decide(self, asked: Sequence[Asked]) -> list[Result]:
        """Decide every command, each in its place; a refused one changes nothing."""
        refusals = await self._let_in(asked)
        named = {
            (one.caller.user_id, one.command.client_order_id)
            for one in asked
            if one.caller is not None and one.command.client_order_id is not None
        }
        taken = await self.unit.desk_orders.taken(named)
        claims = {claim for one in asked if (claim := one.claim) is not None}
        known = await self.unit.keys.find_all(claims, expired=self.at - KEPT_FOR)
        results: list[Result] = []
        for one in asked:
            try:
                if (refusal := refusals.get(id(one))) is not None:
                    raise refusal
                results.append(self._once(one, taken, known))
            except Refusal as refusal:
                results.append(refusal)
        return results

    async def _let_in(self, asked: Sequence[Asked]) -> dict[int, Refusal]:
        """Refuse who is signed in no more, and who makes too many calls."""
        callers = {one.caller for one in asked if one.caller is not None}
        if not callers:
            return {}
        sessions = {one.session_id for one in callers if one.session_id is not None}
        open_ = await self.unit.sessions.open_among(sessions, at=self.at)
        refusals = await self.unit.api_keys.refusals(callers, at=self.at)
        left = await self.unit.calls.left(self.writes, {str(one.user_id) for one in callers}, at=self.at)
        refused: dict[int, Refusal] = {}
        for one in asked:
            if one.caller is None:
                continue
            who = str(one.caller.user_id)
            if (key_refused := refusals.get(one.caller)) is not None:
                refused[id(one)] = key_refused
            elif one.caller.key is None and one.caller.session_id not in open_:
                refused[id(one)] = Unauthenticated(_OVER)
            # Below 0 when the limit has been lowered within its window.
            elif left[who] <= 0:
                refused[id(one)] = TooMany("Too many of these calls: wait a minute.", retry_after_seconds=60)
            else:
                left[who] -= 1
        return refused

    def _once(
        self, one: Asked, taken: "set[tuple[UUID, str]]", known: "dict[tuple[UUID, str], Kept]"
    ) -> Sequence[Order] | Kept:
        """Decide a command, unless its answer is kept; what is refused leaves its key free."""
        if one.once is None or one.claim is None:
            return self._decided(one, taken)
        if (first := known.get(one.claim)) is not None:
            if first.fingerprint != one.once.fingerprint:
                raise KeyReused
            return first
        orders = self._decided(one, taken)
        kept = Kept(one.once.fingerprint, *one.once.answer(orders))
        self.kept[one.claim] = known[one.claim] = kept
        return orders

    def _decided(self, one: Asked, taken: "set[tuple[UUID, str]]") -> Sequence[Order]:
        command = one.command
        desk = self.desks.get(command.key)
        if desk is None:
            raise SymbolNotListed
        account = None
        if command.portfolio_id is not None:
            account = self._account(command.portfolio_id, one.caller)
            if account.currency != desk.listing.currency:
                detail = f"{command.key.symbol} trades in {desk.listing.currency}, the account in another."
                raise AccountCurrency(detail)
            name = command.client_order_id
            if name is not None and (account.owner_id, name) in taken:
                raise ClientOrderIdTaken
            orders = command.on(desk, account, at=self.moment)
            if name is not None:
                taken.add((account.owner_id, name))
            return orders
        return command.on(desk, account, at=self.moment)

    def _account(self, portfolio_id: int, caller: Caller | None) -> Account:
        """Give the account of a caller; without one the exchange itself asks, for a house."""
        opened = self.accounts.get(portfolio_id)
        if opened is not None:
            account = opened.account
            house = caller is None and account.kind is AccountKind.HOUSE
            if house or (caller is not None and account.owner_id == caller.user_id):
                return account
        raise AccountNotFound

    async def write(self, accepted: Sequence[Asked]) -> set[int]:
        """Lock every account that is touched, settle what waits for it, and write all that has changed.

        Give the portfolios with changes.
        """
        portfolios = await self._settle()
        taken = {key: desk.take() for key, desk in self.desks.items()}
        changes = {key: one for key, one in taken.items() if one.state != self.found[key]}
        if changes:
            multipliers = {key: desk.listing.multiplier for key, desk in self.desks.items()}
            await write_desks(self.unit, changes)
            await write_ledgers(self.unit, changes, self.accounts, portfolios, multipliers, at=self.at)
        if accepted:
            made = Counter(str(one.caller.user_id) for one in accepted if one.caller is not None)
            await self.unit.keys.keep_all(self.kept, at=self.at)
            await self.unit.calls.count_all(self.writes, made, at=self.at)
            noted = [(one.trace, one.caller) for one in accepted if one.trace and one.caller]
            await self.unit.audit.add_all(noted)
        portfolio_ids = {event.portfolio_id for one in changes.values() for event in one.events}
        await self.unit.desks.tell(portfolio_ids, changes.keys())
        return portfolio_ids

    async def _settle(self) -> dict[int, Portfolio]:
        """Lock the accounts: those decided on must be as they were read, the others are read now.

        Give their portfolios.
        """
        waiting = set(chain.from_iterable(desk.waiting for desk in self.desks.values()))
        decided_on = {one: (opened.read_version, opened.head_seq) for one, opened in self.accounts.items()}
        portfolios = await self.unit.accounts.lock(waiting | decided_on.keys(), decided_on)
        others = await self._read(waiting - decided_on.keys())
        self.accounts |= others
        for desk in self.desks.values():
            for portfolio_id in sorted(desk.waiting):
                desk.settle(self.accounts[portfolio_id].account)
        return portfolios
