"""The in-memory twin of the ledger."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from steward.domain.assets import is_asset
from steward.domain.portfolios import Portfolio, PortfolioNotFound
from steward.domain.positions import Position, fold
from steward.domain.transactions import (
    Entry,
    ExternalIdTaken,
    Sealed,
    Transaction,
    TransactionNotFound,
    first_day,
    seal,
)
from tests.memory import Memory


@dataclass
class Transactions:
    """The ledger."""

    memory: Memory

    def _found(self, owner_id: UUID, fits: Callable[[Transaction], bool]) -> list[Transaction]:
        mine = {one.id for one in self.memory.portfolios.values() if one.owner_id == owner_id}
        kept = self.memory.ledger.values()
        found = [one for one in kept if one.portfolio_id in mine and fits(one)]
        return sorted(found, key=lambda one: (one.portfolio_id, one.seq))

    def _reversals(self) -> dict[int | None, int]:
        return {one.entry.reverses: one.id for one in self.memory.ledger.values()}

    def _stands(self, one: Transaction) -> bool:
        return one.entry.reverses is None and one.id not in self._reversals()

    async def asset(self, portfolio: Portfolio, asset_id: int) -> Transaction | None:
        found = self.memory.ledger.get(asset_id)
        if found is None or found.portfolio_id != portfolio.id:
            return None
        return found if is_asset(found.entry) and self._stands(found) else None

    async def one(
        self, owner_id: UUID, portfolio_id: int, transaction_id: int
    ) -> tuple[Transaction, int | None]:
        for one in self._found(
            owner_id, lambda one: (one.portfolio_id, one.id) == (portfolio_id, transaction_id)
        ):
            return one, self._reversals().get(one.id)
        raise TransactionNotFound

    async def of(self, owner_id: UUID, portfolio_id: int | None) -> list[Transaction]:
        return self._found(owner_id, lambda one: portfolio_id in (None, one.portfolio_id))

    async def behind(self, portfolio_id: int, seq: int) -> Sequence[Transaction]:
        found = (one for one in self.memory.ledger.values() if one.portfolio_id == portfolio_id)
        return [one for one in found if one.seq > seq]

    async def related(self, owner_id: UUID, portfolio_id: int) -> list[Transaction]:
        here = self._found(owner_id, lambda one: one.portfolio_id == portfolio_id)
        moved = {one.entry.symbol for one in here if one.entry.terms.transfer_id} - {None}
        return self._found(
            owner_id, lambda one: one.portfolio_id == portfolio_id or one.entry.symbol in moved
        )

    async def of_symbol(self, owner_id: UUID, symbol: str) -> Sequence[Transaction]:
        return self._found(owner_id, lambda one: one.entry.symbol == symbol)

    async def since(self, portfolio: Portfolio, symbols: Collection[str], day: date) -> Sequence[Transaction]:
        return self._found(
            portfolio.owner_id,
            lambda one: (
                one.portfolio_id == portfolio.id
                and one.entry.symbol in symbols
                and one.entry.quantity is not None
                and one.entry.trade_date >= day
                and self._stands(one)
            ),
        )

    async def sides(self, owner_id: UUID, transfer_id: UUID) -> Sequence[Transaction]:
        return self._found(
            owner_id, lambda one: one.entry.terms.transfer_id == transfer_id and one.entry.reverses is None
        )

    async def named(self, portfolio: Portfolio, external_ids: Collection[str]) -> set[str]:
        here = self._found(portfolio.owner_id, lambda one: one.portfolio_id == portfolio.id)
        return {one.entry.terms.external_id or "" for one in here} & set(external_ids)

    async def ids_between(self, portfolio: Portfolio, first: int, last: int) -> tuple[int, int]:
        here = self._found(portfolio.owner_id, lambda one: one.portfolio_id == portfolio.id)
        ids = [one.id for one in here if first <= one.seq <= last]
        return min(ids), max(ids)

    def append(
        self,
        portfolio: Portfolio,
        sealed: Sequence[Sealed],
        *,
        assets: int = 0,
        since: date | None = None,
        moves: bool = True,
    ) -> None:
        for one in sealed:
            self._add(portfolio, one)
        for change in fold(one.entry for one in sealed if moves).values():
            held = self.memory.positions.get((portfolio.id, change.symbol), Position(change.symbol))
            # It refuses a position beyond the limits, as the database does.
            after = held.moved(change.quantity, traded=change.traded_quantity)
            self.memory.positions[portfolio.id, change.symbol] = after
        kept, at = self.memory.portfolios[portfolio.id], sealed[-1].recorded_at
        first = since or first_day(one.entry for one in sealed) or at.date()
        self.memory.portfolios[portfolio.id] = replace(
            kept,
            ledger_seq=sealed[-1].seq,
            ledger_digest=sealed[-1].digest,
            asset_count=kept.asset_count + assets,
            history_version=kept.history_version + (first.year < at.year),
        )

    def _add(self, portfolio: Portfolio, one: Sealed) -> None:
        terms = one.entry.terms
        if terms.external_id is not None and terms.replaces is None:
            for other in self.memory.ledger.values():
                same = (portfolio.id, terms.external_id) == (
                    other.portfolio_id,
                    other.entry.terms.external_id,
                )
                if same and other.entry.terms.replaces is None:
                    raise ExternalIdTaken
        id_ = self.memory.next_id("transaction")
        self.memory.ledger[id_] = Transaction(
            id_, portfolio.id, one.seq, one.recorded_at, one.entry, one.digest
        )

    async def append_one(
        self,
        portfolio: Portfolio,
        sealed: Sealed,
        *,
        assets: int = 0,
        since: date | None = None,
        moves: bool = True,
    ) -> Transaction:
        self.append(portfolio, [sealed], assets=assets, since=since, moves=moves)
        return self.memory.ledger[self.memory.given["transaction"]]

    def append_next(
        self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime, assets: int = 0
    ) -> None:
        portfolio = self.memory.portfolios.get(portfolio_id)
        if portfolio is None or portfolio.owner_id != owner_id:
            raise PortfolioNotFound
        self.append(portfolio, seal(portfolio, [entry], at=at), assets=assets)

    async def append_next_one(
        self, owner_id: UUID, portfolio_id: int, entry: Entry, *, at: datetime, assets: int = 0
    ) -> Transaction:
        self.append_next(owner_id, portfolio_id, entry, at=at, assets=assets)
        return self.memory.ledger[self.memory.given["transaction"]]

    async def append_many(
        self, portfolio: Portfolio, sealed: Sequence[Sealed], *, assets: int = 0, moves: bool = True
    ) -> tuple[int, int]:
        self.append(portfolio, sealed, assets=assets, moves=moves)
        return await self.ids_between(portfolio, sealed[0].seq, sealed[-1].seq)
