"""A batch: what the lane decides in one transaction, desk by desk, and what it then writes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from uuid import UUID

from steward.domain.accounts import Account, AccountKind
from steward.domain.desk import Desk
from steward.domain.errors import Conflict, NotFound, Refusal
from steward.domain.listings import DeskState
from steward.domain.orders import ClientOrderIdTaken, Order
from steward.domain.portfolios import Portfolio
from steward.usecases.accounts import AccountNotFound, brought_up
from steward.usecases.desk_facts import Asked, Facts, facts
from steward.usecases.desk_writes import write_desks, write_ledgers
from steward.usecases.ports_exchange import ExchangeUnit
from steward.usecases.surroundings import Surroundings
from steward.usecases.values import Caller, DeskKey, Kept, KeyReused, Limit, OpenedAccount

Result = Sequence[Order] | Kept | Refusal


class SymbolNotListed(NotFound):
    """The venue has no desk for the symbol, and no source knows a price of it."""

    code = "symbol-not-listed"

    def __init__(self) -> None:
        super().__init__("This symbol is not listed at this venue.")


class AccountCurrency(Conflict):
    """An account trades what is quoted in its own currency."""

    code = "account-currency"


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
    facts: Facts = field(init=False)
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
        self.facts = await facts(self.unit, asked, self.writes, at=self.at)
        self.moment = self.facts.clock.now(self.at)
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
        self.known = memory.accounts
        self.accounts = await self._read(self.facts.versions)
        loaded = {portfolio_id: one.account for portfolio_id, one in self.accounts.items()}
        traded = {one.command.key for one in asked if one.command.portfolio_id is not None}
        for key, desk in self.desks.items():
            # One and the same for all: what one desk does to an account the next one sees.
            desk.accounts = loaded
            self.around.bring(desk, self.moment, asked=key in traded)

    async def _read(self, versions: Mapping[int, tuple[int, int]]) -> dict[int, OpenedAccount]:
        """Give accounts as they are now, with what their ledgers have had since without the exchange.

        Those in memory count as long as their versions are those in the database.
        """
        found: dict[int, OpenedAccount] = {}
        for portfolio_id, current in versions.items():
            known = self.known.pop(portfolio_id, None)
            if known is not None and (known.read_version, known.head_seq) == current:
                found[portfolio_id] = known
        found |= await self.unit.accounts.of(versions.keys() - found.keys())
        await brought_up(self.unit, found)
        return found

    def decide(self, asked: Sequence[Asked]) -> list[Result]:
        """Decide every command, each in its place; a refused one changes nothing."""
        results: list[Result] = []
        for one, refusal in [(one, self.facts.refusal(one)) for one in asked]:
            try:
                results.append(refusal or self._once(one))
            except Refusal as refused:
                results.append(refused)
        return results

    def _once(self, one: Asked) -> Sequence[Order] | Kept:
        """Decide a command, unless its answer is kept; what is refused leaves its key free."""
        if one.once is None or one.claim is None:
            return self._decided(one)
        if (first := self.facts.kept.get(one.claim)) is not None:
            if first.fingerprint != one.once.fingerprint:
                raise KeyReused
            return first
        orders = self._decided(one)
        kept = Kept(one.once.fingerprint, *one.once.answer(orders))
        self.kept[one.claim] = self.facts.kept[one.claim] = kept
        return orders

    def _decided(self, one: Asked) -> Sequence[Order]:
        command = one.command
        desk = self.desks.get(command.key)
        if desk is None:
            raise SymbolNotListed
        if command.portfolio_id is None:
            return command.on(desk, None, at=self.moment)
        account = self._account(command.portfolio_id, one.caller)
        if account.currency != desk.listing.currency:
            detail = f"{command.key.symbol} trades in {desk.listing.currency}, the account in another."
            raise AccountCurrency(detail)
        if one.name in self.facts.taken:
            raise ClientOrderIdTaken
        orders = command.on(desk, account, at=self.moment)
        if one.name is not None:
            self.facts.taken.add(one.name)
        return orders

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
        self.unit.desks.tell(portfolio_ids, changes.keys())
        return portfolio_ids

    async def _settle(self) -> dict[int, Portfolio]:
        """Lock the accounts: those decided on must be as they were read, the others are read now.

        Give their portfolios.
        """
        waiting = set(chain.from_iterable(desk.waiting for desk in self.desks.values()))
        decided_on = {one: (opened.read_version, opened.head_seq) for one, opened in self.accounts.items()}
        locked = await self.unit.accounts.lock(waiting | decided_on.keys(), decided_on)
        others = waiting - decided_on.keys()
        self.accounts |= await self._read({one: locked[one].versions for one in others & locked.keys()})
        for desk in self.desks.values():
            for portfolio_id in sorted(desk.waiting):
                desk.settle(self.accounts[portfolio_id].account)
        return {portfolio_id: one.portfolio for portfolio_id, one in locked.items()}
