"""One write for many rows: on PostgreSQL a statement whose only parameter is the rows, as JSON.

Such a statement is a part of a batch like any other, so that all writes of a unit are one round trip however
many rows they have. No row may be meant twice: a statement sees the table as it was before.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, cached_property
from typing import Final
from uuid import UUID

import orjson

from steward.domain.money import plain
from steward.infrastructure.db.statements import Compiled, Params, Statement

_PLACEHOLDER: Final = re.compile(
    r'\$(\d+)::(TIMESTAMP WITH TIME ZONE|[A-Z]+(?:\(\d+, \d+\))?)( COLLATE "C")?'
)
_VALUES: Final = re.compile(r"VALUES \((.*?)\)(?= ON CONFLICT|$)", re.DOTALL)


class OfRows(Statement):
    """A write of one row made one of many: what were its parameters are columns of the rows."""

    def __init__(self, one: Statement) -> None:
        super().__init__(one._clause, refusals=one.refusals)  # noqa: SLF001 - its own kind
        self._one = one.postgresql

    @cached_property
    def postgresql(self) -> Compiled:
        """The statement for asyncpg."""
        types: dict[int, str] = {}

        def column(match: re.Match[str]) -> str:
            types[int(match[1])] = match[2].strip()
            return f"given.p{match[1]}{match[3] or ''}"

        sql = _PLACEHOLDER.sub(column, self._one.sql)
        columns = ", ".join(f"p{place} {kind}" for place, kind in sorted(types.items()))
        word = "USING" if sql.startswith("DELETE") else "FROM"
        source = f" {word} json_to_recordset($1::JSON) AS given({columns})"
        if _VALUES.search(sql):
            sql = _VALUES.sub(lambda match: f"SELECT {match[1]}{source}", sql, count=1)
        else:
            sql = sql.replace("\n", " ").replace(" WHERE ", f"{source} WHERE ", 1)
        return Compiled(sql, ("rows",), {}, ())

    def params(self, rows: Sequence[Params]) -> Params:
        """Give the parameters that write these rows."""
        names = [(f"p{place}", name) for place, name in enumerate(self._one.names, 1)]
        constants = self._one.constants
        told = [
            {short: constants[name] if name in constants else row[name] for short, name in names}
            for row in rows
        ]
        return {"rows": orjson.dumps(told, default=_text).decode(), **rows[0]}


@cache
def of_rows(statement: Statement) -> OfRows:
    """Give the form of a write that takes many rows."""
    return OfRows(statement)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, UUID):
        return str(value)  # the driver's own kind of UUID
    raise TypeError(type(value))
