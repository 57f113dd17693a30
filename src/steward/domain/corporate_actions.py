"""Corporate actions: what an issuer does to every unit of an instrument, entered once for all holders.

An action takes effect at the start of its ex-date: transactions of that day are already in new units.
It changes units and where the cost basis lies, never its sum, except by what it pays in cash.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from enum import StrEnum

from steward.domain.errors import InvalidValue, NotFound
from steward.domain.money import ZERO, add, divided, multiply, positive, subtract

_WHOLE = Decimal(1)
_DOWN = Context(prec=60, rounding=ROUND_DOWN)


class ActionNotFound(NotFound):
    """There is no such corporate action of this instrument."""

    code = "action-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such corporate action.")


class InvalidAction(InvalidValue):
    """What a corporate action states does not fit its kind."""

    code = "invalid-action"


class ActionKind(StrEnum):
    """What the issuer did."""

    SPLIT = "split"
    """`new` units for `old` ones; a reverse split has fewer new than old."""
    STOCK_DIVIDEND = "stock_dividend"
    """`new` more units for every `old` ones held."""
    SPIN_OFF = "spin_off"
    """`new` units of `into` for every `old` ones held, and `basis_share` of the basis with them."""
    RIGHTS = "rights"
    """As a spin-off; the rights take no basis unless `basis_share` says so."""
    MERGER = "merger"
    """All units go: for `new` units of `into` per `old` ones, for `cash_per_unit`, or for both."""
    RETURN_OF_CAPITAL = "return_of_capital"
    """`cash_per_unit` is paid out of the basis; what exceeds it is a realized gain."""
    SYMBOL_CHANGE = "symbol_change"
    """All units are units of `into` from now on."""
    DELISTING = "delisting"
    """All units go, for `cash_per_unit`, which may be 0."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What becomes of a position: units `kept`, units of another instrument `received`, a `fraction` paid.

    The fraction is in units of what would have been received or kept: it is paid at `cash_in_lieu_price`.
    """

    kept: Decimal
    received: Decimal = ZERO
    fraction: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CorporateAction:
    """One action. `cash_per_unit` and `cash_in_lieu_price` are in `currency`, per old and per new unit.

    `basis_share` (0 to 1) is the part of the cost basis that goes to the units of `into`. Without a
    `cash_in_lieu_price`, fractions of a unit are kept.
    """

    id: int
    symbol: str
    kind: ActionKind
    ex_date: date
    new: Decimal = ZERO
    old: Decimal = _WHOLE
    into: str | None = None
    basis_share: Decimal | None = None
    cash_per_unit: Decimal | None = None
    cash_in_lieu_price: Decimal | None = None
    currency: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Check that the parts fit the kind. Raises InvalidAction, NotPositive."""
        _check(self)

    @property
    def multiplies(self) -> bool:
        """Whether it only changes how many units there are."""
        return self.kind in (ActionKind.SPLIT, ActionKind.STOCK_DIVIDEND)

    @property
    def ends(self) -> bool:
        """Whether no unit of the symbol is left."""
        return self.kind in (ActionKind.MERGER, ActionKind.SYMBOL_CHANGE, ActionKind.DELISTING)

    @property
    def factor(self) -> tuple[Decimal, Decimal]:
        """(new, old): how many units of the symbol there are for each before, when it multiplies."""
        if self.kind is ActionKind.STOCK_DIVIDEND:
            return add(self.new, self.old), self.old
        return self.new, self.old

    def exchanged(self, quantity: Decimal) -> Exchange:
        """Apply the action to a position of `quantity` units, rounded once (half to even, 18 digits).

        Where fractions are paid, the units of a split and those of another instrument are cut to whole
        ones, towards zero also when short. A stock dividend cuts only what it distributes: the units held
        before stay as they are.
        """
        if self.kind is ActionKind.STOCK_DIVIDEND and self.cash_in_lieu_price is not None:
            units, fraction = self._whole(_scaled(quantity, self.new, self.old))
            return Exchange(kept=add(quantity, units), fraction=fraction)
        if self.multiplies:
            units, fraction = self._whole(_scaled(quantity, *self.factor))
            return Exchange(kept=units, fraction=fraction)
        received, fraction = ZERO, ZERO
        if self.kind is ActionKind.SYMBOL_CHANGE:
            received = quantity
        elif self.into is not None:
            received, fraction = self._whole(_scaled(quantity, self.new, self.old))
        return Exchange(ZERO if self.ends else quantity, received, fraction)

    def followed(self, quantity: Decimal) -> tuple[str, Decimal]:
        """Give the symbol and number of the units that `quantity` units have become, or stayed."""
        exchange = self.exchanged(quantity)
        if self.ends and self.into is not None:
            return self.into, exchange.received
        return self.symbol, exchange.kept

    def cash_for(self, quantity: Decimal) -> Decimal:
        """Give the exact cash that `quantity` old units bring, cash in lieu of fractions not included."""
        return ZERO if self.cash_per_unit is None else multiply(quantity, self.cash_per_unit)

    def _whole(self, units: Decimal) -> tuple[Decimal, Decimal]:
        if self.cash_in_lieu_price is None:
            return units, ZERO
        whole = units.quantize(_WHOLE, context=_DOWN) or ZERO
        return whole, subtract(units, whole)


def in_order(actions: Iterable[CorporateAction]) -> list[CorporateAction]:
    """Sort by ex-date, and within a day in the order in which they were entered."""
    return sorted(actions, key=lambda action: (action.ex_date, action.id))


def related(symbols: Iterable[str], actions: Iterable[CorporateAction]) -> frozenset[str]:
    """Give `symbols` and all whose units may have become theirs, or theirs have become, by `actions`."""
    links: dict[str, set[str]] = {}
    for action in actions:
        if action.into is not None:
            links.setdefault(action.symbol, set()).add(action.into)
            links.setdefault(action.into, set()).add(action.symbol)
    found: set[str] = set()
    waiting = list(symbols)
    while waiting:
        symbol = waiting.pop()
        if symbol not in found:
            found.add(symbol)
            waiting += links.get(symbol, ())
    return frozenset(found)


def _scaled(quantity: Decimal, new: Decimal, old: Decimal) -> Decimal:
    return divided(multiply(quantity, new), old)


def _check(action: CorporateAction) -> None:
    _check_into(action)
    _check_ratio(action)
    _check_cash(action)
    _check_basis_share(action)


def _check_into(action: CorporateAction) -> None:
    wants = action.kind in (ActionKind.SPIN_OFF, ActionKind.RIGHTS, ActionKind.SYMBOL_CHANGE)
    if wants and action.into is None:
        raise InvalidAction("This kind of action needs the symbol that comes out of it.", pointer="/into")
    if action.into is not None and not (wants or action.kind is ActionKind.MERGER):
        raise InvalidAction("No other symbol comes out of this kind of action.", pointer="/into")
    if action.into == action.symbol:
        raise InvalidAction("What comes out of an action is another instrument.", pointer="/into")


def _check_ratio(action: CorporateAction) -> None:
    gives_units = action.into is not None and action.kind is not ActionKind.SYMBOL_CHANGE
    if action.multiplies or gives_units:
        positive(action.new, pointer="/new")
        positive(action.old, pointer="/old")
    elif (action.new, action.old) != (ZERO, _WHOLE):
        raise InvalidAction("This kind of action has no ratio, or lacks the symbol for it.", pointer="/new")


def _check_cash(action: CorporateAction) -> None:
    kind, cash = action.kind, action.cash_per_unit
    wants = kind in (ActionKind.RETURN_OF_CAPITAL, ActionKind.DELISTING) or (
        kind is ActionKind.MERGER and action.into is None
    )
    if wants and cash is None:
        raise InvalidAction("This kind of action states its cash per unit.", pointer="/cash_per_unit")
    if cash is not None and not (wants or kind is ActionKind.MERGER):
        raise InvalidAction("This kind of action pays no cash per unit.", pointer="/cash_per_unit")
    worthless = kind is ActionKind.DELISTING and cash == ZERO
    if cash is not None and not worthless:
        positive(cash, pointer="/cash_per_unit")
    lieu = action.cash_in_lieu_price
    if lieu is not None and action.new == ZERO:
        detail = "This action has no new units, and so no fractions of them."
        raise InvalidAction(detail, pointer="/cash_in_lieu_price")
    if lieu is not None:
        positive(lieu, pointer="/cash_in_lieu_price")
    if (cash is not None or lieu is not None) != (action.currency is not None):
        raise InvalidAction("Cash has its currency, and only cash has one.", pointer="/currency")


def _check_basis_share(action: CorporateAction) -> None:
    share = action.basis_share
    wants = action.kind is ActionKind.SPIN_OFF or (
        action.kind is ActionKind.MERGER and action.into is not None and action.cash_per_unit is not None
    )
    if wants and share is None:
        raise InvalidAction(
            "This action states the share of the basis that goes along.", pointer="/basis_share"
        )
    if share is not None and not (wants or action.kind is ActionKind.RIGHTS):
        raise InvalidAction("This kind of action moves no share of the basis.", pointer="/basis_share")
    if share is not None and not ZERO <= share <= _WHOLE:
        raise InvalidAction("A share of the basis lies between 0 and 1.", pointer="/basis_share")
