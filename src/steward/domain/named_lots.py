"""Named lots: whether the lots that sales name are there when they are sold.

What is there is what the fold of lots says, by the cost method of the portfolio that sells: after sales of
any kind, transfers and corporate actions, in the order of days.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from steward.domain.closes import Policy
from steward.domain.corporate_actions import CorporateAction
from steward.domain.errors import Conflict, InvalidValue, Refusal
from steward.domain.lot_book import LotBook
from steward.domain.lot_fold import in_day_order, take
from steward.domain.market import Market
from steward.domain.money import plain, subtract
from steward.domain.portfolios import CostMethod
from steward.domain.records import Fx, Record, Teller
from steward.domain.shorts import Shortfall, blamed
from steward.domain.transactions import UNITS_IN, UNITS_OUT, Entry, LotChoice, Transaction

_COMES: Final = 2**63
"""What comes has no id yet: from here on, beyond all that anybody can name."""


class UnknownLot(InvalidValue):
    """A sale names a lot that was never there."""

    code = "unknown-lot"

    def __init__(self, place: int) -> None:
        detail = "No standing transaction brought such a lot of this instrument by that day."
        super().__init__(detail, pointer=f"/lots/{place}/transaction_id")


class BeyondLot(InvalidValue):
    """A sale names more units of a lot than are left of it."""

    code = "beyond-lot"

    def __init__(self, place: int, left: Decimal) -> None:
        detail = f"Of this lot {plain(left)} units are left in this portfolio by then."
        super().__init__(detail, pointer=f"/lots/{place}/quantity")


class LotNamed(Conflict):
    """A sale that stands names units that would not be there any more."""

    code = "lot-named"

    def __init__(self, sale: Transaction, lot: LotChoice, *, pointer: str | None = None) -> None:
        detail = (
            f"Transaction {sale.id} of {sale.entry.trade_date} names {plain(lot.quantity)} units of the lot "
            f"of transaction {lot.transaction_id}, which would not be there: take it back first."
        )
        super().__init__(detail, pointer=pointer)


@dataclass(frozen=True, slots=True)
class Coming:
    """An entry that is to come to the ledger of a portfolio."""

    portfolio_id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class _Lack:
    """Of what a sale names in a place, `left` units are there, and they are fewer than it names."""

    sale: Transaction
    place: int
    left: Decimal

    @property
    def lot(self) -> LotChoice:
        """What it names."""
        return self.sale.entry.terms.lots[self.place]

    @property
    def lacking(self) -> Decimal:
        """The units that are not there."""
        return subtract(self.lot.quantity, self.left)


def misnamed(
    kept: Sequence[Transaction],
    gone: Collection[int],
    come: Sequence[Coming],
    *,
    actions: Iterable[CorporateAction],
    methods: Mapping[int, CostMethod],
    pointer: str | None,
) -> tuple[int, Refusal] | None:
    """Find a sale that names what is not there, when some go and others come; give the place to blame.

    `kept` are all standing transactions in an instrument, and in all that became it or that it became, of
    the portfolios between which they moved; `methods` are those of the portfolios. A sale that stands is to
    blame on the change only when it lacks more than before. `pointer` is of what the change states.
    """
    steps = list(actions)
    coming = [_provisional(place, one) for place, one in enumerate(come)]
    stands = [*(one for one in kept if one.id not in gone), *coming]
    after = _lacks(stands, steps, methods)
    if not after:
        return None
    own = min((key for key in after if key[0] >= _COMES), default=None)
    if own is not None:
        return own[0] - _COMES, _refusal(after[own], stands)
    before = _lacks(kept, steps, methods)
    for key, lack in sorted(after.items()):
        if key not in before or lack.lacking > before[key].lacking:
            sale = lack.sale.entry
            found = Shortfall(sale.symbol or "", sale.trade_date)
            return blamed([one.entry for one in come], found), LotNamed(lack.sale, lack.lot, pointer=pointer)
    return None


def _provisional(place: int, one: Coming) -> Transaction:
    return Transaction(_COMES + place, one.portfolio_id, 0, one.entry.occurred_at, one.entry, "")


def _refusal(lack: _Lack, stands: Iterable[Transaction]) -> Refusal:
    named = lack.lot.transaction_id
    brought = any(
        one.id == named
        and one.entry.kind in UNITS_IN
        and one.entry.terms.transfer_id is None
        and one.entry.trade_date <= lack.sale.entry.trade_date
        for one in stands
    )
    return BeyondLot(lack.place, lack.left) if brought or lack.left else UnknownLot(lack.place)


def _lacks(
    ledger: Sequence[Transaction], actions: Sequence[CorporateAction], methods: Mapping[int, CostMethod]
) -> dict[tuple[int, int], _Lack]:
    """Find what sales name and is not there, by the sale's id and the place of the lot in it."""
    wanted = {methods[one.portfolio_id] for one in ledger if one.entry.terms.lots}
    if not wanted:
        return {}
    teller = Teller(Market(Policy(0)), _currency(ledger), Fx.RECORDED_RATE, date.max)
    records = teller.told(one for one in ledger if one.entry.quantity is not None)
    steps = in_day_order(records, actions)
    return {
        (lack.sale.id, lack.place): lack
        for method in wanted
        for lack in _found(LotBook(teller, method), steps)
        if methods[lack.sale.portfolio_id] is method
    }


def _currency(ledger: Iterable[Transaction]) -> str:
    """Give the one currency that all was traded in, so that no rate is needed to tell which lot is dearest.

    Of trades in several currencies, those in others than the first have a cost that is not known here.
    """
    return next((one.entry.currency for one in ledger if one.entry.currency is not None), "")


def _found(book: LotBook, steps: Iterable[Record | CorporateAction]) -> Iterator[_Lack]:
    begun: dict[UUID, Record] = {}
    for step in steps:
        if isinstance(step, Record):
            sale = _leaving(step, begun)
            if sale is not None:
                yield from _lacking(book, sale)
        take(book, step)


def _lacking(book: LotBook, sale: Transaction) -> Iterator[_Lack]:
    for place, lot in enumerate(sale.entry.terms.lots):
        left = book.pool(sale.portfolio_id, sale.entry.symbol or "").left(lot.transaction_id)
        if left < lot.quantity:
            yield _Lack(sale, place, left)


def _leaving(step: Record, begun: dict[UUID, Record]) -> Transaction | None:
    """Give the transaction whose units leave with this record: those of a transfer with its second side."""
    joint = step.entry.terms.transfer_id
    if joint is None:
        return step.transaction
    if joint not in begun:
        begun[joint] = step
        return None
    first = begun.pop(joint)
    return (step if step.kind in UNITS_OUT else first).transaction
