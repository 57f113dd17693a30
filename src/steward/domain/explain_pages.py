"""A tree as it is shown: level by level from the top, as long as there is room for leaves.

What appears twice is written out once, nearest to the top. A figure with a tree of its own is opened while
there is room, and is a leaf that says what to ask for when there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from steward.domain.explain import Figure, Node, Operation
from steward.domain.money import total

LEAVES_MAXIMUM: Final = 2000
DEPTH_MAXIMUM: Final = 40
COUNTED_MAXIMUM: Final = 1000
# A formula of more inputs than these may not take all the room that there is; a sum of more is cut.
_WIDE: Final = 20
# A figure is opened where so many leaves have room below it: rather some to the end than all half way.
_ROOM: Final = 8
_SUMS: Final = (Operation.SUM, Operation.KNOWN_SUM)


@dataclass(frozen=True, slots=True)
class Shown:
    """A node with the inputs that are shown.

    `repeated`: it is written out at another place. `left_out`: how many leaves below are not shown, counted
    up to 1,000. `others`: how many of its inputs are not shown, and their sum where they are added.
    """

    node: Node
    inputs: tuple["Shown", ...] = ()
    repeated: bool = False
    left_out: int = 0
    others: int = 0
    others_sum: Decimal | None = None


def shown(node: Node, *, leaves: int = LEAVES_MAXIMUM) -> Shown:
    """Show a tree with at most so many leaves."""
    page = _Page(leaves, leaves - 1)
    root = _Place(node)
    level = [root]
    for _ in range(DEPTH_MAXIMUM):
        level = page.below(level)
    for place in level:
        page.look(place)
    return root.shown()


@dataclass(slots=True)
class _Place:
    """Where a node stands on the page, and what is written below it."""

    node: Node
    below: list["_Place"] = field(default_factory=list)
    repeated: bool = False

    def shown(self) -> Shown:
        node, rest = self.node, self.node.inputs[len(self.below) :]
        if self.repeated or not rest:
            return Shown(node, tuple(one.shown() for one in self.below), self.repeated)
        if not self.below:
            return Shown(node, left_out=_leaves(rest))
        added = total(one.amount for one in rest) if node.operation in _SUMS else None
        inputs = tuple(one.shown() for one in self.below)
        return Shown(node, inputs, left_out=_leaves(rest), others=len(rest), others_sum=added)


@dataclass(slots=True)
class _Page:
    """Room for `most` leaves, of which so many are `left`, and for so many figures as `opens` says."""

    most: int
    left: int
    opens: int = 0
    seen: set[int] = field(default_factory=set)

    def below(self, level: Sequence[_Place]) -> list[_Place]:
        """Write what is below a level: whole formulas as long as there is room, then parts of wide sums."""
        wide, self.opens = list[_Place](), self.left // _ROOM
        # Half of the room is for what comes below what is wide.
        half = self.left if len(level) == 1 else self.left // 2
        for place in level:
            if not self.look(place):
                continue
            width = len(place.node.inputs)
            if width > _WIDE and place.node.operation in _SUMS:
                wide.append(place)
            elif width - 1 <= (half if width > _WIDE else self.left) or width > self.most:
                self.write(place, self.left + 1)
                half -= width - 1 if width > _WIDE else 0
        half = self.left - self.left // 2
        for number, place in enumerate(sorted(wide, key=lambda one: len(one.node.inputs))):
            before = self.left
            self.write(place, half // (len(wide) - number) + 1)
            half -= before - self.left
        return [one for place in level for one in place.below]

    def look(self, place: _Place) -> bool:
        """Open a figure while there is room; tell whether there is something below that was not seen."""
        source = place.node.source
        if isinstance(source, Figure) and self.opens > 0:
            place.node = source.opened()
            self.opens -= bool(place.node.inputs)
        place.repeated = id(place.node) in self.seen
        if not place.node.inputs or place.repeated:
            return False
        self.seen.add(id(place.node))
        return True

    def write(self, place: _Place, most: int) -> None:
        """Write at most so many inputs below a node."""
        place.below = [_Place(one) for one in place.node.inputs[:most]]
        self.left -= len(place.below) - 1


def _leaves(nodes: Sequence[Node]) -> int:
    """Count the leaves below, each once, as far as they are counted."""
    seen, waiting, count = set[int](), list(nodes), 0
    while waiting and count < COUNTED_MAXIMUM:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            waiting += node.inputs
            count += not node.inputs
    return count
