"""A frozen value with some fields changed, several times faster than `dataclasses.replace`."""

from typing import TypeVar

T = TypeVar("T")

# What an instance keeps besides its fields, worked out of them.
_WORKED_OUT = frozenset(("average_price", "text"))


def altered(value: T, **changes: object) -> T:
    """Give the same value with these fields changed.

    For dataclasses without slots and without checks of their own, where a desk makes a dozen of them for
    each order: it copies the instance's dict and runs no constructor.
    """
    fields = {name: field for name, field in vars(value).items() if name not in _WORKED_OUT}
    other = object.__new__(type(value))
    vars(other).update(fields, **changes)
    return other
