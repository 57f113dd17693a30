"""A list of any length as one parameter: an array on PostgreSQL, JSON on SQLite."""

from typing import Any

from sqlalchemy import ARRAY, Boolean, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement


class one_of(FunctionElement[bool]):  # noqa: N801 - reads as a SQL function in statements
    """Whether a column is one of a list of its type, which is the parameter `name`."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        super().__init__(column, bindparam(name, type_=ARRAY(column.type)))


@compiles(one_of, "sqlite")
def _one_of_sqlite(element: one_of, compiler: SQLCompiler, **kwargs: object) -> str:
    column, values = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - compiled clauses


@compiles(one_of, "postgresql")
def _one_of_postgresql(element: one_of, compiler: SQLCompiler, **kwargs: object) -> str:
    column, values = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"({column} = ANY ({values}))"
