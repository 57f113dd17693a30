"""Entering corporate actions and taking them back: positions of all the owner's portfolios follow at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.corporate_actions import (
    ActionKind,
    ActionNotFound,
    CorporateAction,
    related,
)
from steward.domain.instants import checked_day
from steward.domain.money import ZERO, checked_currency
from steward.domain.portfolios import Portfolio
from steward.domain.text import checked_symbol, checked_text
from steward.domain.transactions import Transaction
from steward.usecases.account_actions import held_before, restate
from steward.usecases.ports import WriteUnit

_NOTE_MAXIMUM = 500


async def enter(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    symbol: str,
    kind: ActionKind,
    ex_date: date,
    new: Decimal | None,
    old: Decimal | None,
    into: str | None,
    basis_share: Decimal | None,
    cash_per_unit: Decimal | None,
    cash_in_lieu_price: Decimal | None,
    currency: str | None,
    note: str | None,
    at: datetime,
) -> CorporateAction:
    """Keep an action and apply it to every portfolio of the owner. Raises InvalidValue, ActionHasOrders."""
    action = CorporateAction(
        id=0,
        symbol=checked_symbol(symbol, pointer="/path/symbol"),
        kind=kind,
        ex_date=checked_day(ex_date, latest=at.date(), pointer="/ex_date"),
        new=ZERO if new is None else new,
        old=Decimal(1) if old is None else old,
        into=None if into is None else checked_symbol(into, pointer="/into"),
        basis_share=basis_share,
        cash_per_unit=cash_per_unit,
        cash_in_lieu_price=cash_in_lieu_price,
        currency=None if currency is None else checked_currency(currency, pointer="/currency"),
        note=None if note is None else checked_text(note, pointer="/note", maximum=_NOTE_MAXIMUM),
    )
    portfolios = await unit.portfolios.lock_all(owner_id)
    kept = await unit.actions.add(owner_id, action, at=at)
    standing = await unit.actions.of(owner_id, [kept.symbol])
    await _rebuild(unit, owner_id, portfolios, kept, known=standing, actions=standing)
    return kept


async def withdraw(unit: WriteUnit, *, owner_id: UUID, symbol: str, action_id: int, at: datetime) -> None:
    """Take an action back, with all that it did to positions.

    Raises InvalidValue, ActionNotFound, ActionHasOrders.
    """
    symbol = checked_symbol(symbol, pointer="/path/symbol")
    portfolios = await unit.portfolios.lock_all(owner_id)
    standing = await unit.actions.of(owner_id, [symbol])
    gone = [action for action in standing if (action.id, action.symbol) == (action_id, symbol)]
    if not gone:
        raise ActionNotFound
    unit.actions.withdraw(owner_id, gone[0], at=at)
    rest = [action for action in standing if action.id != action_id]
    await _rebuild(unit, owner_id, portfolios, gone[0], known=standing, actions=rest)


async def ledgers_of(
    unit: WriteUnit, owner_id: UUID, symbols: Iterable[str]
) -> Mapping[int, Sequence[Transaction]]:
    """Give the transactions in `symbols` by portfolio; of one that has none, none."""
    ledgers: dict[int, list[Transaction]] = defaultdict(list)
    for symbol in sorted(symbols):
        for transaction in await unit.transactions.of_symbol(owner_id, symbol):
            ledgers[transaction.portfolio_id].append(transaction)
    return ledgers


async def _rebuild(
    unit: WriteUnit,
    owner_id: UUID,
    portfolios: Sequence[Portfolio],
    changed: CorporateAction,
    *,
    known: Sequence[CorporateAction],
    actions: Sequence[CorporateAction],
) -> None:
    """Set the positions that a changed action bears on, in every portfolio that ever held one of them."""
    involved = related([changed.symbol], known)
    traded = await held_before(unit, owner_id, [one.id for one in portfolios], involved)
    ledgers = await ledgers_of(unit, owner_id, involved)
    for portfolio in portfolios:
        if portfolio.id in ledgers:
            unit.positions.rebuild(portfolio, ledgers[portfolio.id], actions, also=involved)
            # One portfolio is one statement, however many there are.
            await unit.flush()
    await restate(unit, {id_: one for id_, one in traded.items() if id_ in ledgers}, involved, changed)
