"""Accounts of the exchange: opening one on a portfolio, and beginning anew."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.account_fold import fold
from steward.domain.accounts import Account, AccountKind, Holding
from steward.domain.booking import Negative
from steward.domain.errors import Conflict, InvalidValue, NotFound
from steward.domain.money import add
from steward.domain.transactions import Entry, Kind, seal, standing
from steward.usecases.ports import WriteUnit
from steward.usecases.ports_exchange import AccountSources
from steward.usecases.values import OpenedAccount

SETTLEMENT_DAYS_MAXIMUM = 10


class AccountNotFound(NotFound):
    """The portfolio has no account on the exchange."""

    code = "account-not-found"

    def __init__(self) -> None:
        super().__init__(
            "There is no such account on the exchange: PUT /portfolios/{portfolio_id}/account opens one."
        )


class AccountExists(Conflict):
    """The portfolio has an account already."""

    code = "account-exists"


class AccountHasOrders(Conflict):
    """An account with open orders is neither reset nor removed."""

    code = "account-has-orders"


def expect_no_orders(found: Mapping[int, OpenedAccount]) -> None:
    """Raise AccountHasOrders unless all orders of these accounts are final."""
    count = sum(one.account.open_orders for one in found.values())
    if count:
        raise AccountHasOrders(f"{count} orders are open on the exchange: cancel them first.")


async def brought_up(unit: AccountSources, found: Mapping[int, OpenedAccount]) -> None:
    """Fold into accounts what the ledgers of their portfolios have had since without the exchange.

    Units are then those of the positions, which know corporate actions; costs are what the ledger says.
    """
    for portfolio_id, one in found.items():
        if one.ledger_seq == one.head_seq:
            continue
        moved = set()
        for transaction in await unit.transactions.behind(portfolio_id, one.ledger_seq):
            fold(one.account, transaction)
            moved.add(transaction.entry.symbol)
        held = await unit.positions.held(portfolio_id, {symbol for symbol in moved if symbol is not None})
        for symbol, qty in held.items():
            one.account.holding(symbol).qty = qty
        one.folded |= held.keys()
        one.ledger_seq = one.head_seq


async def open_account(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    portfolio_id: int,
    kind: AccountKind,
    starting_balance: Decimal,
    settlement_days: int,
    at: datetime,
) -> OpenedAccount:
    """Let a portfolio trade: the account has what its ledger says so far, and a deposit on top.

    Raises PortfolioNotFound, AccountExists, InvalidValue.
    """
    _check_balance(starting_balance)
    if not 0 <= settlement_days <= SETTLEMENT_DAYS_MAXIMUM:
        detail = f"Trades settle after 0 to {SETTLEMENT_DAYS_MAXIMUM} days."
        raise InvalidValue(detail, pointer="/settlement_days")
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    if await unit.accounts.of([portfolio_id]):
        raise AccountExists("This portfolio has an account already: reset it to begin anew.")
    account = Account(
        portfolio_id=portfolio_id,
        owner_id=owner_id,
        currency=portfolio.base_currency,
        kind=kind,
        settlement_days=settlement_days,
        version=1,
    )
    transactions = standing(await unit.transactions.of(owner_id, portfolio_id))
    for transaction in transactions:
        fold(account, transaction)
    symbols = {symbol for one in transactions if (symbol := one.entry.symbol) is not None}
    for symbol, qty in (await unit.positions.held(portfolio_id, symbols)).items():
        account.holding(symbol).qty = qty
    opened = OpenedAccount(account, portfolio.ledger_seq, portfolio.ledger_seq, starting_balance, at)
    if starting_balance:
        deposit = _cash(Kind.DEPOSIT, account.currency, starting_balance, at)
        unit.transactions.append(portfolio, seal(portfolio, [deposit], at=at))
        account.cash = add(account.cash, starting_balance)
        opened.ledger_seq += 1
    await unit.accounts.open(opened)
    return opened


async def reset(
    unit: WriteUnit, *, owner_id: UUID, portfolio_id: int, starting_balance: Decimal, at: datetime
) -> OpenedAccount:
    """Begin anew: what is held leaves the portfolio, its cash too, and a new balance comes in.

    The ledger keeps all of it. Raises PortfolioNotFound, AccountNotFound, AccountHasOrders, InvalidValue.
    """
    _check_balance(starting_balance)
    portfolio = await unit.portfolios.lock(owner_id, portfolio_id)
    opened = (await unit.accounts.of([portfolio_id])).get(portfolio_id)
    if opened is None:
        raise AccountNotFound
    account = opened.account
    expect_no_orders({portfolio_id: opened})
    await brought_up(unit, {portfolio_id: opened})
    entries = [*_emptied(account, at)]
    if starting_balance:
        entries.append(_cash(Kind.DEPOSIT, account.currency, starting_balance, at))
    if entries:
        # Units that come in without a price count as declared, wherever they are told.
        declared = sum(one.kind is Kind.TRANSFER_IN for one in entries)
        unit.transactions.append(portfolio, seal(portfolio, entries, at=at), assets=declared)
    held = [(portfolio_id, symbol) for symbol in account.holdings]
    account.cash, account.unsettled = starting_balance, {}
    for symbol in account.holdings:
        account.holdings[symbol] = Holding()
    account.version += 1
    fresh = OpenedAccount(
        account, portfolio.ledger_seq + len(entries), portfolio.ledger_seq, starting_balance, at
    )
    await unit.accounts.save([fresh], held)
    return fresh


def _check_balance(starting_balance: Decimal) -> None:
    if starting_balance < 0:
        raise Negative("A starting balance is at least 0.", pointer="/starting_balance")


def _emptied(account: Account, at: datetime) -> Iterator[Entry]:
    """Give what takes every unit and all cash out; short units are handed in without a price."""
    for symbol, held in sorted(account.holdings.items()):
        if held.qty:
            kind = Kind.TRANSFER_OUT if held.qty > 0 else Kind.TRANSFER_IN
            yield Entry(kind, symbol, abs(held.qty), at)
    if account.cash:
        kind = Kind.WITHDRAWAL if account.cash > 0 else Kind.DEPOSIT
        yield _cash(kind, account.currency, abs(account.cash), at)


def _cash(kind: Kind, currency: str, amount: Decimal, at: datetime) -> Entry:
    return Entry(kind, None, None, at, gross_amount=amount, currency=currency)
