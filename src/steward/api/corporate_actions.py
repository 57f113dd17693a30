"""Corporate actions over HTTP: entered once per instrument, applied to every portfolio of the caller."""

from typing import Literal

from steward.api.call import Call
from steward.api.json import optional, quoted
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import ActionId, Body, Day, Exact, Number, Shape
from steward.domain.corporate_actions import ActionKind, CorporateAction
from steward.domain.money import ZERO, plain
from steward.domain.text import checked_symbol
from steward.usecases import corporate_actions
from steward.usecases.ports import WriteUnit

operations = Operations("corporate actions")

_ACTION = (
    '{"id":%d,"symbol":"%s","kind":"%s","ex_date":"%s","new":%s,"old":%s,"into":%s,"basis_share":%s,'
    '"cash_per_unit":%s,"cash_in_lieu_price":%s,"currency":%s,"note":%s}'
)


Kind = Literal[
    "split",
    "stock_dividend",
    "spin_off",
    "rights",
    "merger",
    "return_of_capital",
    "symbol_change",
    "delisting",
]


class Action(Shape):
    """What an issuer did to every unit of an instrument: `new` units for `old` ones, cash, or both."""

    id: int
    symbol: str
    kind: Kind
    ex_date: Day
    new: Exact | None
    old: Exact | None
    into: str | None
    basis_share: Exact | None
    cash_per_unit: Exact | None
    cash_in_lieu_price: Exact | None
    currency: str | None
    note: str | None


class NewAction(Body):
    """An action by its kind; from the start of its ex-date on, units are the new ones."""

    kind: Kind
    ex_date: Day
    new: Number | None = None
    old: Number | None = None
    into: str | None = None
    basis_share: Number | None = None
    cash_per_unit: Number | None = None
    cash_in_lieu_price: Number | None = None
    currency: str | None = None
    note: str | None = None


def _written(action: CorporateAction) -> str:
    has_ratio = action.new != ZERO
    return _ACTION % (
        action.id,
        action.symbol,
        action.kind.value,
        action.ex_date.isoformat(),
        plain(action.new) if has_ratio else "null",
        plain(action.old) if has_ratio else "null",
        optional(quoted, action.into),
        *(
            "null" if number is None else plain(number)
            for number in (action.basis_share, action.cash_per_unit, action.cash_in_lieu_price)
        ),
        optional(quoted, action.currency),
        optional(quoted, action.note),
    )


@operations.add("POST", "/instruments/{symbol}/actions", answers=Action, status=201, refuses=(409,))
async def enter(call: Call, symbol: str, body: NewAction) -> Answer:
    """Enter a corporate action; positions of all the caller's portfolios follow at once."""

    async def work(unit: WriteUnit) -> Answer:
        made = await corporate_actions.enter(
            unit,
            owner_id=call.user_id,
            symbol=symbol,
            kind=ActionKind(body.kind),
            ex_date=body.ex_date,
            new=body.new,
            old=body.old,
            into=body.into,
            basis_share=body.basis_share,
            cash_per_unit=body.cash_per_unit,
            cash_in_lieu_price=body.cash_in_lieu_price,
            currency=body.currency,
            note=body.note,
            at=call.at,
        )
        return Answer(201, _written(made).encode(), ())

    return await call.write(work)


@operations.add("GET", "/instruments/{symbol}/actions", answers=list[Action])
async def index(call: Call, symbol: str) -> Answer:
    """List the corporate actions of an instrument that stand, by ex-date."""
    symbol = checked_symbol(symbol, pointer="/path/symbol")
    found = await call.read().actions.of(call.user_id, [symbol])
    written = (_written(action) for action in found if action.symbol == symbol)
    return Answer(200, f"[{','.join(written)}]".encode(), ())


@operations.add("DELETE", "/instruments/{symbol}/actions/{action_id}", status=204, refuses=(404, 409))
async def withdraw(call: Call, symbol: str, action_id: ActionId) -> Answer:
    """Take a corporate action back, with all that it did to positions; it stays on record."""

    async def work(unit: WriteUnit) -> Answer:
        await corporate_actions.withdraw(
            unit, owner_id=call.user_id, symbol=symbol, action_id=action_id, at=call.at
        )
        return Answer(204, b"", ())

    return await call.write(work)
