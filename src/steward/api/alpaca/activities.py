"""Account activities on the Alpaca wire: the ledger of the portfolio, fills of orders and everything else."""

from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from annotated_types import Ge, Le

from steward.api.alpaca import assets
from steward.api.alpaca.access import exchange_time, portfolio_of
from steward.api.alpaca.assets import Assets
from steward.api.alpaca.errors import Unprocessable
from steward.api.alpaca.wire import Moment, Whole, Words, account_uuid, answer, moment, number
from steward.api.call import Call
from steward.api.operations import Operations
from steward.api.problems import Answer
from steward.api.values import BIGGEST_ID
from steward.domain.cash import net_amount
from steward.domain.instants import EARLIEST_DAY
from steward.domain.money import ZERO, subtract
from steward.domain.orders import Side
from steward.domain.transactions import Kind, Transaction
from steward.usecases.ports import ReadUnit

operations = Operations("alpaca activities")

Shown = tuple[Transaction, int | None]
"""A transaction, and the id of its reversal."""

FILL: Final = "FILL"
_TYPES: Final = {
    Kind.DEPOSIT: "CSD",
    Kind.WITHDRAWAL: "CSW",
    Kind.BUY: "JNLS",
    Kind.SELL: "JNLS",
    Kind.TRANSFER_IN: "JNLS",
    Kind.TRANSFER_OUT: "JNLS",
    Kind.DIVIDEND: "DIV",
    Kind.DIVIDEND_REINVESTED: "DIV",
    Kind.DIVIDEND_IN_KIND: "DIV",
    Kind.INTEREST: "INT",
    Kind.INTEREST_CHARGED: "INT",
    Kind.FEE: "FEE",
    Kind.FEE_REFUND: "FEE",
    Kind.TAX: "WH",
    Kind.TAX_REFUND: "WH",
}
_PAGE: Final = 100
Count = Annotated[Whole, Ge(1), Le(_PAGE)]
_DAY: Final = timedelta(days=1)


@operations.add("GET", "/alpaca/v2/account/activities", at_root_only=True)
async def index(
    call: Call,
    *,
    activity_types: Words | None = None,
    category: Literal["trade_activity", "non_trade_activity"] | None = None,
    date: Moment | None = None,
    after: Moment | None = None,
    until: Moment | None = None,
    direction: Literal["asc", "desc"] = "desc",
    page_size: Count = _PAGE,
    page_token: str | None = None,
) -> Answer:
    """List what happened to the account, newest first; a page goes on behind the id in page_token."""
    if activity_types is not None and category is not None:
        raise Unprocessable("category: give activity_types or category, not both")
    wanted = _wanted(activity_types, category)
    return await _listed(
        call, wanted, _window(date, after, until), direction=direction, size=page_size, token=page_token
    )


@operations.add("GET", "/alpaca/v2/account/activities/{activity_type}", at_root_only=True)
async def of_type(
    call: Call,
    activity_type: str,
    *,
    date: Moment | None = None,
    after: Moment | None = None,
    until: Moment | None = None,
    direction: Literal["asc", "desc"] = "desc",
    page_size: Count = _PAGE,
    page_token: str | None = None,
) -> Answer:
    """List what of one type happened to the account."""
    wanted = _wanted((activity_type,), None)
    return await _listed(
        call, wanted, _window(date, after, until), direction=direction, size=page_size, token=page_token
    )


Window = tuple[datetime | None, datetime | None]


def _window(day: datetime | None, after: datetime | None, until: datetime | None) -> Window:
    """Give the moments between which something happened. Raises Unprocessable."""
    if day is None:
        return after, until
    if after is not None or until is not None:
        raise Unprocessable("date: give a date, or after and until")
    return day, day + _DAY


def _wanted(types: tuple[str, ...] | None, category: str | None) -> frozenset[str]:
    """Give the types that are asked for. Raises Unprocessable."""
    every = frozenset((FILL, *_TYPES.values()))
    if category is not None:
        return frozenset((FILL,)) if category == "trade_activity" else every - {FILL}
    return every if types is None else frozenset(types)


async def _listed(
    call: Call, wanted: frozenset[str], window: Window, *, direction: str, size: int, token: str | None
) -> Answer:
    reads = call.read()
    known = await assets.load(call, reads)
    ascending = direction == "asc"
    behind = None if token is None else _seq(token)
    between = (behind or 0, BIGGEST_ID) if ascending else (0, BIGGEST_ID if behind is None else behind)
    # Those that come first are read last: of what is read before them no more is kept than a page.
    found: deque[Shown] = deque(maxlen=size)
    async for one in _matching(call, reads, wanted, window, between):
        found.append(one)
        if not ascending and len(found) == size:
            break
    if ascending:
        found.reverse()
    fills = {
        fill for one, _ in found if (fill := one.entry.fill_id) is not None and one.entry.reverses is None
    }
    orders = await reads.account_orders.filled(call.user_id, fills)
    writer = _Writer(portfolio_of(call), known, orders)
    return answer([writer.document(one) for one in found])


async def _matching(
    call: Call, reads: ReadUnit, wanted: frozenset[str], window: Window, between: tuple[int, int]
) -> AsyncIterator[Shown]:
    """Give transactions of these types in a window, newest first, whose numbers lie between two."""
    portfolio_id, (after, until) = portfolio_of(call), window
    latest = max(await exchange_time(call, reads), call.at).date() + _DAY
    behind, before = between
    while True:
        page = await reads.transactions.page(
            call.user_id,
            portfolio_id,
            kind=None,
            symbol=None,
            start=EARLIEST_DAY if after is None else after.date(),
            end=latest if until is None else until.date(),
            before=before,
            limit=_PAGE,
        )
        for one in page:
            if one[0].seq <= behind:
                return
            at = one[0].entry.occurred_at
            if (after is None or at >= after) and (until is None or at < until) and type_of(one[0]) in wanted:
                yield one
        if len(page) < _PAGE:
            return
        before = page[-1][0].seq


def type_of(transaction: Transaction) -> str:
    """Give Alpaca's type of a transaction: a fill is what an order brought."""
    entry = transaction.entry
    if entry.fill_id is not None and entry.reverses is None:
        return FILL
    return "JNLC" if entry.symbol is None and entry.kind in _JOURNALS else _TYPES[entry.kind]


_JOURNALS: Final = frozenset((Kind.TRANSFER_IN, Kind.TRANSFER_OUT))


class _Writer:
    """Writes activities; `orders` has the order behind each fill, how far it filled it, and its quantity."""

    def __init__(
        self, portfolio_id: int, known: Assets, orders: dict[UUID, tuple[UUID, Decimal, Decimal]]
    ) -> None:
        self._account_id, self._known, self._orders = account_uuid(portfolio_id), known, orders

    def document(self, shown: Shown) -> dict[str, Any]:
        """Write one."""
        transaction, reversed_by = shown
        type_, entry = type_of(transaction), transaction.entry
        document = {
            "id": _id(transaction),
            "account_id": self._account_id,
            "activity_type": type_,
        }
        order = None if entry.fill_id is None else self._orders.get(entry.fill_id)
        if type_ == FILL and order is not None:
            return document | self._fill(transaction, *order)
        status = "canceled" if reversed_by is not None else "executed"
        return document | {
            "date": entry.trade_date,
            "net_amount": number(net_amount(entry)),
            "description": entry.terms.note or entry.kind.value,
            "status": status if entry.reverses is None else "correct",
            "symbol": None if entry.symbol is None else self._known.of(entry.symbol).symbol,
            "qty": number(entry.change) if entry.symbol is not None else None,
            "price": number(entry.price),
        }

    def _fill(
        self, transaction: Transaction, order_id: UUID, filled: Decimal, ordered: Decimal
    ) -> dict[str, Any]:
        entry = transaction.entry
        left = max(subtract(ordered, filled), ZERO)
        return {
            "transaction_time": moment(entry.occurred_at),
            "type": "partial_fill" if left else "fill",
            "price": number(entry.price),
            "qty": number(entry.quantity),
            "side": (Side.BUY if entry.kind is Kind.BUY else Side.SELL).value,
            "symbol": self._known.of(entry.symbol or "").symbol,
            "leaves_qty": number(left),
            "order_id": order_id,
            "cum_qty": number(filled),
            "order_status": "partially_filled" if left else "filled",
        }


def _id(transaction: Transaction) -> str:
    """Make an id as Alpaca's are; its last part is the number in the ledger, to go on from there."""
    at = transaction.entry.occurred_at
    return f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03}::{UUID(int=transaction.seq)}"


def _seq(token: str) -> int:
    """Read the number in the ledger that an id names. Raises Unprocessable."""
    try:
        seq = UUID(token.rpartition("::")[2]).int
    except ValueError:
        seq = BIGGEST_ID + 1
    if seq > BIGGEST_ID:
        raise Unprocessable("page_token: this is the id of no activity")
    return seq
