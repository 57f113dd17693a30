"""Orders on the manual venue: placing, amending, cancelling, executing."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from steward.domain.errors import Conflict
from steward.domain.money import positive
from steward.domain.orders import MANUAL_VENUE, ClientOrderIdTaken, Fill, Order, Side, placed
from steward.domain.portfolios import DEFAULT_CURRENCY, DEFAULT_NAME
from steward.domain.prices import Quote
from steward.domain.text import checked_symbol, checked_text
from steward.domain.trading import entry_of
from steward.usecases.ports import WriteUnit

CLIENT_ORDER_ID_MAXIMUM = 128


class OnExchange(Conflict):
    """The order is on the exchange, where nobody but the market executes it and nothing amends it."""

    code = "order-on-exchange"

    def __init__(self, order: Order) -> None:
        super().__init__("This order is on the exchange: replace or cancel it; only the market executes it.")
        self.order = order


def _expect_manual(order: Order) -> None:
    if order.venue != MANUAL_VENUE:
        raise OnExchange(order)


async def place(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    order_id: UUID,
    security: str,
    qty: Decimal,
    side: Side,
    portfolio_id: int | None,
    client_order_id: str | None,
    at: datetime,
) -> Order:
    """Place an order for `qty` (> 0) units; without a portfolio it goes to the default one.

    Raises PortfolioNotFound, ClientOrderIdTaken, InvalidValue.
    """
    security = checked_symbol(security, pointer="/security")
    positive(qty, pointer="/qty")
    if client_order_id is not None:
        client_order_id = checked_text(
            client_order_id, pointer="/client_order_id", maximum=CLIENT_ORDER_ID_MAXIMUM
        )
        if await unit.orders.by_client_id(owner_id, client_order_id) is not None:
            raise ClientOrderIdTaken
    if portfolio_id is None:
        portfolio_id = await _default_portfolio(unit, owner_id, at)
    order = placed(
        order_id=order_id,
        owner_id=owner_id,
        portfolio_id=portfolio_id,
        security=security,
        side=side,
        qty=qty,
        client_order_id=client_order_id,
        at=at,
    )
    unit.orders.add(order)
    return order


async def amend(
    unit: WriteUnit, *, owner_id: UUID, order_id: UUID, qty: Decimal, version: int | None, at: datetime
) -> Order:
    """Change the total quantity.

    Raises OrderNotFound, OnExchange, OrderNotOpen, StaleVersion, InvalidValue.
    """
    positive(qty, pointer="/qty")
    order = await unit.orders.lock(owner_id, order_id)
    _expect_manual(order)
    order.expect_version(version)
    order = order.amended(qty, at=at)
    unit.orders.save(order)
    return order


async def cancel(
    unit: WriteUnit, *, owner_id: UUID, order_id: UUID, version: int | None, at: datetime
) -> Order:
    """End an order; what was executed stays. Raises OrderNotFound, OnExchange, OrderNotOpen, StaleVersion."""
    order = await unit.orders.lock(owner_id, order_id)
    _expect_manual(order)
    order.expect_version(version)
    order = order.cancelled(at=at)
    unit.orders.save(order)
    return order


async def execute(
    unit: WriteUnit,
    *,
    owner_id: UUID,
    order_id: UUID,
    fill_id: UUID,
    qty: Decimal,
    price: Decimal | None,
    quotes: Mapping[str, Quote],
    version: int | None,
    at: datetime,
) -> Order:
    """Execute `qty` (> 0) units: the order, the fill and the ledger change together.

    A given price is in the portfolio's base currency. Without one the owner's own price counts, then
    the source's in `quotes`; with neither the fill has no price.
    Raises OrderNotFound, OnExchange, OrderNotOpen, StaleVersion, InvalidValue.
    """
    positive(qty, pointer="/executed_qty")
    if price is not None:
        positive(price, pointer="/price")
    order, base_currency, multiplier = await unit.orders.lock_to_execute(owner_id, order_id)
    _expect_manual(order)
    order.expect_version(version)
    source, currency = "caller", base_currency
    if price is None:
        quote = await unit.prices.entered_one(owner_id, order.security) or quotes.get(order.security)
        source, currency = "", ""
        if quote is not None:
            price, source, currency = quote.price, quote.source, quote.currency
    fill = Fill(
        id=fill_id,
        order_id=order_id,
        seq=order.fill_count + 1,
        qty=qty,
        price=price,
        currency=currency or None,
        price_source=source or None,
        executed_at=at,
    )
    order = order.filled(fill, currency=base_currency)
    _book(unit, order, fill, multiplier)
    return order


def _book(unit: WriteUnit, order: Order, fill: Fill, multiplier: Decimal) -> None:
    unit.orders.save(order, fill)
    entry = entry_of(fill, order, multiplier)
    unit.transactions.append_next(order.owner_id, order.portfolio_id, entry, at=fill.executed_at)


async def _default_portfolio(unit: WriteUnit, owner_id: UUID, at: datetime) -> int:
    found = await unit.portfolios.default_id(owner_id)
    if found is not None:
        return found
    made = await unit.portfolios.add(
        owner_id=owner_id, name=DEFAULT_NAME, base_currency=DEFAULT_CURRENCY, at=at, is_default=True
    )
    return made.id
