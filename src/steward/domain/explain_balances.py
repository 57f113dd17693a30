"""What balances came from: what transactions moved, and what corporate actions paid."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from operator import itemgetter

from steward.domain.closings import Payment
from steward.domain.explain import Node, summed
from steward.domain.explain_lots import cash_of, told_in
from steward.domain.explain_records import Recorded
from steward.domain.explain_units import Units
from steward.domain.records import Record
from steward.domain.story import Story


class Balances:
    """The balance of each currency at the close of any day, explained.

    From `since` on, a balance is the one of that day and what moved after it, so that the days of a period
    share what came before. Between two days on which nothing moved they are one and the same node.
    """

    def __init__(
        self,
        story: Story,
        recorded: Recorded,
        units: Units,
        happened: tuple[Iterable[Record], Iterable[Payment]],
        since: date = date.min,
    ) -> None:
        ids, (records, payments) = story.portfolio_ids, happened
        self._recorded, self._units, self._since = recorded, units, since
        self._made: dict[tuple[str, int], Node] = {}
        self._moves: dict[str, list[tuple[date, Record | Payment]]] = defaultdict(list)
        for one in records:
            if one.transaction.portfolio_id in ids and one.cash:
                self._moves[one.cash_currency].append((one.on, one))
        for paid in payments:
            if paid.portfolio_id in ids:
                self._moves[paid.currency].append((paid.action.ex_date, paid))
        for moves in self._moves.values():
            moves.sort(key=itemgetter(0))

    @property
    def currencies(self) -> list[str]:
        """In what there ever was a balance."""
        return sorted(self._moves)

    def of(self, currency: str, on: date) -> Node:
        """Explain the balance in a currency at the close of a day."""
        moves = self._moves[currency]
        count, early = (bisect_right(moves, day, key=itemgetter(0)) for day in (on, self._since))
        if (currency, count) not in self._made:
            before = [self.of(currency, self._since)] if 0 < early < count else []
            moved = (self._moved(one) for _, one in moves[early if before else 0 : count])
            self._made[currency, count] = summed(f"cash in {currency}", currency, [*before, *moved])
        return self._made[currency, count]

    def _moved(self, one: Record | Payment) -> Node:
        return self._recorded.cash(one) if isinstance(one, Record) else self.payment(one)

    def payment(self, one: Payment) -> Node:
        """Explain what an action paid into a portfolio, in its currency."""
        return cash_of(self._recorded.teller, one.action, self._units.paid_for(one), in_lieu=one.in_lieu)

    def payment_value(self, one: Payment) -> Node:
        """Explain the same in the reporting currency."""
        return told_in(self._recorded.teller, self.payment(one), one.currency, one.action.ex_date)
