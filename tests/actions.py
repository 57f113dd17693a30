"""Random corporate actions: a strategy of every kind, with ratios, cash, and shares of the cost."""

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from hypothesis import strategies as st

from steward.domain.corporate_actions import ActionKind, CorporateAction
from tests.tales import CURRENCIES, DAYS, INSTRUMENTS, day_of

_WIDE = Context(prec=200)


@dataclass(frozen=True)
class Act:
    """What happens to an instrument on a day; its kind decides which of the numbers count."""

    day: int
    kind: ActionKind
    symbol: str
    into: str
    new: int
    old: int
    cash: Decimal
    share: int
    lieu: bool
    currency: str

    def action(self, id_: int) -> CorporateAction:
        """Make the action."""
        kind = self.kind
        parts: dict[str, Any] = {"id": id_, "symbol": self.symbol, "kind": kind, "ex_date": day_of(self.day)}
        ratio = {"new": Decimal(self.new), "old": Decimal(self.old)}
        cash = {"cash_per_unit": self.cash, "currency": self.currency}
        lieu = {"cash_in_lieu_price": self.cash, "currency": self.currency} if self.lieu else {}
        share = {"basis_share": Decimal(self.share).scaleb(-2)}
        if kind in (ActionKind.SPLIT, ActionKind.STOCK_DIVIDEND):
            parts |= ratio | lieu
        elif kind in (ActionKind.SPIN_OFF, ActionKind.RIGHTS):
            parts |= ratio | lieu | {"into": self.into} | share
        elif kind is ActionKind.SYMBOL_CHANGE:
            parts |= {"into": self.into}
        elif kind is ActionKind.MERGER and self.share < 60:
            parts |= ratio | lieu | {"into": self.into} | (cash | share if self.share > 30 else {})
        else:
            parts |= cash
        return CorporateAction(**parts)


def exact(most: int) -> st.SearchStrategy[Decimal]:
    """Positive numbers, whole ones first, some with all their 18 digits."""
    whole = st.integers(1, most).map(Decimal)
    cents = st.integers(1, most * 100).map(lambda one: Decimal(one).scaleb(-2))
    long = st.integers(10**17, most * 10**18).map(lambda one: Decimal(one).scaleb(-18, _WIDE))
    return st.one_of(whole, cents, long)


def acts(symbols: list[str]) -> st.SearchStrategy[Act]:
    """Any action of these symbols."""
    return st.builds(
        Act,
        day=st.integers(1, DAYS - 1),
        kind=st.sampled_from(ActionKind),
        symbol=st.sampled_from(symbols),
        into=st.sampled_from(list(INSTRUMENTS)),
        new=st.integers(1, 7),
        old=st.sampled_from([1, 2, 3, 5, 7, 10]),
        cash=exact(20),
        share=st.integers(0, 100),
        lieu=st.booleans(),
        currency=st.sampled_from(CURRENCIES),
    ).filter(lambda act: act.symbol != act.into)
