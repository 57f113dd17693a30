"""Trade prices: what was last paid for a unit, for a market that may take it where there is no close."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from steward.domain.market import Trade
from steward.domain.money import divided, multiply
from steward.domain.transactions import Kind, Transaction

_TRADES = frozenset((Kind.BUY, Kind.SELL, Kind.TRANSFER_IN, Kind.TRANSFER_OUT))
_ONE = Decimal(1)


def trade_prices(transactions: Iterable[Transaction], multipliers: Mapping[str, Decimal]) -> Iterator[Trade]:
    """Give the gross price per unit of each trade, in the currency that the security was traded in.

    Units that moved between two portfolios of one owner were not traded. `multipliers` are by symbol, 1
    where there is none.
    """
    for one in transactions:
        entry, terms = one.entry, one.entry.terms
        amount, currency = entry.gross_amount, entry.currency
        if terms.security_amount is not None:
            amount, currency = terms.security_amount, terms.security_currency
        if entry.kind not in _TRADES or terms.transfer_id is not None or amount is None or currency is None:
            continue
        assert entry.symbol is not None  # noqa: S101 - a trade is of units of a symbol
        units = multiply(entry.quantity or _ONE, multipliers.get(entry.symbol, _ONE))
        yield Trade(entry.symbol, entry.trade_date, divided(amount, units), currency)
