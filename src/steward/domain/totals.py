"""Totals: a report added up over its instruments, its records and its balances."""

from decimal import Decimal
from typing import Final

from steward.domain.holdings import Report
from steward.domain.money import ZERO, negated, subtract, total
from steward.domain.records import Record
from steward.domain.scopes import Crossing, Scope, charge_of
from steward.domain.transactions import Kind

# Figures of an instrument that add up to those of all.
_SUMS: Final = (
    "cost_basis",
    "unrealized_gain_gross",
    "unrealized_gain_net",
    "realized_gain_gross",
    "realized_gain_net",
    "gain_gross",
    "gain_net",
)


def totals(report: Report, *, together: bool) -> dict[str, Decimal]:
    """Add up by name, in the reporting currency; UNKNOWN where a part is, but values are of what is known.

    So is the change of the day: an instrument without a price does not hide what the others did.
    Fees and taxes are all that were charged, on instruments or not. What moves between portfolios that are
    looked at `together` is no contribution.
    """
    appraisal, every, records = report.appraisal, report.by_symbol.values(), report.records
    flows = [Crossing(Scope()).of(one) for one in records if not (one.internal and together)]
    sums = {name: total(getattr(one, name) for one in every) for name in _SUMS}
    changes = [one.day_change for one in every]
    return {
        "market_value": appraisal.market_value,
        "cash": appraisal.cash_value,
        "net_worth": appraisal.net_worth,
        "day_change": total(one for one in changes if not one.is_nan()),
        **sums,
        "fees": total(charge_of(one, fees=True) for one in records),
        "taxes": total(charge_of(one) for one in records),
        "dividends_gross": total(one.dividends_gross for one in every),
        "dividends_net": total(one.dividends_net for one in every),
        "interest_net": total(map(_interest, records)),
        "net_contributions": subtract(total(came for came, _ in flows), total(went for _, went in flows)),
    }


def _interest(record: Record) -> Decimal:
    if record.kind is Kind.INTEREST_CHARGED:
        return negated(record.paid)
    return record.received if record.kind is Kind.INTEREST else ZERO
