"""Runs a use case in a unit of work of its own."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from steward.usecases.ports import Units
from tests.factories import AT, TRACE

T = TypeVar("T")


async def run(units: Units, usecase: Callable[..., Awaitable[T]], **arguments: Any) -> T:
    """Give the use case's answer, after its unit has been kept."""
    return await units.write(lambda unit: usecase(unit, **arguments), trace=TRACE, at=AT)
