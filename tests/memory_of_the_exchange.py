"""In-memory twin of the accounts of the exchange, as the use cases beside its lane need them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from uuid import UUID

from steward.domain.orders import FINAL, MANUAL_VENUE, Order
from steward.usecases.values import OpenedAccount
from tests.memory import Part


class Accounts(Part):
    """Accounts; each is copied on its way in and out, because it is changed in place."""

    async def of(self, portfolio_ids: Collection[int]) -> dict[int, OpenedAccount]:
        found = {id_: deepcopy(one) for id_, one in self.memory.accounts.items() if id_ in portfolio_ids}
        for id_, one in found.items():
            one.head_seq = self.memory.portfolios[id_].ledger_seq
            one.read_version = one.account.version
        return dict(sorted(found.items()))

    async def open_orders(self, owner_id: UUID, symbols: Collection[str]) -> int:
        """Count what is neither final nor on the manual venue."""
        mine = [one for one in self.memory.orders.values() if one.owner_id == owner_id]
        return sum(
            one.security in symbols and one.status not in FINAL and one.venue != MANUAL_VENUE for one in mine
        )

    async def open(self, one: OpenedAccount) -> None:
        self.memory.accounts[one.account.portfolio_id] = deepcopy(one)

    async def save(self, changed: Sequence[OpenedAccount], symbols: Iterable[tuple[int, str]]) -> None:
        by_id: Mapping[int, OpenedAccount] = {one.account.portfolio_id: one for one in changed}
        for id_, one in by_id.items():
            kept = deepcopy(one)
            kept.account.holdings = dict(self.memory.accounts[id_].account.holdings)
            self.memory.accounts[id_] = kept
        for id_, symbol in symbols:
            held = deepcopy(by_id[id_].account.holding(symbol))
            self.memory.accounts[id_].account.holdings[symbol] = held


class DeskOrders(Part):
    """Orders on the exchange, as far as somebody else asks for them."""

    async def write(self, new: Iterable[tuple[Order, int]], changed: Iterable[tuple[Order, int]]) -> None:
        for order, _ in (*new, *changed):
            self.memory.orders[order.id] = order
