"""What a batch of the exchange writes: one statement for each table, whatever the number of its desks."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import chain

from steward.domain.blotter import Changes
from steward.domain.orders import Order
from steward.domain.portfolios import Portfolio
from steward.domain.trading import OrderEvent, entry_of
from steward.domain.transactions import Entry, seal
from steward.usecases.order_text import event_text
from steward.usecases.ports_exchange import ExchangeUnit
from steward.usecases.values import DeskKey, OpenedAccount, ToldEvent

Made = Mapping[DeskKey, Changes]


async def write_desks(unit: ExchangeUnit, made: Made) -> None:
    """Keep orders that have changed, their fills, the trades and the events, and where the desks stand."""
    every = [(changes.state.version, changes) for _, changes in sorted(made.items())]
    orders = _orders(made)
    await unit.desks.save([(key, changes.state) for key, changes in sorted(made.items())])
    await unit.desk_orders.write(
        [(one, step) for step, changes in every for one in changes.created],
        [(one, step) for step, changes in every for one in changes.changed],
    )
    fills = chain.from_iterable(changes.fills for _, changes in every)
    await unit.desk_orders.add_fills([(one, orders[one.order_id].owner_id) for one in fills])
    await unit.desks.add_trades(chain.from_iterable(changes.trades for _, changes in every))
    await unit.desks.add_events(_told(event) for _, changes in every for event in changes.events)


async def write_ledgers(
    unit: ExchangeUnit,
    made: Made,
    accounts: Mapping[int, OpenedAccount],
    portfolios: Mapping[int, Portfolio],
    multipliers: Mapping[DeskKey, Decimal],
    *,
    at: datetime,
) -> None:
    """Append the fills to the ledgers of their locked portfolios, and keep the accounts that have changed."""
    orders = _orders(made)
    entries: dict[int, list[Entry]] = defaultdict(list)
    for key, changes in sorted(made.items()):
        for fill in changes.fills:
            order = orders[fill.order_id]
            entries[order.portfolio_id].append(entry_of(fill, order, multipliers[key]))
    if entries:
        sealed = [
            (portfolios[one], seal(portfolios[one], booked, at=at)) for one, booked in sorted(entries.items())
        ]
        await unit.transactions.append_all(sealed)
    held = {(one.portfolio_id, one.security) for one in orders.values()}
    changed = [accounts[one] for one in sorted({one for one, _ in held})]
    for opened in changed:
        opened.account.version += 1
        opened.ledger_seq += len(entries.get(opened.account.portfolio_id, ()))
        held |= {(opened.account.portfolio_id, symbol) for symbol in opened.folded}
        opened.folded.clear()
    await unit.accounts.save(changed, held)


def _orders(made: Made) -> "dict[object, Order]":
    return {one.id: one for changes in made.values() for one in (*changes.created, *changes.changed)}


def _told(event: OrderEvent) -> ToldEvent:
    return ToldEvent(
        portfolio_id=event.portfolio_id,
        seq=event.seq,
        owner_id=event.order.owner_id,
        order_id=event.order.id,
        kind=event.kind.value,
        payload=event_text(event),
        at=event.at,
    )
