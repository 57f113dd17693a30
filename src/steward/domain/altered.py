"""A frozen value with some fields changed, several times faster than `dataclasses.replace`."""

from typing import TypeVar

T = TypeVar("T")

# What an instance keeps besides its fields, worked out of them.
_WORKED_OUT = ("average_price", "text")


def altered(value: T, **changes: object) -> T:
    """Give the same value with these fields changed.

    For dataclasses without slots and without checks of their own, where a desk makes a dozen of them for
    each order: it copies the instance's dict and runs no constructor.
    """
    fields = vars(value).copy()
    for name in _WORKED_OUT:
        fields.pop(name, None)
    fields.update(changes)
    other = object.__new__(type(value))
    object.__setattr__(other, "__dict__", fields)
    return other
