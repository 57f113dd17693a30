"""History: what a portfolio was worth at the close of every day, what it had cost, and what came and went.

The values are those of `appraise`, digit for digit, computed column by column instead of day by day.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from steward.domain.board import Board, Quoted
from steward.domain.columns import (
    Flags,
    Integers,
    Levels,
    Sum,
    added,
    exact_column,
    in_steps,
    most,
    products,
    runs,
)
from steward.domain.days import Amount, History, Missing
from steward.domain.money import FRACTION_DIGITS
from steward.domain.records import Teller
from steward.domain.scopes import Crossing, Scope
from steward.domain.story import Method, Story
from steward.domain.walk import Walk, walked, walked_beside
from steward.domain.wide import Narrow


def history(
    story: Story,
    *,
    first: date,
    last: date,
    currency: str,
    method: Method,
    crossing: Crossing | None = None,
) -> History:
    """Value every day from `first` to `last`, both included; a scope that is a symbol's has no cash."""
    teller = teller_of(story, currency, method, last)
    walk = walked(story, teller, method, crossing or Crossing(Scope()), last=last)
    return told(walk, Board(story.market, first, last), currency)


def teller_of(story: Story, currency: str, method: Method, last: date) -> Teller:
    """Give who tells the records of a history: what comes or goes without an amount counts with its value."""
    moves_valued = len(story.portfolio_ids) == 1
    return Teller(story.market, currency, method.fx, last, valued=True, moves_valued=moves_valued)


def histories(
    story: Story, portfolio_ids: Sequence[int], *, first: date, last: date, currency: str, method: Method
) -> dict[int, History]:
    """Value every day of several portfolios, each by itself, in one walk through a story of all of them."""
    teller = Teller(story.market, currency, method.fx, last, valued=True, moves_valued=True)
    groups = [frozenset((one,)) for one in portfolio_ids]
    walks = walked_beside(story, teller, method, Crossing(Scope()), groups, last=last)
    board = Board(story.market, first, last)
    return {one: told(walk, board, currency) for one, walk in zip(portfolio_ids, walks, strict=True)}


def told(walk: Walk, board: Board, currency: str) -> History:
    """Value what a walk found on each day of a board."""
    table = _Table(board, currency)
    for symbol in sorted(walk.units):
        table.hold(symbol, walk.units[symbol])
    securities = table.converted()
    for name in sorted(walk.cash):
        table.have(name, walk.cash[name])
    for name in sorted(walk.unknown_cash):
        table.lack(name, walk.unknown_cash[name])
    cash = table.converted()
    start, count = board.first.toordinal(), len(board.days)
    return History(
        board.first,
        currency,
        securities,
        cash,
        _laid(walk.cost, start, count),
        _flows(walk.money_in, start, count),
        _flows(walk.money_out, start, count),
        table.held.cumsum()[:-1].tolist(),
        table.valued(),
        tuple(table.missing),
    )


class _Table:
    """Sums by currency, and how many things are held and have a price, as changes from day to day."""

    def __init__(self, board: Board, currency: str) -> None:
        self._board, self._currency = board, currency
        self._start, self._count = int(board.days[0]), len(board.days)
        self._sums: dict[str, Sum] = defaultdict(lambda: Sum(self._count))
        self._priced: dict[str, Narrow] = defaultdict(self._nothing)
        self._lacking: dict[str, Flags] = {}
        self.held = self._nothing()
        self.missing: list[Missing] = []

    def hold(self, symbol: str, levels: Levels) -> None:
        """Add the units of a symbol at its prices."""
        begins = levels.begins(self._start, self._count)
        changes = self._changes(levels, begins)
        self.held += changes
        multiplier, digits = exact_column([self._board.market.instrument(symbol).multiplier])
        quoted = self._board.quoted(symbol)
        for piece in quoted.pieces:
            scale = digits + piece.scale
            # What is rounded is the whole: of two parts, only the lower may need it, and only where the
            # other is a multiple of two steps.
            apart = levels.scale + scale < FRACTION_DIGITS
            for part in levels.parts() if apart else (levels.whole(),):
                begin, units = part.spread(begins, self._count)
                start, stop = (
                    max(begin, piece.start),
                    min(begin + len(units), piece.start + len(piece.values)),
                )
                if start < stop:
                    units = units[start - begin : stop - begin]
                    prices = piece.values[start - piece.start : stop - piece.start]
                    bound = most(part.values) * int(multiplier[0])
                    if multiplier[0] != 1:
                        units = products(units, multiplier, bound)
                    bound *= piece.largest
                    self._add(
                        piece.currency, start, products(units, prices, bound), part.scale + scale, bound
                    )
        self._count_priced(symbol, quoted, begins, changes)

    def have(self, currency: str, levels: Levels) -> None:
        """Add a balance."""
        begins = levels.begins(self._start, self._count)
        changes = self._changes(levels, begins)
        self.held += changes
        self._priced[currency] += changes
        for part in levels.parts():
            begin, amounts = part.spread(begins, self._count)
            self._add(currency, begin, amounts, part.scale, most(part.values))

    def lack(self, currency: str, since: int) -> None:
        """Note that nobody knows a balance from a day on."""
        place = max(since - self._start, 0)
        self.held[place] += 1
        self._lacking[currency] = np.arange(self._count) >= place
        self._miss("cash", currency, self._lacking[currency])

    def converted(self) -> list[int]:
        """Convert the sums, each rounded once, add them, and begin anew."""
        rated = [
            one.times(None if name == self._currency else self._board.rates(name, self._currency))
            for name, one in self._sums.items()
        ]
        self._sums.clear()
        return added(rated, self._count)

    def valued(self) -> list[int]:
        """Count what has a price and a rate on each day, and note what has a price alone."""
        whole = np.zeros(self._count, dtype=np.int64)
        for name in sorted(self._priced.keys() | self._lacking.keys()):
            priced = self._priced[name].cumsum()[:-1]
            if name != self._currency:
                known = self._board.rates(name, self._currency).known
                there = (priced > 0) | self._lacking.get(name, False)
                self._miss("rate", name + self._currency, there & ~known)
                priced *= known
            whole += priced
        counts: list[int] = whole.tolist()
        return counts

    def _count_priced(self, symbol: str, quoted: Quoted, begins: Narrow, changes: Narrow) -> None:
        """Count the days with units and a price, by the currency of the price; note those without one."""
        pieces, first, last = quoted.pieces, int(begins[0]), self._count
        lacks = any(max(start, first) < min(stop, last) for start, stop in quoted.unknown)
        if not lacks and len({piece.currency for piece in pieces}) == 1:
            self._priced[pieces[0].currency] += changes
            return
        held = changes.cumsum()[:-1] > 0
        lacking = np.zeros(self._count, dtype=bool)
        for start, stop in quoted.unknown:
            lacking[start:stop] = held[start:stop]
        self._miss("price", symbol, lacking)
        for piece in pieces:
            stop = piece.start + len(piece.known)
            here = (held[piece.start : stop] & piece.known).astype(np.int64)
            priced = self._priced[piece.currency]
            priced[piece.start : stop] += here
            priced[piece.start + 1 : stop + 1] -= here

    def _changes(self, levels: Levels, begins: Narrow) -> Narrow:
        changes = self._nothing()
        np.add.at(changes, begins, np.diff(levels.is_something.astype(np.int64), prepend=0))
        return changes

    def _add(self, currency: str, start: int, values: Integers, scale: int, bound: int) -> None:
        if scale > FRACTION_DIGITS:
            values, bound = in_steps(values, scale), bound // 10 ** (scale - FRACTION_DIGITS) + 1
            scale = FRACTION_DIGITS
        self._sums[currency].add(start, values, scale, bound)

    def _miss(self, what: str, subject: str, where: Flags) -> None:
        for start, stop in runs(where):
            first, last = (date.fromordinal(self._start + place) for place in (start, stop - 1))
            self.missing.append(Missing(what, subject, first, last))

    def _nothing(self) -> Narrow:
        return np.zeros(self._count + 1, dtype=np.int64)


def _laid(levels: Levels, start: int, count: int) -> list[Amount]:
    begin, values = levels.spread(levels.begins(start, count), count)
    found: list[Amount] = values.tolist()
    return [*[0] * begin, *found, *[0] * (count - begin - len(found))]


def _flows(flows: Mapping[int, Amount], start: int, count: int) -> list[Amount]:
    found: list[Amount] = [0] * count
    for day, amount in flows.items():
        if 0 <= day - start < count:
            found[day - start] = amount
    return found
