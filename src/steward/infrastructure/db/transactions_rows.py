"""Rows of the ledger: from columns to transactions by place, and back to parameters by name."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from steward.domain.money import ZERO, plain
from steward.domain.transactions import (
    NO_TERMS,
    Entry,
    Kind,
    LotChoice,
    RecordedRate,
    Sealed,
    Terms,
    Transaction,
)
from steward.infrastructure.db.statements import Row
from steward.infrastructure.db.transactions_tables import transactions

_C = transactions.c
NARROW = tuple(column.name for column in _C)[1:15]
"""The columns of an entry without terms, as they are given when a row is added."""
WIDE = tuple(column.name for column in _C)[1:]
"""All columns that are given when a row is added."""
WHOLE = (
    _C.id,
    _C.portfolio_id,
    _C.seq,
    _C.recorded_at,
    _C.digest,
    _C.kind,
    _C.symbol,
    _C.quantity,
    _C.occurred_at,
    _C.price,
    _C.gross_amount,
    _C.currency,
    _C.fill_id,
    _C.reverses,
    *(_C[name] for name in WIDE[14:]),
)
"""The columns of which `transaction` makes one."""
_FIRST_TERM = 14
_PLAIN_TRADE = (None,) * (len(WHOLE) - _FIRST_TERM)
_KINDS = {kind.value: kind for kind in Kind}


def transaction(row: Row) -> Transaction:
    """Make a transaction of a row of the columns WHOLE."""
    stated = row[_FIRST_TERM:]
    terms = NO_TERMS if stated == _PLAIN_TRADE else _terms(*stated)
    entry = Entry(_KINDS[row[5]], *row[6:14], terms)  # type: ignore[call-arg]  # eight columns
    return Transaction(row[0], row[1], row[2], row[3], entry, row[4])


def _terms(  # noqa: PLR0917 - columns by their place
    fee: Decimal | None,
    tax: Decimal | None,
    settles_on: date | None,
    cash_currency: str | None,
    base: str | None,
    quote: str | None,
    rate: Decimal | None,
    security_amount: Decimal | None,
    security_currency: str | None,
    lots: str | None,
    *others: Any,  # noqa: ANN401 - the last fields of Terms
) -> Terms:
    recorded = None if rate is None else RecordedRate(base or "", quote or "", rate)
    named = () if lots is None else tuple(LotChoice(id_, Decimal(units)) for id_, units in json.loads(lots))
    return Terms(
        fee or ZERO,
        tax or ZERO,
        settles_on,
        cash_currency,
        recorded,
        security_amount,
        security_currency,
        named,
        *others,
    )


def narrow(owner_id: UUID, sealed: Sealed) -> dict[str, object]:
    """Give the parameters of an entry without terms."""
    placed = stated(owner_id, sealed.portfolio_id, sealed.recorded_at, sealed.entry)
    return {**placed, "seq": sealed.seq, "digest": sealed.digest}


def stated(owner_id: UUID, portfolio_id: int, recorded_at: datetime, entry: Entry) -> dict[str, object]:
    """Give the parameters of an entry without terms, but for its place in the chain."""
    return {
        "owner_id": owner_id,
        "portfolio_id": portfolio_id,
        "kind": entry.kind.value,
        "symbol": entry.symbol,
        "quantity": entry.quantity,
        "occurred_at": entry.occurred_at,
        "price": entry.price,
        "gross_amount": entry.gross_amount,
        "currency": entry.currency,
        "fill_id": entry.fill_id,
        "reverses": entry.reverses,
        "recorded_at": recorded_at,
    }


def wide(owner_id: UUID, sealed: Sealed) -> dict[str, object]:
    """Give the parameters of an entry with its terms."""
    terms = sealed.entry.terms
    rate = terms.recorded_rate
    lots = [[lot.transaction_id, plain(lot.quantity)] for lot in terms.lots]
    return {
        **narrow(owner_id, sealed),
        "fee": terms.fee or None,
        "tax": terms.tax or None,
        "settles_on": terms.settles_on,
        "cash_currency": terms.cash_currency,
        "rate_base": rate and rate.base,
        "rate_quote": rate and rate.quote,
        "rate": rate and rate.rate,
        "security_amount": terms.security_amount,
        "security_currency": terms.security_currency,
        "lots": json.dumps(lots, separators=(",", ":")) if lots else None,
        "transfer_id": terms.transfer_id,
        "replaces": terms.replaces,
        "note": terms.note,
        "external_id": terms.external_id,
    }


def numbered(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Give the parameters of several rows at once: each name with the place of its row behind it."""
    return {f"{name}_{place}": value for place, row in enumerate(rows) for name, value in row.items()}
