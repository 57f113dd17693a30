"""What a transaction does to cash."""

from decimal import Decimal
from typing import Final

from steward.domain.money import UNKNOWN, ZERO, add, divided, known, multiply, negated, rounded, subtract
from steward.domain.transactions import Entry, Kind

# The sign with which the gross amount counts, and whether fee and tax are paid as well.
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
    Kind.FEE: (-1, True),
    Kind.FEE_REFUND: (1, True),
    Kind.TAX: (-1, True),
    Kind.TAX_REFUND: (1, True),
}


def moved(kind: Kind, gross: Decimal, costs: Decimal) -> Decimal:
    """Give the signed change of cash by a gross amount, and fee and tax in one; UNKNOWN when they are."""
    sign, charged = _CASH[kind]
    change = ZERO
    if sign:
        change = gross if sign > 0 else negated(gross)
    return subtract(change, costs) if charged else change


def settled(entry: Entry, change: Decimal) -> tuple[str | None, Decimal]:
    """Give the currency in which cash moves, and a change of it there: at the recorded rate, rounded once."""
    there, rate = entry.terms.cash_currency, entry.terms.recorded_rate
    if there is None or there == entry.currency or rate is None:
        return entry.currency, change
    if rate.quote == there:
        return there, rounded(multiply(change, rate.rate))
    return there, divided(change, rate.rate)


def net_amount(entry: Entry) -> Decimal | None:
    """Give the signed change of cash where it is settled; None when the amount is unknown.

    A reversal has the opposite sign of what it takes back.
    """
    gross = UNKNOWN if entry.gross_amount is None else entry.gross_amount
    _, change = settled(entry, moved(entry.kind, gross, add(entry.terms.fee, entry.terms.tax)))
    return known(change if entry.reverses is None else negated(change))


def net_amount_in(currency: str, entry: Entry) -> Decimal:
    """Give the same as far as it is known and moves in this currency, else 0."""
    amount = net_amount(entry)
    return ZERO if amount is None or settled(entry, ZERO)[0] != currency else amount
