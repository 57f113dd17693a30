"""What the slices of an allocation came from, by their paths."""

from collections.abc import Callable
from functools import partial

from steward.domain.allocation import Division, Piece, Slice, SliceKind, divided_by, weight
from steward.domain.explain import Node, Operation, made, measured, summed
from steward.domain.explain_appraisal import Figures, Valued


def figures(valued: Valued) -> Figures:
    """Give every figure of an allocation by its path."""
    found: dict[str, Callable[[], Node]] = {
        "allocation.net_worth": valued.net_worth,
        "allocation.coverage": valued.coverage,
    }
    for division in Division:
        for one in divided_by(division, valued.appraisal, valued.story.market):
            path = f"allocation.by_{division}.{one.kind}"
            if one.kind is SliceKind.NAMED:
                path += f".{one.name}"
            found[f"{path}.value"] = partial(_value, valued, one)
            found[f"{path}.weight"] = partial(_weight, valued, one)
            found[f"{path}.coverage"] = partial(_coverage, valued, one)
    return found


def _value(valued: Valued, one: Slice) -> Node:
    # What is known at all is the sum of that; of nothing known there is none.
    operation = Operation.KNOWN_SUM if one.known else Operation.SUM
    priced = {symbol for piece in one.pieces for symbol in piece.symbols}
    parts = [_piece(valued, piece) for piece in one.pieces]
    parts += [valued.value(symbol) for symbol in one.symbols if symbol not in priced]
    parts += [valued.in_reporting(valued.balance(cash.currency), cash) for cash in one.cash]
    return made(one.name or one.kind.value, valued.appraisal.currency, operation, *parts)


def _piece(valued: Valued, piece: Piece) -> Node:
    if piece.others:
        whole = valued.in_reporting(valued.subtotal(piece.subtotal), piece.subtotal)
        left = (_piece(valued, other) for other in piece.others)
        return made("the rest of that currency", whole.unit, Operation.DIFFERENCE, whole, *left)
    currency = piece.subtotal.currency
    here = summed(f"its part in {currency}", currency, map(valued.value, piece.symbols))
    return valued.in_reporting(here, piece.subtotal)


def _weight(valued: Valued, one: Slice) -> Node:
    def measure(inputs: tuple[Node, ...]) -> float | None:
        value, whole = (node.amount for node in inputs)
        return weight(value, whole)

    return measured("weight", (_value(valued, one), valued.net_worth()), measure)


def _coverage(valued: Valued, one: Slice) -> Node:
    parts = [valued.value_told_by_day(symbol) for symbol in one.symbols]
    parts += [valued.in_reporting(valued.balance(cash.currency), cash) for cash in one.cash]
    return Node("coverage", "ratio", Operation.COVERAGE, tuple(parts))
