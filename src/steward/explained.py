"""An explanation as it is printed: a tree, each leaf with its id, its date and its source."""

from decimal import Decimal

from rich.text import Text
from rich.tree import Tree

from steward.domain.corporate_actions import CorporateAction
from steward.domain.explain import Constant, Figure, Node, Source
from steward.domain.explain_pages import Shown, shown
from steward.domain.market import Close, Rate
from steward.domain.money import plain
from steward.domain.transactions import Transaction

LINE_WIDTH = 1000


def tree_of(node: Node) -> Tree:
    """Make the tree of a figure."""
    page = shown(node)
    tree = Tree(_line(page))
    _grow(tree, page)
    return tree


def _grow(tree: Tree, page: Shown) -> None:
    for one in page.inputs:
        _grow(tree.add(_line(one)), one)
    if page.others:
        added = "" if page.others_sum is None else f" = {_value(page.others_sum)}"
        tree.add(Text(f"{page.others} more{added}"))


def _line(page: Shown) -> Text:
    node = page.node
    text = Text(f"{node.figure} = {_value(node.value)} {node.unit}".rstrip())
    if node.gap is not None:
        return text.append(f"  missing: {node.gap.what} {node.gap.subject} on {node.gap.on}", "red")
    if node.source is not None:
        return text.append(f"  {_source(node.source)}", "cyan")
    note = ", as elsewhere" if page.repeated else ""
    if page.left_out and not page.others:
        note = f", {page.left_out} leaves not shown"
    return text.append(f"  {node.operation}{note}", "dim")


def _value(value: Decimal | float | None) -> str:
    if value is None or (isinstance(value, Decimal) and value.is_nan()):
        return "unknown"
    return plain(value) if isinstance(value, Decimal) else repr(value)


def _source(source: Source) -> str:
    match source:
        case Transaction():
            return f"transaction {source.id}, {source.entry.kind}, {source.entry.trade_date}"
        case Close():
            return f"price of {source.symbol}, {source.on}, {source.source}"
        case Rate():
            legs = " x ".join(f"{'1/' if one.inverted else ''}{one.pair} {one.on}" for one in source.legs)
            return f"rate {source.base}{source.quote}, {source.source}: {legs}"
        case CorporateAction():
            return f"corporate action {source.id}, {source.kind}, {source.ex_date}"
        case Figure():
            return f"a figure: ask for {source.path}"
        case Constant():
            return "stated"
