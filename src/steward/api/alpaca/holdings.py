"""What an account holds and what that is worth now, for account and positions on the Alpaca wire."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from steward.api.alpaca import assets
from steward.api.alpaca.access import exchange_time, portfolio_of
from steward.api.alpaca.assets import Asset, Assets
from steward.api.alpaca.bars import daily
from steward.api.alpaca.market_asked import OF_THE_DAY
from steward.api.call import Call
from steward.api.values import BIGGEST_ID
from steward.domain.accounts import Account, Holding
from steward.domain.cash import net_amount_in
from steward.domain.money import UNKNOWN, ZERO, add, known, multiply, rounded, subtract, total
from steward.domain.transactions import Entry
from steward.usecases import market, prices
from steward.usecases.accounts import AccountNotFound, brought_up
from steward.usecases.ports import ReadUnit
from steward.usecases.values import OpenedAccount

_RECENT: Final = timedelta(days=30)
_PAGE: Final = 1000
_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Position:
    """Units of one asset, with its price now and its last close before today; None where it is unknown."""

    asset: Asset
    held: Holding
    price: Decimal | None
    last_close: Decimal | None

    def worth(self, price: Decimal | None) -> Decimal | None:
        """Give what all units are worth at a price, negative for a short position."""
        if price is None:
            return None
        multiplier = _ONE if self.asset.listing is None else self.asset.listing.multiplier
        return rounded(multiply(multiply(self.held.qty, price), multiplier))

    @property
    def value(self) -> Decimal | None:
        """Give what it is worth now."""
        return self.worth(self.price)

    @property
    def value_at_last_close(self) -> Decimal | None:
        """Give what its units were worth at the last close."""
        return self.worth(self.last_close)


@dataclass(frozen=True, slots=True)
class Held:
    """An account with its positions, at one moment of the exchange."""

    opened: OpenedAccount
    positions: tuple[Position, ...]
    known: Assets
    equity_at_last_close: Decimal | None

    @property
    def account(self) -> Account:
        """The account."""
        return self.opened.account


async def opened_account(call: Call, reads: ReadUnit) -> OpenedAccount:
    """Give the account, with all that its portfolio's ledger says. Raises AccountNotFound."""
    portfolio_id = portfolio_of(call)
    found = (await reads.accounts.mine(call.user_id)).get(portfolio_id)
    if found is None:
        raise AccountNotFound
    await brought_up(reads, {portfolio_id: found})
    return found


async def held(call: Call) -> Held:
    """Load the account with its positions, in the order of their symbols. Raises AccountNotFound."""
    reads = call.read()
    opened = await opened_account(call, reads)
    account = opened.account
    listed, now = await assets.load(call, reads), await exchange_time(call, reads)
    today = await _since(call, reads, now.date())
    entered = await reads.prices.entered(call.user_id)
    quotes = prices.known(call.system.prices.quotes(now), entered)
    latest = {symbol: one.price for symbol, one in quotes.items() if one.currency == account.currency}
    symbols = {symbol for symbol, one in account.holdings.items() if one.qty}
    last = await _last_closes(call, reads, symbols | {one.symbol for one in today if one.symbol}, now)
    found = [
        Position(listed.of(symbol), account.holdings[symbol], latest.get(symbol), last.get(symbol))
        for symbol in sorted(symbols)
    ]
    account.settle(now.date())
    return Held(opened, tuple(found), listed, _before(account, found, today, listed, last))


async def _since(call: Call, reads: ReadUnit, day: date) -> list[Entry]:
    """Give what has happened since the beginning of a day."""
    found: list[Entry] = []
    before = BIGGEST_ID
    while True:
        page = await reads.transactions.page(
            call.user_id,
            portfolio_of(call),
            kind=None,
            symbol=None,
            start=day,
            end=date.max,
            before=before,
            limit=_PAGE,
        )
        found += [one.entry for one, _ in page]
        if len(page) < _PAGE:
            return found
        before = page[-1][0].seq


def _before(
    account: Account,
    positions: Iterable[Position],
    today: Iterable[Entry],
    listed: Assets,
    last: Mapping[str, Decimal],
) -> Decimal | None:
    """Give what the account was worth at the last close: what it has, without what today brought."""
    cash, held = account.cash, {one.asset.steward_symbol: one.held.qty for one in positions}
    for entry in today:
        cash = subtract(cash, net_amount_in(account.currency, entry))
        if entry.symbol is not None:
            held[entry.symbol] = subtract(held.get(entry.symbol, ZERO), entry.change)
    then = (
        Position(listed.of(symbol), Holding(qty), None, last.get(symbol)).value_at_last_close
        for symbol, qty in held.items()
        if qty
    )
    return known(add(cash, total(UNKNOWN if one is None else one for one in then)))


async def _last_closes(call: Call, reads: ReadUnit, symbols: set[str], now: datetime) -> dict[str, Decimal]:
    if not symbols:
        return {}
    first, yesterday = now.date() - _RECENT, now.date() - timedelta(days=1)
    loaded = await market.load(
        reads,
        call.system.sources,
        owner_id=call.user_id,
        symbols=symbols,
        currencies=(),
        first=first,
        last=yesterday,
        policy=OF_THE_DAY,
        at=now,
        actions=await reads.actions.of(call.user_id, symbols),
    )
    closes = {symbol: daily(loaded, symbol, first, yesterday, on=now.date()) for symbol in symbols}
    return {symbol: found[-1][1] for symbol, found in closes.items() if found}


def difference(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """Subtract what is known of both."""
    return known(subtract(UNKNOWN if one is None else one, UNKNOWN if other is None else other))
