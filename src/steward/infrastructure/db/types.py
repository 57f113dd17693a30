"""Column types that mean the same on both engines, and how a column is written on the wire."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Integer,
    MetaData,
    Text,
    Uuid,
    bindparam,
    column,
)
from sqlalchemy.dialects.postgresql import NUMERIC, TIMESTAMP
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from steward.domain.money import WHOLE_DIGITS

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Serial = BigInteger().with_variant(Integer, "sqlite")
"""An integer key that the database gives out and never gives again."""

Plain = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point on both engines."""


class Exact(TypeDecorator[Decimal]):
    """An exact number: NUMERIC on PostgreSQL, canonical text on SQLite, which has floats only."""

    impl = Text
    cache_ok = True

    def __init__(self, precision: int = 38, scale: int = 18) -> None:
        super().__init__()
        self.precision, self.scale = precision, scale

    def __repr__(self) -> str:
        """Write it as a migration does."""
        return f"Exact({self.precision}, {self.scale})"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Decimal]:
        """Choose by dialect."""
        if dialect.name == "postgresql":
            return NUMERIC(self.precision, self.scale)
        return Text()  # type: ignore[return-value]  # text on purpose


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: TIMESTAMP WITH TIME ZONE on PostgreSQL, RFC 3339 text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """Choose by dialect."""
        if dialect.name == "postgresql":
            return TIMESTAMP(timezone=True)
        return Text()  # type: ignore[return-value]  # text on purpose


class Day(TypeDecorator[date]):
    """A calendar day: DATE on PostgreSQL, text such as 2026-01-31 on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date]:
        """Choose by dialect."""
        if dialect.name == "postgresql":
            return Date()
        return Text()  # type: ignore[return-value]  # text on purpose


class Id(TypeDecorator[UUID]):
    """A UUID: its own type on PostgreSQL, text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[UUID]:
        """Choose by dialect."""
        if dialect.name == "postgresql":
            return Uuid()
        return Text()  # type: ignore[return-value]  # text on purpose


class wire(FunctionElement[str]):  # noqa: N801 - reads as a SQL function in statements
    """A column as the text that goes on the wire, made by the database: no value is parsed to be written."""

    type = Text()
    inherit_cache = True

    def __init__(self, column: ColumnElement[object]) -> None:
        super().__init__(column)
        self.kind = column.type


@compiles(wire, "sqlite")
def _wire_sqlite(element: wire, compiler: SQLCompiler, **kwargs: object) -> str:
    return compiler.process(element.clauses, **kwargs)


@compiles(wire, "postgresql")
def _wire_postgresql(element: wire, compiler: SQLCompiler, **kwargs: object) -> str:
    column = compiler.process(element.clauses, **kwargs)
    if isinstance(element.kind, Exact):
        return f"trim_scale({column})::text"
    if isinstance(element.kind, Instant):
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return f"({column})::text"


def within_limits(name: str) -> CheckConstraint:
    """Make the CHECK that a number has at most 20 digits before the point, exact on both engines."""
    return CheckConstraint(_digits(column(name, Exact)) <= WHOLE_DIGITS, name)


class _digits(FunctionElement[int]):  # noqa: N801 - reads as a SQL function in statements
    type = Integer()
    inherit_cache = True


@compiles(_digits, "sqlite")
def _digits_sqlite(element: _digits, compiler: SQLCompiler, **kwargs: object) -> str:
    name = compiler.process(element.clauses, **kwargs)
    return f"(instr(ltrim({name}, '-') || '.', '.') - 1)"


@compiles(_digits, "postgresql")
def _digits_postgresql(element: _digits, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"length(trunc(abs({compiler.process(element.clauses, **kwargs)}))::text)"


class exact_sum(FunctionElement[Decimal]):  # noqa: N801 - reads as a SQL function in statements
    """The exact sum of two numbers; on SQLite by `exact_add`, which every connection brings along."""

    inherit_cache = True

    def __init__(self, one: ColumnElement[Decimal], other: ColumnElement[Decimal]) -> None:
        super().__init__(one, other)
        self.type = Exact()


@compiles(exact_sum, "sqlite")
def _sum_sqlite(element: exact_sum, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"exact_add({compiler.process(element.clauses, **kwargs)})"


@compiles(exact_sum, "postgresql")
def _sum_postgresql(element: exact_sum, compiler: SQLCompiler, **kwargs: object) -> str:
    one, other = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"({one} + {other})"


class _listed(FunctionElement[bool]):  # noqa: N801 - reads as a SQL function in statements
    # Not said to be a Boolean, of which SQLite would be asked whether it is 1: no index answers that.
    inherit_cache = True


def listed(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Make the condition that a column of texts or ids is among the parameter `name`: see `written_list`."""
    return _listed(column, bindparam(name, type_=Text))


def written_list(values: Iterable[str | int]) -> str:
    """Write texts or ids as the parameter of `listed`."""
    return json.dumps(list(values))


@compiles(_listed, "sqlite")
def _listed_sqlite(element: _listed, compiler: SQLCompiler, **kwargs: object) -> str:
    column, texts = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - compiled, not typed


@compiles(_listed, "postgresql")
def _listed_postgresql(element: _listed, compiler: SQLCompiler, **kwargs: object) -> str:
    column, values = (compiler.process(clause, **kwargs) for clause in element.clauses)
    of = next(iter(element.clauses)).type
    kind = "BIGINT" if isinstance(of, BigInteger) else "UUID" if isinstance(of, Id) else "TEXT"
    return f"{column} IN (SELECT CAST(json_array_elements_text(CAST({values} AS JSON)) AS {kind}))"


class chained(FunctionElement[str]):  # noqa: N801 - reads as a SQL function in statements
    """The digest of a transaction behind another: `digest_of_text`, where the row of the head is at hand.

    Given the digest before, the portfolio's id, the number of the transaction and the text that is
    sealed; on SQLite every connection brings the very function along.
    """

    type = Text()
    inherit_cache = True


@compiles(chained, "sqlite")
def _chained_sqlite(element: chained, compiler: SQLCompiler, **kwargs: object) -> str:
    return f"chained({compiler.process(element.clauses, **kwargs)})"


@compiles(chained, "postgresql")
def _chained_postgresql(element: chained, compiler: SQLCompiler, **kwargs: object) -> str:
    parts = (f"({compiler.process(clause, **kwargs)})" for clause in element.clauses)
    text = " || chr(10) || ".join(parts)
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"
