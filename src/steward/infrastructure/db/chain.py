"""Appending to a ledger behind whatever is last: the database chains, so nothing is read before.

The head moves by itself, its row locked while it does; the transaction then takes the place and the digest
that the head has come to. Who decides on the ledger first reads the head and names it instead.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Insert,
    Integer,
    Table,
    Text,
    bindparam,
    column,
    func,
    insert,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from steward.infrastructure.db.portfolios import MINE
from steward.infrastructure.db.portfolios_tables import portfolios
from steward.infrastructure.db.statements import Statement
from steward.infrastructure.db.types import chained

_P = portfolios.c
_NEXT = _P.ledger_seq + literal_column("1")
_move = (
    update(portfolios)
    .where(MINE)
    .values(
        ledger_seq=_NEXT,
        ledger_digest=chained(_P.ledger_digest, _P.id, _NEXT, bindparam("sealed_text", type_=Text())),
        changed_at=bindparam("recorded_at"),
        asset_count=_P.asset_count + bindparam("assets", type_=Integer),
    )
)
MOVE_HEAD = Statement(
    lambda engine: _move.returning(_P.ledger_seq, _P.ledger_digest) if engine == "postgresql" else _move,
    name="head",
)
_HEAD = table("head", column("ledger_seq"), column("ledger_digest"))
_NO_SEQ: ColumnElement[int] = literal_column("0")
_NO_DIGEST: ColumnElement[str] = literal_column("''")


def add_next(transactions: Table, names: Sequence[str], engine: str) -> Insert:
    """Add one transaction at the place that the head has moved to; without a head, its key is foreign.

    On PostgreSQL the head is the part of the batch that moves it. That part runs first because this one
    reads it, so the portfolio's row is locked first, as in every other batch.
    """
    moved = select(_HEAD.c.ledger_seq), select(_HEAD.c.ledger_digest)
    if engine == "sqlite":
        moved = select(_P.ledger_seq).where(MINE), select(_P.ledger_digest).where(MINE)
    seq, digest = (one.scalar_subquery() for one in moved)
    found: dict[str, ColumnElement[Any]] = {
        "seq": func.coalesce(seq, _NO_SEQ),
        "digest": func.coalesce(digest, _NO_DIGEST),
    }
    stated: dict[str, ColumnElement[Any]] = {name: bindparam(name) for name in names if name not in found}
    return insert(transactions).values(stated | found)
