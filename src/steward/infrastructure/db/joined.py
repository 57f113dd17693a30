"""Several queries as one statement of PostgreSQL: one round trip, one moment."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from steward.infrastructure.db.statements import Params, Row, Statement

_PLACEHOLDER: Final = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Joined:
    """The statement, whose only row has an array of rows for each of the queries."""

    sql: str
    parts: tuple[Statement, ...]

    def arguments(self, params: Sequence[Params]) -> list[object]:
        """Put the parameters of all queries in their order."""
        given = zip(self.parts, params, strict=True)
        return [value for part, one in given for value in part.postgresql.arguments(one)]

    def rows(self, answer: Row) -> list[list[Row]]:
        """Give the rows of each query."""
        return [
            [_exact(row, part.exact_places) for row in rows] if part.exact_places else list(rows)
            for part, rows in zip(self.parts, answer, strict=True)
        ]


@cache
def joined(parts: tuple[Statement, ...]) -> Joined:
    """Join queries that lock nothing."""
    texts, count = [], 0
    for part in parts:
        names = [f"c{place}" for place in range(part.width)]
        # Inside a row the driver cannot ask for a number as text, which is how exact ones are read.
        taken = [f"{name}::TEXT" if place in part.exact_places else name for place, name in enumerate(names)]
        sql = _shifted(part.postgresql.sql, count)
        texts.append(f"ARRAY(SELECT ROW({', '.join(taken)}) FROM ({sql}) AS found({', '.join(names)}))")  # noqa: S608 - names of ours
        count += len(part.postgresql.names)
    return Joined(f"SELECT {', '.join(texts)}", parts)


def _shifted(sql: str, by: int) -> str:
    return _PLACEHOLDER.sub(lambda match: f"${int(match[1]) + by}", sql)


def _exact(row: Row, places: Sequence[int]) -> Row:
    fields = list(row)
    for place in places:
        if fields[place] is not None:
            fields[place] = Decimal(fields[place])
    return tuple(fields)
