"""Explanations: a figure as a tree of operations on what it came from.

A node's value is computed from its inputs by its operation, and a leaf's is read from its source, so that
no node can state a number that its inputs do not give.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import isfinite, nan, prod
from typing import Final

from steward.domain.closes import rounded_ratio
from steward.domain.corporate_actions import CorporateAction
from steward.domain.lots import nearer
from steward.domain.market import Close, Rate
from steward.domain.money import (
    FRACTION_DIGITS,
    UNKNOWN,
    ZERO,
    divided,
    multiply,
    negated,
    rounded,
    share,
    subtract,
    total,
)
from steward.domain.records import Gap
from steward.domain.transactions import Transaction

_STEPS: Final = Decimal(10**FRACTION_DIGITS)

Value = Decimal | float | None
"""An exact amount, UNKNOWN included; a ratio, None when it is not known."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that stands by itself: a multiplier, units taken of a lot, the days of a period."""

    what: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that has a tree of its own: `path` is what to ask for, and `make` makes that tree."""

    path: str
    value: Decimal
    make: Callable[[], "Node"]

    def opened(self) -> "Node":
        """Give its tree, which must come to the value that was stated."""
        tree = self.make()
        assert tree.value == self.value, (self.path, tree.value, self.value)  # noqa: S101 - else one of them lies
        return tree


Source = Transaction | Close | Rate | CorporateAction | Constant | Figure


class Operation(StrEnum):
    """What makes a value of inputs; the text is the formula."""

    LEAF = "as its source states it"
    MISSING = "unknown"
    SUM = "the sum of the inputs"
    KNOWN_SUM = "the sum of the inputs that are known"
    DIFFERENCE = "the first input less the others"
    NEGATED = "the input with the opposite sign"
    PRODUCT = "the product of the inputs, rounded once to 18 digits, half to even"
    QUOTIENT = "the first input / the second, rounded once to 18 digits, half to even"
    SHARE = "the first input x the second / the third, rounded once; all of it when they are the same"
    LESSER = "the input that is nearer to zero"
    WHOLE = "the input cut to whole units, towards zero"
    RATIO = "the first input / the second, as a ratio"
    COVERAGE = "how many inputs are known / how many there are"
    GROWTH = "(closing value + money out) / (opening value + money in), 1 where nothing was at work"
    LINKED = "(2 x closing value - net money in) / (2 x opening value + net money in), 1 where that is 0"
    CHAIN = "the product of the growths of all days - 1"
    RESTATED = "the price x the first of each pair / the second, rounded once to 18 digits, half to even"
    MEASURE = "as docs/performance-measures.md defines it, from the inputs"


Read = Callable[[Source], Decimal | None]
Measure = Callable[[tuple["Node", ...]], Value]


@dataclass(frozen=True, slots=True)
class Node:
    """A figure, its value in `unit`, and what it was made of: `inputs`, or a `source` when it is a leaf.

    `part` is what is read of the source, `gap` what is missing, `measure` the function of a MEASURE.
    """

    figure: str
    unit: str
    operation: Operation
    inputs: tuple["Node", ...] = ()
    source: Source | None = None
    part: str = ""
    gap: Gap | None = None
    measure: Measure | None = None
    value: Value = field(init=False)

    def __post_init__(self) -> None:
        """Compute the value."""
        if self.operation is Operation.LEAF:
            value: Value = _read(self.source, self.part)
        elif self.measure is not None:
            value = self.measure(self.inputs)
        else:
            value = _OPERATIONS[self.operation](self.inputs)
        object.__setattr__(self, "value", value)

    @property
    def amount(self) -> Decimal:
        """The value of a node that is an exact amount."""
        return self.value if isinstance(self.value, Decimal) else UNKNOWN

    @property
    def known(self) -> bool:
        """Whether anybody knows it."""
        value = self.value
        return not value.is_nan() if isinstance(value, Decimal) else value is not None

    def named(self, figure: str, unit: str | None = None) -> "Node":
        """Give the same node by the name of a figure that it is."""
        return replace(self, figure=figure, unit=unit or self.unit)

    def every(self) -> Iterator["Node"]:
        """Give this node and all below it, each once."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting += node.inputs


def leaf(figure: str, unit: str, source: Source, part: str) -> Node:
    """Read a part of a source."""
    return Node(figure, unit, Operation.LEAF, source=source, part=part)


def constant(what: str, value: Decimal, unit: str) -> Node:
    """State a number that stands by itself."""
    return leaf(what, unit, Constant(what, value), "value")


def missing(gap: Gap, unit: str) -> Node:
    """Say what is not known."""
    return Node(f"{gap.what} {gap.subject} {gap.on}", unit, Operation.MISSING, gap=gap)


def made(figure: str, unit: str, operation: Operation, *inputs: Node) -> Node:
    """Apply an operation."""
    return Node(figure, unit, operation, inputs)


def summed(figure: str, unit: str, inputs: Iterable[Node]) -> Node:
    """Add; of one input it is that input by another name."""
    return Node(figure, unit, Operation.SUM, tuple(inputs))


def measured(figure: str, inputs: Iterable[Node], measure: Measure, unit: str = "ratio") -> Node:
    """Apply a measure of performance."""
    return Node(figure, unit, Operation.MEASURE, tuple(inputs), measure=measure)


def _amounts(inputs: Iterable[Node]) -> list[Decimal]:
    return [one.amount for one in inputs]


def _product(inputs: tuple[Node, ...]) -> Decimal:
    product = Decimal(1)
    for one in inputs:
        product = multiply(product, one.amount)
    return rounded(product)


def _ratio(inputs: tuple[Node, ...]) -> float | None:
    one, other = _amounts(inputs)
    return None if one.is_nan() or other.is_nan() or not other else float(divided(one, other))


def _share(inputs: tuple[Node, ...]) -> Decimal:
    whole, part, of = _amounts(inputs)
    return share(whole, part, of)


def _quotient(inputs: tuple[Node, ...]) -> Decimal:
    one, other = _amounts(inputs)
    return UNKNOWN if not other or one.is_nan() or other.is_nan() else divided(one, other)


def _coverage(inputs: tuple[Node, ...]) -> float | None:
    return sum(one.known for one in inputs) / len(inputs) if inputs else None


def _growth(inputs: tuple[Node, ...]) -> float | None:
    closing, went, opening, came = (int(multiply(one.amount, _STEPS)) for one in inputs)
    return _grown(closing + went, opening + came)


def _linked(inputs: tuple[Node, ...]) -> float | None:
    closing, went, opening, came = (int(multiply(one.amount, _STEPS)) for one in inputs)
    return _grown(2 * closing - came + went, 2 * opening + came - went)


def _grown(top: int, bottom: int) -> float:
    return float(top) / float(bottom) if bottom else 1.0


def _restated(inputs: tuple[Node, ...]) -> Decimal:
    price, *pairs = _amounts(inputs)
    return rounded_ratio(Fraction(price) * prod(map(Fraction, pairs[::2])) / prod(map(Fraction, pairs[1::2])))


def _chained(inputs: tuple[Node, ...]) -> float | None:
    level = prod(factors(inputs))
    return level - 1 if isfinite(level) else None


def factors(inputs: Iterable[Node]) -> Iterator[float]:
    """Give the growth of each day below, in order."""
    for one in inputs:
        if one.operation is Operation.CHAIN:
            yield from factors(one.inputs)
        else:
            yield one.value if isinstance(one.value, float) else nan


_OPERATIONS: Final[Mapping[Operation, Callable[[tuple[Node, ...]], Value]]] = {
    Operation.MISSING: lambda _: UNKNOWN,
    Operation.SUM: lambda inputs: total(_amounts(inputs)),
    Operation.KNOWN_SUM: lambda inputs: total(one.amount for one in inputs if one.known),
    Operation.DIFFERENCE: lambda inputs: subtract(inputs[0].amount, total(_amounts(inputs[1:]))),
    Operation.NEGATED: lambda inputs: negated(inputs[0].amount),
    Operation.PRODUCT: _product,
    Operation.QUOTIENT: _quotient,
    Operation.SHARE: _share,
    Operation.LESSER: lambda inputs: nearer(*_amounts(inputs)),
    Operation.WHOLE: lambda inputs: Decimal(int(inputs[0].amount)),
    Operation.RATIO: _ratio,
    Operation.COVERAGE: _coverage,
    Operation.GROWTH: _growth,
    Operation.LINKED: _linked,
    Operation.RESTATED: _restated,
    Operation.CHAIN: _chained,
}


_PARTS: Final[Mapping[str, Read]] = {
    "quantity": lambda one: one.entry.quantity,  # type: ignore[union-attr]
    "gross_amount": lambda one: one.entry.gross_amount,  # type: ignore[union-attr]
    "fee": lambda one: one.entry.terms.fee,  # type: ignore[union-attr]
    "tax": lambda one: one.entry.terms.tax,  # type: ignore[union-attr]
    "security_amount": lambda one: one.entry.terms.security_amount,  # type: ignore[union-attr]
    "exchange_rate": lambda one: one.entry.terms.recorded_rate.rate,  # type: ignore[union-attr]
    "nothing": lambda _: ZERO,
}


def _read(source: Source | None, part: str) -> Decimal:
    found = _PARTS[part](source) if part in _PARTS and source is not None else getattr(source, part)
    return UNKNOWN if found is None else found
