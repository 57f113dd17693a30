"""Explanations over HTTP: any figure as a tree, down to the transactions, prices and rates behind it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from steward.api import figures
from steward.api.analyses import Scoped, analysis, checked_benchmark, checked_period, loaded
from steward.api.call import Call
from steward.api.figures import Fills, MethodShape, amount, day, document, listed, ratio, word
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.rates import LegShape, leg
from steward.api.values import Day, Exact, Shape
from steward.domain.corporate_actions import CorporateAction
from steward.domain.explain import Constant, Figure, Node, Source, Value
from steward.domain.explain_pages import Shown, shown
from steward.domain.market import Close, Rate
from steward.domain.transactions import Transaction
from steward.usecases.analysis import Analysis

operations = Operations("explain")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainQuery(Scoped):
    """Which figure, with the parameters of its own answer; `at` and `to`, `since` and `from` are the same."""

    figure: str = "holdings.totals.net_worth"
    at: Day | None = None
    since: Day | None = None
    from_: Day | None = None
    to: Day | None = None
    benchmark: str | None = None


class SourceShape(Shape):
    """What a leaf was read from.

    A constant stands by itself: a multiplier, units taken of a lot, the days of a period. A figure has a tree
    of its own that had no room here: `what` is its path, to ask for with the same parameters.
    """

    kind: Literal["transaction", "price", "rate", "action", "constant", "figure"]
    what: str
    id: int | None
    portfolio_id: int | None
    symbol: str | None
    on: Day | None
    source: str | None
    filled: Fills | None
    legs: list[LegShape]


class NodeMissing(Shape):
    """What nobody knows, and which makes all above unknown."""

    what: Literal["price", "rate", "cost", "cash"]
    subject: str
    on: Day


class NodeShape(Shape):
    """A figure and what it was made of.

    A `repeated` node is written out at another place, nearer to the top. `left_out` leaves below are not
    shown, counted up to 1,000, nor are `others` of its inputs, which add up to `others_sum` where inputs are
    added.
    """

    figure: str
    value: Exact | float | None
    unit: str
    formula: str
    inputs: list["NodeShape"]
    source: SourceShape | None
    missing: NodeMissing | None
    repeated: bool
    left_out: int
    others: int
    others_sum: Exact | None


class ExplanationShape(Shape):
    """A figure of an answer, and the tree that it came from."""

    portfolio_id: int | None
    figure: str
    value: Exact | float | None
    currency: str
    method: MethodShape
    tree: NodeShape


@analysis(operations, "/explain", query=ExplainQuery, answers=ExplanationShape, refuses=(404,))
async def show(call: Call, portfolio_id: int | None, query: ExplainQuery) -> Answer:
    """Explain a figure: its formula and inputs, down to transactions, prices and rates."""
    from steward.usecases.explanations import Question, explain  # noqa: PLC0415 - brings numpy

    first, last = ("since" if query.since else "from"), ("at" if query.at else "to")
    start, end = checked_period(call, query.since or query.from_, query.at or query.to, names=(first, last))

    also = checked_benchmark(query.benchmark, start or end)
    found = await loaded(call, portfolio_id, query.asked(also=also))
    asked = Question(query.figure, start, end, query.crossing(), also[0] if also else None)

    def told() -> bytes:
        return _written(found, query, explain(found, asked)).encode()

    return Answer(200, await call.system.analyst.tell(found, told, apart=True), ())


def _written(found: Analysis, query: ExplainQuery, node: Node) -> str:
    tree = shown(node)
    return document(
        {
            "portfolio_id": "null" if found.portfolio_id is None else str(found.portfolio_id),
            "figure": word(query.figure),
            "value": _value(tree.node.value),
            "currency": word(found.currency),
            "method": figures.method(found, query.crossing()),
            "tree": _node(tree),
        }
    )


def _value(value: Value) -> str:
    return amount(value) if isinstance(value, Decimal) else ratio(value)


def _node(one: Shown) -> str:
    node, gap = one.node, one.node.gap
    return document(
        {
            "figure": word(node.figure),
            "value": _value(node.value),
            "unit": word(node.unit),
            "formula": word(node.operation),
            "inputs": listed(map(_node, one.inputs)),
            "source": "null" if node.source is None else _source(node.source, node.part),
            "missing": "null" if gap is None else figures.gap(gap),
            "repeated": figures.flag(one.repeated),
            "left_out": str(one.left_out),
            "others": str(one.others),
            "others_sum": amount(one.others_sum),
        }
    )


def _source(source: Source, part: str) -> str:
    told = {"what": word(part)}
    match source:
        case Transaction():
            told |= {"kind": word("transaction"), "id": str(source.id)}
            told |= {"portfolio_id": str(source.portfolio_id), "symbol": word(source.entry.symbol)}
            told |= {"on": day(source.entry.trade_date)}
        case Close():
            told |= {"kind": word("price"), "symbol": word(source.symbol), "on": day(source.on)}
            told |= {"source": word(source.source), "filled": word(source.filled)}
        case Rate():
            told |= {"kind": word("rate"), "what": word(source.base + source.quote), "on": day(source.on)}
            told |= {
                "source": word(source.source),
                "filled": word(source.filled),
                "legs": listed(map(leg, source.legs)),
            }
        case CorporateAction():
            told |= {"kind": word("action"), "id": str(source.id), "symbol": word(source.symbol)}
            told |= {"on": day(source.ex_date)}
        case Figure():
            told |= {"kind": word("figure"), "what": word(source.path)}
        case Constant():
            told |= {"kind": word("constant"), "what": word(source.what)}
    nothing = dict.fromkeys(("id", "portfolio_id", "symbol", "on", "source", "filled"), "null")
    return document({**nothing, "legs": "[]", **told})
