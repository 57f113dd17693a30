"""What the units that are held came from: transactions, and what corporate actions made of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.explain import Node, Operation, leaf, made, summed
from steward.domain.explain_records import name_of
from steward.domain.lot_fold import in_day_order
from steward.domain.records import Record
from steward.domain.story import Story
from steward.domain.transactions import UNITS_OUT


class Units:
    """The units of each portfolio and symbol at the close of a day, explained."""

    def __init__(self, story: Story, records: Iterable[Record], until: date) -> None:
        self._held: dict[tuple[int, str], list[Node]] = defaultdict(list)
        actions = [one for one in story.actions if one.ex_date <= until]
        for step in in_day_order((one for one in records if one.on <= until), actions):
            if isinstance(step, CorporateAction):
                self._act(step)
            elif step.entry.quantity is not None:
                self._move(step)

    def of(self, symbol: str, portfolio_ids: Collection[int]) -> Node:
        """Explain the units of a symbol in some portfolios."""
        held = (self._sum(one, symbol) for one in sorted(portfolio_ids) if (one, symbol) in self._held)
        return summed(f"{symbol} units", "units", held)

    def _sum(self, portfolio_id: int, symbol: str) -> Node:
        held = self._held[portfolio_id, symbol]
        return held[0] if len(held) == 1 else summed(f"{symbol} in {portfolio_id}", "units", held)

    def _move(self, record: Record) -> None:
        units = leaf(f"{name_of(record)} units", "units", record.transaction, "quantity")
        if record.kind in UNITS_OUT:
            units = made(units.figure, "units", Operation.NEGATED, units)
        self._held[record.transaction.portfolio_id, record.symbol].append(units)

    def _act(self, action: CorporateAction) -> None:
        name = f"{action.kind} {action.id}"
        for portfolio_id in sorted({one for one, symbol in self._held if symbol == action.symbol}):
            held = self._sum(portfolio_id, action.symbol)
            if not held.value:
                continue
            if action.multiplies:
                self._held[portfolio_id, action.symbol] = [self._multiplied(action, held, name)]
            if action.ends:
                self._held[portfolio_id, action.symbol] = [leaf(name, "units", action, "nothing")]
            if action.into is not None:
                received = held
                if action.kind is not ActionKind.SYMBOL_CHANGE:
                    received = self._whole(action, self._scaled(action, held, name))
                self._held[portfolio_id, action.into].append(received)

    def _multiplied(self, action: CorporateAction, held: Node, name: str) -> Node:
        if action.kind is not ActionKind.STOCK_DIVIDEND:
            return self._whole(action, self._scaled(action, held, name))
        if action.cash_in_lieu_price is not None:
            more = self._whole(action, self._scaled(action, held, name))
            return summed(f"{name} units", "units", (held, more))
        new, old = (leaf(f"{name} {part}", "units", action, part) for part in ("new", "old"))
        both = summed(f"{name} new and old", "units", (new, old))
        return made(f"{name} units", "units", Operation.SHARE, held, both, old)

    def _scaled(self, action: CorporateAction, held: Node, name: str) -> Node:
        new, old = (leaf(f"{name} {part}", "units", action, part) for part in ("new", "old"))
        return made(f"{name} units", "units", Operation.SHARE, held, new, old)

    def _whole(self, action: CorporateAction, units: Node) -> Node:
        if action.cash_in_lieu_price is None:
            return units
        return made(units.figure, "units", Operation.WHOLE, units)
