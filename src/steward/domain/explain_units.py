"""What the units that are held came from: transactions, and what corporate actions made of them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from itertools import chain
from operator import itemgetter

from steward.domain.closings import Passing, Payment
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.explain import Node, Operation, leaf, made, summed
from steward.domain.explain_records import units_moved
from steward.domain.lot_book import LotScope
from steward.domain.lot_fold import in_day_order
from steward.domain.records import Record
from steward.domain.story import Story

_Key = tuple[int, str]
_Note = Callable[[str, Node], None]


class Units:
    """The units of each portfolio and symbol at the close of any day until one, explained.

    Between two days on which nothing happened to them they are one and the same node.
    """

    def __init__(self, story: Story, records: Iterable[Record], until: date) -> None:
        self._ids = sorted(story.portfolio_ids)
        self._held: dict[_Key, list[Node]] = defaultdict(list)
        # From a day on, so many nodes of a list are what is held; an action begins another list.
        self._marks: dict[_Key, list[tuple[date, list[Node], int]]] = defaultdict(list)
        # The days on which the units of a symbol changed, in what is asked about.
        self._days: dict[str, list[date]] = defaultdict(list)
        self._made: dict[object, Node] = {}
        # What an action found in a portfolio, made of it, and paid fractions of.
        self._acted: dict[tuple[int, int, str], Node] = {}
        actions = [one for one in story.actions if one.ex_date <= until]
        for step in in_day_order((one for one in records if one.on <= until), actions):
            if isinstance(step, CorporateAction):
                self._act(step)
            elif step.entry.quantity is not None:
                self._move(step)

    @property
    def symbols(self) -> list[str]:
        """What the portfolios that are asked about ever held."""
        return sorted(self._days)

    def of(self, symbol: str, on: date, portfolio_id: int | None = None) -> Node:
        """Explain the units of a symbol, of all that are asked about or of one portfolio."""
        ids = self._ids if portfolio_id is None else [portfolio_id]
        key = symbol, portfolio_id, bisect_right(self._days.get(symbol, ()), on)
        if key not in self._made:
            held = [self._sum((one, symbol), on) for one in ids]
            self._made[key] = summed(f"{symbol} units", "units", chain(*held))
        return self._made[key]

    def _sum(self, key: _Key, on: date) -> list[Node]:
        """Give the one node of what a portfolio holds, if it ever held any."""
        marks = self._marks.get(key, [])
        place = bisect_right(marks, on, key=itemgetter(0)) - 1
        if place < 0:
            return []
        _, nodes, count = marks[place]
        if count == 1:
            return nodes[:1]
        if (key, place) not in self._made:
            self._made[key, place] = summed(f"{key[1]} in {key[0]}", "units", nodes[:count])
        return [self._made[key, place]]

    def _put(self, key: _Key, on: date, nodes: list[Node]) -> None:
        self._held[key] = nodes
        marks = self._marks[key]
        if marks and marks[-1][0] == on:
            marks.pop()
        marks.append((on, nodes, len(nodes)))
        if key[0] in self._ids and self._days[key[1]][-1:] != [on]:
            self._days[key[1]].append(on)

    def _move(self, record: Record) -> None:
        key = record.transaction.portfolio_id, record.symbol
        self._held[key].append(units_moved(record))
        self._put(key, record.on, self._held[key])

    def paid_for(self, payment: Payment) -> Node:
        """Explain the units, or the fractions of units, that an action paid for."""
        return self._acted[payment.action.id, payment.portfolio_id, "fraction" if payment.in_lieu else "held"]

    def passed(self, passing: Passing, scope: LotScope) -> Node:
        """Explain the units that an action made of those of a pool, before fractions are paid for."""
        action = passing.action.id
        came = [
            node
            for (id_, portfolio_id, what), node in self._acted.items()
            if (id_, what) == (action, "came")
            and (scope is LotScope.ALL or portfolio_id == passing.portfolio_id)
        ]
        return summed(f"{passing.into} units", "units", came)

    def _act(self, action: CorporateAction) -> None:
        name, on = f"{action.kind} {action.id}", action.ex_date
        for key in sorted(key for key, nodes in self._held.items() if key[1] == action.symbol and nodes):
            nodes, acted = self._held[key], partial(self._note, action, key[0])
            held = nodes[0] if len(nodes) == 1 else summed(f"{key[1]} in {key[0]}", "units", nodes)
            if not held.value:
                continue
            acted("held", held)
            if action.multiplies:
                self._put(key, on, [self._multiplied(action, held, acted)])
            if action.ends:
                self._put(key, on, [leaf(name, "units", action, "nothing")])
            if action.into is not None:
                renamed = action.kind is ActionKind.SYMBOL_CHANGE
                came = held if renamed else self._scaled(action, held)
                acted("came", came)
                into, received = (key[0], action.into), came if renamed else self._whole(action, came, acted)
                self._put(into, on, [*self._held[into], received])

    def _note(self, action: CorporateAction, portfolio_id: int, what: str, node: Node) -> None:
        self._acted[action.id, portfolio_id, what] = node

    def _multiplied(self, action: CorporateAction, held: Node, acted: _Note) -> Node:
        if action.kind is not ActionKind.STOCK_DIVIDEND:
            return self._whole(action, self._scaled(action, held), acted)
        name = f"{action.kind} {action.id}"
        if action.cash_in_lieu_price is not None:
            more = self._whole(action, self._scaled(action, held), acted)
            return summed(f"{name} units", "units", (held, more))
        new, old = (leaf(f"{name} {part}", "units", action, part) for part in ("new", "old"))
        both = summed(f"{name} new and old", "units", (new, old))
        return made(f"{name} units", "units", Operation.SHARE, held, both, old)

    @staticmethod
    def _scaled(action: CorporateAction, held: Node) -> Node:
        name = f"{action.kind} {action.id}"
        new, old = (leaf(f"{name} {part}", "units", action, part) for part in ("new", "old"))
        return made(f"{name} units", "units", Operation.SHARE, held, new, old)

    @staticmethod
    def _whole(action: CorporateAction, units: Node, acted: _Note) -> Node:
        """Cut to whole units where fractions are paid."""
        if action.cash_in_lieu_price is None:
            return units
        cut = made(units.figure, "units", Operation.WHOLE, units)
        acted("fraction", made("fraction of a unit", "units", Operation.DIFFERENCE, units, cut))
        return cut
