"""What a comparison with a benchmark came from: its two closes, the splits in between, and the rates."""

from collections.abc import Callable
from datetime import date

from steward.domain.explain import Node, Operation, leaf, made, measured, missing, summed
from steward.domain.explain_appraisal import Figures
from steward.domain.explain_lots import told_in
from steward.domain.money import subtract
from steward.domain.records import Gap, Teller
from steward.domain.returns import excess, ratio, relative


def figures(gained: Callable[[], Node], teller: Teller, symbol: str, *, start: date, end: date) -> Figures:
    """Give every figure of `compared` by its path; `gained` explains the return to compare."""
    path = "performance.benchmark"

    def theirs() -> Node:
        last, first = (_worth(teller, symbol, on, start) for on in (end, start))
        return measured(f"return of {symbol}", (last, first), _price_return)

    def compared(name: str, compare: Callable[[float | None, float | None], float | None]) -> Node:
        def measure(inputs: tuple[Node, ...]) -> float | None:
            one, other = (node.value if isinstance(node.value, float) else None for node in inputs)
            return compare(one, other)

        return measured(name, (gained(), theirs()), measure)

    return {
        f"{path}.time_weighted": theirs,
        f"{path}.excess": lambda: compared("excess return", excess),
        f"{path}.relative": lambda: compared("relative return", relative),
    }


def _price_return(inputs: tuple[Node, ...]) -> float | None:
    last, first = (one.amount for one in inputs)
    return None if last.is_nan() or first.is_nan() else ratio(subtract(last, first), first)


def _worth(teller: Teller, symbol: str, on: date, units_of: date) -> Node:
    """Explain the price on a day per unit of an earlier one, in the reporting currency."""
    close = teller.market.price(symbol, on)
    if close is None:
        return missing(Gap("price", symbol, on), teller.currency)
    node = leaf(f"price {symbol}", close.currency, close, "price")
    pairs: list[Node] = []
    for split in teller.market.splits(symbol):
        if units_of < split.ex_date <= on:
            new, old = (
                leaf(f"{split.kind} {split.id} {part}", "units", split, part) for part in ("new", "old")
            )
            pairs += [
                summed("new and old", "units", (new, old)) if new.value != split.factor[0] else new,
                old,
            ]
    if pairs:
        node = made(f"{symbol} per unit of {units_of}", close.currency, Operation.RESTATED, node, *pairs)
    return told_in(teller, node, close.currency, on)
