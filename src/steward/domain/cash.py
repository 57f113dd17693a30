"""What a transaction does to cash."""

from decimal import Decimal
from typing import Final

from steward.domain.money import ZERO, add, divided, multiply, rounded, subtract
from steward.domain.transactions import Entry, Kind

# The sign with which the gross amount counts, and whether fee and tax are paid on top or out of it.
_CASH: Final = {
    Kind.DEPOSIT: (1, True),
    Kind.WITHDRAWAL: (-1, True),
    Kind.BUY: (-1, True),
    Kind.SELL: (1, True),
    Kind.TRANSFER_IN: (0, False),
    Kind.TRANSFER_OUT: (0, False),
    Kind.DIVIDEND: (1, True),
    Kind.DIVIDEND_REINVESTED: (0, False),
    Kind.DIVIDEND_IN_KIND: (0, True),
    Kind.INTEREST: (1, True),
    Kind.INTEREST_CHARGED: (-1, True),
    Kind.FEE: (-1, False),
    Kind.FEE_REFUND: (1, False),
    Kind.TAX: (-1, False),
    Kind.TAX_REFUND: (1, False),
}


def cash_currency(entry: Entry) -> str | None:
    """Give the currency in which cash moves; None when the entry has no amount."""
    return entry.terms.cash_currency or entry.currency


def net_amount(entry: Entry) -> Decimal | None:
    """Give the signed change of cash in `cash_currency`; None when the amount is unknown.

    At the recorded rate, rounded once, when the entry is in another currency. A reversal has the opposite
    sign of what it takes back.
    """
    sign, costs = _CASH[entry.kind]
    if sign and entry.gross_amount is None:
        return None
    gross = multiply(entry.gross_amount or ZERO, Decimal(sign))
    change = subtract(gross, add(entry.terms.fee, entry.terms.tax)) if costs else gross
    if entry.reverses is not None:
        change = subtract(ZERO, change)
    rate = entry.terms.recorded_rate
    if entry.terms.cash_currency is None or rate is None:
        return change
    if rate.base == entry.currency:
        return rounded(multiply(change, rate.rate))
    return divided(change, rate.rate)
