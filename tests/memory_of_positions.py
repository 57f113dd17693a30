"""In-memory twins of positions and of the corporate actions that change them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.corporate_actions import CorporateAction, in_order, related
from steward.domain.portfolios import Portfolio
from steward.domain.positions import Position, fold_through
from steward.domain.transactions import Transaction
from tests.memory import Memory


@dataclass
class Positions:
    """Positions."""

    memory: Memory

    async def one(self, portfolio: Portfolio, symbol: str) -> Position:
        return self.memory.positions.get((portfolio.id, symbol), Position(symbol))

    async def held(self, portfolio_id: int, symbols: Collection[str]) -> dict[str, Decimal]:
        mine = {symbol: one for (id_, symbol), one in self.memory.positions.items() if id_ == portfolio_id}
        return {symbol: one.quantity for symbol, one in mine.items() if symbol in symbols}

    def rebuild(
        self,
        portfolio: Portfolio,
        transactions: Iterable[Transaction],
        actions: Iterable[CorporateAction],
        *,
        also: Iterable[str] = (),
    ) -> None:
        ledger, applied = list(transactions), list(actions)
        folded = fold_through(ledger, applied)
        involved = {one.entry.symbol or "" for one in ledger} | {one.into or "" for one in applied}
        for symbol in {*involved, *also, *folded}:
            if symbol in folded or (portfolio.id, symbol) in self.memory.positions:
                self.memory.positions[portfolio.id, symbol] = folded.get(symbol, Position(symbol))


@dataclass
class Actions:
    """Corporate actions."""

    memory: Memory

    async def of(self, owner_id: UUID, symbols: Collection[str] | None = None) -> list[CorporateAction]:
        kept = self.memory.actions.values()
        mine = in_order(one for owner, one, gone in kept if owner == owner_id and gone is None)
        involved = None if symbols is None else related(symbols, mine)
        return [one for one in mine if involved is None or one.symbol in involved]

    async def bearing(
        self, owner_id: UUID, symbols: Collection[str], since: date
    ) -> tuple[list[CorporateAction], bool]:
        mine = {one.id for one in self.memory.portfolios.values() if one.owner_id == owner_id}
        named = any(
            one.portfolio_id in mine
            and one.entry.symbol in symbols
            and one.entry.trade_date >= since
            and one.entry.terms.lots
            and one.entry.reverses is None
            for one in self.memory.ledger.values()
        )
        return await self.of(owner_id, symbols), named

    async def add(self, owner_id: UUID, action: CorporateAction, *, at: datetime) -> CorporateAction:
        made = replace(action, id=self.memory.next_id("action"))
        self.memory.actions[made.id] = (owner_id, made, None)
        return made

    def withdraw(self, owner_id: UUID, action: CorporateAction, *, at: datetime) -> None:
        self.memory.actions[action.id] = (owner_id, action, at)
