"""A tree as it is shown: what appears twice is written out once, and what is too much is summed up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from steward.domain.explain import Node, Operation
from steward.domain.money import total

LEAVES_MAXIMUM: Final = 2000
DEPTH_MAXIMUM: Final = 40
_SUMS: Final = (Operation.SUM, Operation.KNOWN_SUM)


@dataclass(frozen=True, slots=True)
class Shown:
    """A node with the inputs that are shown.

    `repeated`: it is written out where it first appears. `left_out`: how many leaves below are not shown.
    `others`: how many of its inputs are not shown, and their sum where they are added.
    """

    node: Node
    inputs: tuple["Shown", ...] = ()
    repeated: bool = False
    left_out: int = 0
    others: int = 0
    others_sum: Decimal | None = None


def shown(node: Node, *, leaves: int = LEAVES_MAXIMUM) -> Shown:
    """Show a tree with at most so many leaves."""
    return _Page(leaves).show(node, 0)


@dataclass(slots=True)
class _Page:
    left: int
    seen: set[int] = field(default_factory=set)

    def show(self, node: Node, depth: int) -> Shown:
        if not node.inputs:
            self.left -= 1
            return Shown(node)
        if id(node) in self.seen:
            return Shown(node, repeated=True)
        self.seen.add(id(node))
        if depth == DEPTH_MAXIMUM:
            return Shown(node, left_out=_leaves((node,)))
        inputs: list[Shown] = []
        for place, one in enumerate(node.inputs):
            if self.left <= 0:
                return self._cut(node, tuple(inputs), node.inputs[place:])
            inputs.append(self.show(one, depth + 1))
        return Shown(node, tuple(inputs))

    @staticmethod
    def _cut(node: Node, inputs: tuple[Shown, ...], rest: Sequence[Node]) -> Shown:
        added = total(one.amount for one in rest) if node.operation in _SUMS else None
        return Shown(node, inputs, left_out=_leaves(rest), others=len(rest), others_sum=added)


def _leaves(nodes: Sequence[Node]) -> int:
    found = {id(one) for node in nodes for one in node.every() if not one.inputs}
    return len(found)
