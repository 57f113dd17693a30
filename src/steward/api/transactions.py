"""Transactions over HTTP: every kind, one or many, taken back or corrected."""

from datetime import timedelta

from steward.api.call import Call
from steward.api.cursors import link_to_next, position_of
from steward.api.operations import Operations
from steward.api.problems import Answer, Header
from steward.api.transactions_shapes import (
    BatchMade,
    Corrected,
    KindWord,
    NewBatch,
    NewTransaction,
    Note,
    TransactionShape,
    stated,
    written,
)
from steward.api.values import BIGGEST_ID, Cursor, Day, Limit, PortfolioId, TransactionId
from steward.domain.instants import EARLIEST_DAY, checked_day
from steward.domain.text import checked_symbol
from steward.domain.transactions import Kind
from steward.usecases import batches, transactions
from steward.usecases.ports import WriteUnit

operations = Operations("transactions")

_BATCH_BYTES = 16 * 1024 * 1024
_BATCH_KEYS = batches.ROWS_MAXIMUM * 24
_LEDGER = "/portfolios/{portfolio_id}/transactions"


@operations.add("POST", _LEDGER, answers=TransactionShape, status=201, refuses=(404, 409))
async def record(call: Call, portfolio_id: PortfolioId, body: NewTransaction) -> Answer:
    """Append a transaction to the ledger of a portfolio."""

    async def work(unit: WriteUnit) -> Answer:
        made = await transactions.record(
            unit, owner_id=call.user_id, portfolio_id=portfolio_id, stated=stated(body), at=call.at
        )
        return Answer(201, written(made, None).encode(), ())

    return await call.write(work)


@operations.add("GET", _LEDGER, answers=list[TransactionShape], refuses=(404,))
async def index(
    call: Call,
    portfolio_id: PortfolioId,
    *,
    kind: KindWord | None = None,
    symbol: str | None = None,
    from_: Day | None = None,
    to: Day | None = None,
    limit: Limit = 500,
    cursor: Cursor | None = None,
) -> Answer:
    """List the transactions of a portfolio, newest first; the Link header leads to the next ones."""
    if symbol is not None:
        symbol = checked_symbol(symbol, pointer="/query/symbol")
    tomorrow = call.at.date() + timedelta(days=1)
    start = checked_day(from_ or EARLIEST_DAY, latest=tomorrow, pointer="/query/from")
    end = checked_day(to or tomorrow, latest=tomorrow, pointer="/query/to")
    unit = call.read()
    found = await unit.transactions.page(
        call.user_id,
        portfolio_id,
        kind=None if kind is None else Kind(kind),
        symbol=symbol,
        start=start,
        end=end,
        before=BIGGEST_ID if cursor is None else position_of(cursor),
        limit=limit + 1,
    )
    if not found:
        await unit.portfolios.row(call.user_id, portfolio_id)
    headers: tuple[Header, ...] = ()
    if len(found) > limit:
        found = found[:limit]
        filters = {"kind": kind, "symbol": symbol, "from": from_, "to": to}
        headers = link_to_next(call, found[-1][0].seq, limit, filters)
    return Answer(200, f"[{','.join([written(*one) for one in found])}]".encode(), headers)


@operations.add("GET", _LEDGER + "/{transaction_id}", answers=TransactionShape, refuses=(404,))
async def show(call: Call, portfolio_id: PortfolioId, transaction_id: TransactionId) -> Answer:
    """Give one transaction."""
    found = await call.read().transactions.one(call.user_id, portfolio_id, transaction_id)
    return Answer(200, written(*found).encode(), ())


@operations.add(
    "POST",
    _LEDGER + "/{transaction_id}/reversal",
    answers=TransactionShape,
    status=201,
    refuses=(404, 409, 415),
)
async def reverse(
    call: Call, portfolio_id: PortfolioId, transaction_id: TransactionId, body: Note | None = None
) -> Answer:
    """Take a transaction back, and the other side of a transfer with it; give the reversal."""

    async def work(unit: WriteUnit) -> Answer:
        made = await transactions.reverse(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            transaction_id=transaction_id,
            note=None if body is None else body.note,
            at=call.at,
        )
        return Answer(201, written(made, None).encode(), ())

    return await call.write(work)


@operations.add(
    "POST", _LEDGER + "/{transaction_id}/correction", answers=Corrected, status=201, refuses=(404, 409)
)
async def correct(
    call: Call, portfolio_id: PortfolioId, transaction_id: TransactionId, body: NewTransaction
) -> Answer:
    """Take a transaction back and append another in its place."""

    async def work(unit: WriteUnit) -> Answer:
        reversal, made = await transactions.correct(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            transaction_id=transaction_id,
            stated=stated(body),
            at=call.at,
        )
        text = f'{{"reversal":{written(reversal, None)},"transaction":{written(made, None)}}}'
        return Answer(201, text.encode(), ())

    return await call.write(work)


@operations.add(
    "POST",
    _LEDGER + "/batch",
    answers=BatchMade,
    status=201,
    refuses=(404, 409),
    body_maximum=_BATCH_BYTES,
    keys_maximum=_BATCH_KEYS,
)
async def record_many(call: Call, portfolio_id: PortfolioId, body: NewBatch) -> Answer:
    """Append up to 10,000 transactions, all of them or none."""

    async def work(unit: WriteUnit) -> Answer:
        first, last = await batches.record_many(
            unit,
            owner_id=call.user_id,
            portfolio_id=portfolio_id,
            rows=map(stated, body.transactions),
            at=call.at,
        )
        text = f'{{"count":{len(body.transactions)},"first_id":{first},"last_id":{last}}}'
        return Answer(201, text.encode(), ())

    return await call.write(work)
