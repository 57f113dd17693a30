"""What must always be true of an exchange, said as plainly as it can be."""

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from steward.domain.accounts import Account, AccountKind
from steward.domain.blotter import Changes
from steward.domain.listings import DeskState
from steward.domain.orders import FINAL, Order, Side
from steward.domain.terms import Phase, Role
from steward.domain.trading import OrderEventKind

if TYPE_CHECKING:
    from tests.exchange_player import Player

ZERO = Decimal(0)


def check(player: "Player", changes: Changes, state: DeskState, before: dict[int, Decimal]) -> None:
    """Check all laws after one command."""
    assert changes.state.version >= state.version
    check_trades(player, changes, state)
    check_events(player, changes)
    check_money(player)
    for account in player.accounts.values():
        check_account(player, account, changes, before[account.portfolio_id])
    check_exits(player, changes)


def check_trades(player: "Player", changes: Changes, state: DeskState) -> None:
    """Each trade is one purchase and one sale of the same size and price, or one side is the house."""
    fills = {(fill.order_id, fill.trade_seq): fill for fill in changes.fills}
    assert len(fills) == len(changes.fills)
    for number, trade in enumerate(changes.trades, state.trade_seq + 1):
        assert trade.seq == number
        sides = [trade.buy_order_id, trade.sell_order_id]
        found = [fills.pop((one, trade.seq)) for one in sides if one is not None]
        assert len(found) == (1 if player.listing.venue == "paper" else 2)
        assert {(fill.qty, fill.price) for fill in found} == {(trade.qty, trade.price)}
        if len(found) == 1:
            signed = trade.qty if trade.sell_order_id is not None else -trade.qty
            player.house_units += signed
            player.house_cash -= signed * trade.price
        for fill in found:
            order = player.stored[fill.order_id]
            limit = order.terms.limit_price
            if limit is not None:
                assert trade.price <= limit if order.side is Side.BUY else trade.price >= limit
            player.fees += fill.fee
            player.paid[order.id] = player.paid.get(order.id, ZERO) + fill.fee
            assert fill.fee >= ZERO
    for order_id in {fill.order_id for fill in changes.fills}:
        order = player.stored[order_id]
        charged = order.standing is not None and order.standing.reserve_rate is not None
        done = order.executed_value or ZERO
        assert player.paid[order_id] == (fee_of(order, order.executed_qty, done) if charged else ZERO)
    assert not fills


def check_events(player: "Player", changes: Changes) -> None:
    """Events are gap-free by account, each raises its order's version by one, and none follows a last one."""
    for event in changes.events:
        seen = player.seen.get(event.portfolio_id, 0)
        assert event.seq == seen + 1
        player.seen[event.portfolio_id] = event.seq
        order = event.order
        assert order.version == player.versions.get(order.id, 0) + 1, order
        player.versions[order.id] = order.version
        assert (order.version == 1) == (event.kind is OrderEventKind.ACCEPTED)
        assert order.id not in player.final
        if order.status in FINAL:
            player.final.add(order.id)
            assert order.standing is not None
            assert order.standing.phase is Phase.DONE
        assert order.executed_qty <= order.original_qty or order.status in FINAL


def check_money(player: "Player") -> None:
    """Cash and units neither appear nor vanish, over all accounts, fees and the house."""
    cash = sum(account.cash for account in player.accounts.values())
    assert cash + player.house_cash + player.fees == player.start_cash
    units = sum(account.holding("ACME").qty for account in player.accounts.values())
    assert units + player.house_units == player.units
    shorts = -sum(
        min(account.holding("ACME").qty, ZERO)
        for account in player.accounts.values()
        if account.kind is AccountKind.MARGIN
    )
    assert player.desk.state.short_qty == shorts
    asked = [one.pending_qty for one in player.open.values() if one.side is Side.SELL and rate_of(one)]
    assert player.listing.borrowable is not None
    assert shorts + sum(asked, ZERO) <= player.listing.borrowable


def rate_of(order: Order) -> Decimal:
    return (order.standing.reserve_rate if order.standing else None) or ZERO


def fee_of(order: Order, qty: Decimal, value: Decimal) -> Decimal:
    """Give what an order owes for so much in all by the fees of the player's listing."""
    owed = min(Decimal(20), Decimal("0.50") + Decimal("0.001") * value + Decimal("0.01") * qty)
    return min(owed, value) if order.side is Side.SELL else owed


def cost_of(order: Order, rate: Decimal) -> Decimal:
    """Give what an open order of an account can still cost, from its terms alone."""
    standing, terms = order.standing, order.terms
    assert standing is not None
    if not rate:
        return ZERO
    if terms.amount is not None:
        return terms.amount
    price = standing.bound_price or terms.limit_price
    assert price is not None
    left = order.original_qty - order.executed_qty
    done = order.executed_value or ZERO
    before = fee_of(order, order.executed_qty, done) if order.executed_qty else ZERO
    after = fee_of(order, order.original_qty, done + left * price)
    return rate * left * price + after - before


def check_account(player: "Player", account: Account, changes: Changes, before: Decimal) -> None:
    """What is reserved is what open orders can cost or close, and no more is risked than there is."""
    mine = [order for order in player.open.values() if order.portfolio_id == account.portfolio_id]
    assert account.open_orders == len(mine)
    costs = [cost_of(order, order.standing.reserve_rate or ZERO) for order in mine if order.standing]
    assert account.reserved == sum(costs, ZERO)
    if account.kind is AccountKind.HOUSE:
        return
    holding = account.holding("ACME")
    closing = sum(
        (
            order.original_qty - order.executed_qty
            for order in mine
            if order.standing
            and order.standing.reserve_rate == ZERO
            and order.standing.phase is not Phase.HELD
            and not (order.terms.role is Role.STOP_LOSS and order.terms.group_id and armed(order))
        ),
        ZERO,
    )
    assert holding.reserved_qty == closing <= abs(holding.qty)
    if account.kind is AccountKind.CASH:
        assert account.available >= ZERO
        assert holding.qty >= ZERO
    elif account.available < min(ZERO, before):
        # Only the loss of what was closed may take more than there is.
        fills = [
            event for event in changes.events if event.fill and event.portfolio_id == account.portfolio_id
        ]
        closes = [e for e in fills if e.order.standing and e.order.standing.reserve_rate == ZERO]
        assert closes


def armed(order: Order) -> bool:
    return order.standing is not None and order.standing.phase is Phase.ARMED


def check_exits(player: "Player", changes: Changes) -> None:
    """Exits never ask for more than their entry has filled, nor for different quantities."""
    for order in changes.created:
        if order.terms.parent_id is not None:
            player.exits.setdefault(first_of(player, order.terms.parent_id), []).append(order.id)
    touched = {
        first_of(player, order.terms.parent_id or order.id) for order in changes.created + changes.changed
    }
    for entry_id in touched & set(player.exits):
        legs = [player.stored[one] for one in player.exits[entry_id]]
        entry: UUID | None = entry_id
        total = ZERO
        while entry is not None:
            total += player.stored[entry].executed_qty
            entry = player.successor.get(entry)
        done = sum((leg.executed_qty for leg in legs), ZERO)
        assert done <= total
        for leg in legs:
            assert leg.standing
            if leg.status not in FINAL and leg.standing.phase is not Phase.HELD:
                assert done + leg.pending_qty == total, (entry_id, legs)


def first_of(player: "Player", order_id: UUID) -> UUID:
    """Give the order that was placed, of one that took its place or the place of one that did."""
    while (before := player.stored[order_id].terms.replaces_id) is not None:
        order_id = before
    return order_id
