"""The worked examples of docs/performance-measures.md, recomputed from the page's own numbers.

A block has the name of a measure, a table of what is given, and lines `name = number` of what follows.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from steward.domain.allocation import Division, divided_by, weight
from steward.domain.appraisal import appraise
from steward.domain.benchmarks import followed
from steward.domain.closes import Policy
from steward.domain.explained import found, of_report
from steward.domain.instruments import Instrument, InstrumentKind
from steward.domain.market import Market
from steward.domain.money import plain
from steward.domain.money_weighted import (
    Flow,
    modified_dietz,
    money_weighted,
    mwr_daily_linked,
    period_flows,
)
from steward.domain.records import Fx, Teller
from steward.domain.returns import Chain, annualized, excess, relative, simple, time_weighted
from steward.domain.risk import annualized_volatility, drawdown, semi_deviation, volatility
from steward.domain.story import Method, Story
from steward.domain.transactions import Entry, Kind, Terms, Transaction
from tests.factories import AT
from tests.ledgers import series
from tests.worked_ledgers import ledger

Rows = list[dict[str, str]]
Answers = dict[str, float | str | None]


def told(block: str) -> dict[str, str]:
    """Read what the block says follows."""
    return dict(line.split(" = ") for line in block.splitlines() if " = " in line)


def recomputed(block: str) -> dict[str, str]:
    """Compute it again, written with as many digits as the block has."""
    name, head, *lines = [line for line in block.splitlines() if line and " = " not in line]
    rows = [dict(zip(head.split(), line.split(), strict=True)) for line in lines]
    computed = MEASURES[name](rows)
    return {one: _written(computed[one], shown) for one, shown in told(block).items()}


def _written(found: float | str | None, shown: str) -> str:
    if not isinstance(found, float):
        return str(found)
    return f"{found:.{len(shown.partition('.')[2])}f}"


def _daily(rows: Rows) -> tuple[list[date], list[Decimal], list[Decimal], list[Decimal]]:
    columns = [[Decimal(row[name]) for row in rows] for name in ("value", "in", "out")]
    return _dates(rows), columns[0], columns[1], columns[2]


def _dates(rows: Rows) -> list[date]:
    return [date.fromisoformat(row["date"]) for row in rows]


def _flows(rows: Rows) -> list[Flow]:
    return [Flow(day, Decimal(row["amount"])) for day, row in zip(_dates(rows), rows, strict=True)]


def _chain(chain: Chain) -> Answers:
    answers: Answers = {"total": chain.total(), "annualized": chain.annualized()}
    for day, gained, so_far in zip(chain.dates, chain.returns(), chain.cumulative(), strict=True):
        answers |= {f"day {day}": gained, f"cumulative {day}": so_far}
    for name, table in (("week", chain.by_week()), ("month", chain.by_month()), ("year", chain.by_year())):
        answers |= {f"{name} {key}": gained for key, gained in table.items()}
    return answers


def _money_weighted(rows: Rows) -> Answers:
    return {"rate": money_weighted(_flows(rows))}


def _period(rows: Rows) -> Answers:
    dates, inside = _dates(rows), _flows([row for row in rows if row["amount"] != "-"])
    given = (Decimal(rows[0]["value"]), Decimal(rows[-1]["value"]), inside, dates[0], dates[-1])
    return {"modified Dietz": modified_dietz(*given), "rate": money_weighted(period_flows(*given))}


def _simple(rows: Rows) -> Answers:
    return {"return": simple(*(Decimal(rows[0][name]) for name in ("opening", "closing", "in", "out")))}


def _annualized(rows: Rows) -> Answers:
    return {"annualized": annualized(float(rows[0]["return"]), int(rows[0]["days"]))}


def _benchmark(rows: Rows) -> Answers:
    gained, benchmark = float(rows[0]["return"]), float(rows[0]["benchmark"])
    return {"excess": excess(gained, benchmark), "relative": relative(gained, benchmark)}


def _benchmark_line(rows: Rows) -> Answers:
    prices, rates = ({row["date"]: row[name] for row in rows} for name in ("price", "rate"))
    market = Market(Policy(7), closes=[series("IDX", "USD", prices)], rates=[series("USDEUR", "EUR", rates)])
    teller, days = Teller(market, "EUR", Fx.TRANSACTION_DATE, AT.date()), _dates(rows)
    line = followed(teller, "IDX", start=days[0], days=days)
    return {str(day): gained for day, gained in zip(days, line, strict=True)}


def _allocation(rows: Rows) -> Answers:
    """Divide units of a price of 1, and balances; rates are into EUR."""
    amounts = {what: [row for row in rows if row["what"] == what] for what in ("holding", "cash")}
    on, stated = (
        AT.date(),
        [{name: None if text == "-" else text for name, text in row.items()} for row in rows],
    )
    market = Market(
        Policy(7),
        instruments=[
            Instrument(
                row["symbol"], row["currency"], kind=InstrumentKind(row["class"]), sector=row["sector"]
            )
            for row in stated
            if row["symbol"] and row["class"]
        ],
        closes=[
            series(row["symbol"], row["currency"], {f"{on}": "1"}) for row in rows if row["what"] == "holding"
        ],
        rates=[
            series(f"{row['currency']}EUR", "EUR", {f"{on}": row["rate"]})
            for row in rows
            if row["rate"] != "-"
        ],
    )
    units = {row["symbol"]: Decimal(row["amount"]) for row in amounts["holding"]}
    cash = {row["currency"]: Decimal(row["amount"]) for row in amounts["cash"]}
    appraisal = appraise(units, cash, market=market, currency="EUR", on=on)
    found: Answers = {"net worth": plain(appraisal.net_worth)}
    for division in (Division.CLASS, Division.CURRENCY, Division.SECTOR):
        for one in divided_by(division, appraisal, market):
            path = f"by {division} {one.name or one.kind}"
            found |= {path: plain(one.value), f"{path} weight": weight(one.value, appraisal.net_worth)}
    return found


def _volatility(rows: Rows) -> Answers:
    returns = [float(row["return"]) for row in rows]
    return {
        "volatility": volatility(returns),
        "semi-deviation": semi_deviation(returns),
        "annualized volatility": annualized_volatility(returns),
    }


def _drawdown(rows: Rows) -> Answers:
    fall = drawdown(_dates(rows), [float(row["cumulative"]) for row in rows])
    assert fall is not None
    return {
        "depth": fall.depth,
        "peak": str(fall.peak),
        "trough": str(fall.trough),
        "recovered": str(fall.recovered),
        "longest days": str(fall.longest_days),
        "longest from": str(fall.longest_from),
        "longest until": str(fall.longest_until),
    }


def _explained(rows: Rows) -> Answers:
    """Find the amounts of the page in the trees of what the rows say happened."""
    transactions = [_transaction(place, row) for place, row in enumerate(rows, 1)]
    story = Story(tuple(transactions), (), Market(Policy(7)), frozenset((7,)))
    _, figures = of_report(story, at=AT.date(), since=None, currency="USD", method=Method())
    gain, cost = (found(figures, f"holdings.ABC.{name}") for name in ("realized_gain_net", "cost_basis"))
    sale, (kept,) = gain.inputs[0], cost.inputs
    proceeds, fee, _, net = sale.inputs
    gross_taken, fee_taken, _ = net.inputs
    gross_kept, fee_kept = kept.inputs[0], kept.inputs[1]
    amounts = {
        "holdings.ABC.realized_gain_net": gain,
        "sale 2 proceeds": proceeds,
        "sale 2 fee": fee,
        "cost of 4 of 10 units": gross_taken,
        "fee of 4 of 10 units": fee_taken,
        "holdings.ABC.cost_basis": cost,
        "cost of 6 units": gross_kept,
        "fee of 6 units": fee_kept,
    }
    return {name: plain(node.amount) for name, node in amounts.items()}


def _transaction(place: int, row: dict[str, str]) -> Transaction:
    terms = Terms(fee=Decimal(row["fee"]))
    kind, units, gross = Kind(row["kind"]), Decimal(row["units"]), Decimal(row["gross"])
    entry = Entry(kind, "ABC", units, AT, gross_amount=gross, currency="USD", terms=terms)
    return Transaction(place, 7, place, AT, entry, "")


MEASURES: dict[str, Callable[[Rows], Answers]] = {
    "time-weighted": lambda rows: _chain(time_weighted(*_daily(rows))),
    "daily linked": lambda rows: _chain(mwr_daily_linked(*_daily(rows))),
    "money-weighted": _money_weighted,
    "period": _period,
    "simple": _simple,
    "annualized": _annualized,
    "benchmark": _benchmark,
    "benchmark line": _benchmark_line,
    "allocation": _allocation,
    "volatility": _volatility,
    "drawdown": _drawdown,
    "ledger": ledger,
    "explained": _explained,
}
