"""What the figures of trades came from, each and by year."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial

from steward.domain.closings import Closing
from steward.domain.explain import Node, Operation, made, summed
from steward.domain.explain_appraisal import Figures
from steward.domain.explain_holdings import Held, gain_gross, gain_net, net, proceeds
from steward.domain.explain_lots import TracedBook, nodes_of, told_in, total_of, worth_of
from steward.domain.gains import Gains
from steward.domain.trades import Trade, trades_of

_TOTALS = (
    "realized_gain_gross", "realized_gain_net", "unrealized_gain_gross", "unrealized_gain_net", "gain_gross",
    "gain_net",
)  # fmt: skip
_PARTS = ("entry_value", "exit_value", "gain_gross", "gain_net")


def figures(held: Held) -> Figures:
    """Give every figure of gains by its path: a trade by its symbol and its place among that one's."""
    found: dict[str, Callable[[], Node]] = {}
    years: dict[int, list[Closing]] = defaultdict(list)
    for symbol, gains in held.report.by_symbol.items():
        closings = [one for one in gains.closings if one.quantity and one.pieces]
        for place, trade in enumerate(trades_of(gains, held.report.at)):
            closing = closings[place] if place < len(closings) else None
            for part in _PARTS:
                path = f"gains.{symbol}.{place}.{part}"
                found[path] = partial(_trade, held, gains, trade, closing, path)
        for one in gains.closings:
            years[one.on.year].append(one)
    for year, closed in years.items():
        for part, gain in (("gain_gross", gain_gross), ("gain_net", gain_net)):
            path = f"gains.{year}.{part}"
            found[path] = partial(_year, held.book, closed, gain, path)
    totals = held.figures()
    for name in _TOTALS:
        found[f"gains.totals.{name}"] = totals[f"holdings.totals.{name}"]
    return found


def _year(
    book: TracedBook, closed: list[Closing], gain: Callable[[TracedBook, Closing], Node], path: str
) -> Node:
    return summed(path, book.teller.currency, (gain(book, one) for one in closed))


def _trade(held: Held, gains: Gains, trade: Trade, closing: Closing | None, path: str) -> Node:
    entry, out = _entry(held, trade), _exit(held, gains, trade, closing)
    match path.rpartition(".")[2]:
        case "entry_value":
            return entry.named(path)
        case "exit_value":
            return out.named(path)
        case "gain_net":
            sides = (entry, out) if trade.short else (out, entry)
            return made(path, held.unit, Operation.DIFFERENCE, *sides)
    if closing is not None:
        return gain_gross(held.book, closing).named(path)
    cost = total_of("cost without fees and taxes", held.unit, trade.lots, "gross")
    return made(path, held.unit, Operation.DIFFERENCE, _value(held, gains, trade), cost)


def _entry(held: Held, trade: Trade) -> Node:
    paid = net(held.book, trade.lots)
    return made("received", held.unit, Operation.NEGATED, paid) if trade.short else paid


def _exit(held: Held, gains: Gains, trade: Trade, closing: Closing | None) -> Node:
    if closing is None:
        came = _value(held, gains, trade)
    else:
        _, fee, tax, _ = nodes_of(closing.brought)
        came = made("received", held.unit, Operation.DIFFERENCE, proceeds(held.book, closing), fee, tax)
    return made("paid", held.unit, Operation.NEGATED, came) if trade.short else came


def _value(held: Held, gains: Gains, trade: Trade) -> Node:
    """Explain the market value of what one portfolio holds, or all of them."""
    if not gains.value_by_portfolio:
        return held.market_value(gains)
    units = held.valued.units_in(gains.symbol, trade.portfolio_id)
    teller, at = held.book.teller, held.report.at
    value = worth_of(teller, gains.symbol, units, at)
    return told_in(teller, value, value.unit, at)
