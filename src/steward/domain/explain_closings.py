"""What closings came from: proceeds, cost and gain."""

from collections.abc import Collection

from steward.domain.closings import Closing
from steward.domain.explain import Node, Operation, made, summed
from steward.domain.explain_lots import TracedBook, nodes_of, total_of
from steward.domain.lots import Lot


def gain_gross(book: TracedBook, one: Closing) -> Node:
    """Explain proceeds less cost, both without fees and taxes."""
    unit, name = book.teller.currency, f"{one.symbol} closed {one.on}"
    relieved = total_of(f"{name} cost", unit, one.pieces, "gross")
    return made(f"{name} gain", unit, Operation.DIFFERENCE, proceeds(book, one), relieved)


def gain_net(book: TracedBook, one: Closing) -> Node:
    """Explain proceeds less cost, after the fees and taxes of both."""
    unit, name = book.teller.currency, f"{one.symbol} closed {one.on}"
    _, fee, tax, *_ = nodes_of(one.brought)
    return made(
        f"{name} gain", unit, Operation.DIFFERENCE, proceeds(book, one), fee, tax, net(book, one.pieces)
    )


def proceeds(book: TracedBook, one: Closing) -> Node:
    """Explain what a closing brought; an action's is what it paid."""
    gross = nodes_of(one.brought)[0]
    if one.proceeds_as_brought:
        return gross
    return made(f"{one.symbol} proceeds", book.teller.currency, Operation.NEGATED, gross)


def net(book: TracedBook, lots: Collection[Lot]) -> Node:
    """Explain a cost with fees and taxes."""
    unit = book.teller.currency
    parts = (total_of(f"cost: {part}", unit, lots, part) for part in ("gross", "fee", "tax"))
    return summed("cost", unit, parts)
