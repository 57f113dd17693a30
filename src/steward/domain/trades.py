"""Trades: each closing with the lots that it closed, and what is still open, with what it earned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from steward.domain.closings import Closing
from steward.domain.corporate_actions import CorporateAction
from steward.domain.gains import Gains
from steward.domain.lots import Lot
from steward.domain.money import ZERO, add, divided, multiply, negated, subtract, total
from steward.domain.money_weighted import Flow
from steward.domain.records import Record
from steward.domain.returns import ratio

_DAY = Decimal(1)


@dataclass(frozen=True, slots=True)
class Trade:
    """Units from their purchase to their sale, or to now while they are open; in the reporting currency.

    `entry_value` is what was paid with fees and taxes (received, for a short), `exit_value` what was
    received after them (paid, for a short), or the market value while it is open. `holding_days` are the
    days of the lots, weighted by their units. Amounts are UNKNOWN where a cost or a price is. `cause` is
    the record or the corporate action that closed it, None while it is open.
    """

    symbol: str
    portfolio_id: int
    short: bool
    closed: bool
    quantity: Decimal
    start: date
    end: date
    entry_value: Decimal
    exit_value: Decimal
    gain_gross: Decimal
    holding_days: int
    lots: tuple[Lot, ...]
    cause: Record | CorporateAction | None

    @property
    def gain_net(self) -> Decimal:
        """What the trade earned after fees and taxes."""
        gain = subtract(self.exit_value, self.entry_value)
        return negated(gain) if self.short else gain

    @property
    def gained(self) -> float | None:
        """The gain in units of the entry value; None when it is unknown or there was none."""
        gain = self.gain_net
        return None if gain.is_nan() else ratio(gain, self.entry_value)

    @property
    def flows(self) -> list[Flow]:
        """Money paid (negative) and received, day by day: what a rate of return is found from."""
        paid = [Flow(lot.acquired, negated(lot.basis.net)) for lot in self.lots]
        return [*paid, Flow(self.end, negated(self.exit_value) if self.short else self.exit_value)]


def trades_of(gains: Gains, at: date) -> list[Trade]:
    """Give the trades of an instrument: one per closing of units, and what is open.

    What is open is one trade per portfolio, or one over all (of portfolio 0) when lots are those of all.
    """
    closed = [_closed(one) for one in gains.closings if one.quantity and one.pieces]
    if not gains.value_by_portfolio:
        lots = list(gains.lots)
        return [*closed, _open(gains.symbol, 0, lots, gains.market_value, at)] if lots else closed
    return closed + [
        _open(gains.symbol, one, [lot for lot in gains.lots if lot.portfolio_id == one], value, at)
        for one, value in gains.value_by_portfolio.items()
    ]


def _closed(closing: Closing) -> Trade:
    basis, short = closing.relieved, closing.pieces[0].quantity < ZERO
    received = subtract(closing.proceeds, add(closing.fee, closing.tax))
    return Trade(
        symbol=closing.symbol,
        portfolio_id=closing.portfolio_id,
        short=short,
        closed=True,
        quantity=closing.quantity,
        start=_earliest(closing.pieces),
        end=closing.on,
        entry_value=negated(basis.net) if short else basis.net,
        exit_value=negated(received) if short else received,
        gain_gross=closing.gain_gross,
        holding_days=_days(closing.pieces, closing.on),
        lots=closing.pieces,
        cause=closing.cause,
    )


def _open(symbol: str, portfolio_id: int, lots: Sequence[Lot], value: Decimal, at: date) -> Trade:
    quantity = total(lot.quantity for lot in lots)
    short = quantity < ZERO
    net, gross = (total(getattr(lot.basis, part) for lot in lots) for part in ("net", "gross"))
    return Trade(
        symbol=symbol,
        portfolio_id=portfolio_id,
        short=short,
        closed=False,
        quantity=quantity.copy_abs(),
        start=_earliest(lots),
        end=at,
        entry_value=negated(net) if short else net,
        exit_value=negated(value) if short else value,
        gain_gross=subtract(value, gross),
        holding_days=_days(lots, at),
        lots=tuple(lots),
        cause=None,
    )


def _earliest(lots: Iterable[Lot]) -> date:
    return min(lot.acquired for lot in lots)


def _days(lots: Iterable[Lot], end: date) -> int:
    return weighted_days((lot.quantity, (end - lot.acquired).days) for lot in lots)


def weighted_days(held: Iterable[tuple[Decimal, int]]) -> int:
    """Give the mean of days weighted by units, to the whole day."""
    units, weighted = ZERO, ZERO
    for quantity, days in held:
        units, weighted = add(units, quantity), add(weighted, multiply(quantity, Decimal(days)))
    return int(divided(weighted, units).quantize(_DAY, rounding=ROUND_HALF_UP))
