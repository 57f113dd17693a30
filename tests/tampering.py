"""An exchange where something of everything has happened, and each way in which its books may be wrong."""

from collections.abc import Callable
from dataclasses import dataclass

from steward.domain.accounts import AccountKind
from steward.domain.findings import Finding
from steward.domain.orders import Order, Side
from steward.domain.terms import PAPER_VENUE
from steward.infrastructure.db.bookkeeping import Bookkeeping
from steward.infrastructure.db.database import Database
from steward.usecases.check import check
from tests.infrastructure.databases import outside
from tests.usecases.exchange import Floor, Trader


@dataclass
class Scene:
    """Who has traded, where."""

    floor: Floor
    buyer: Trader
    seller: Trader
    resting: list[tuple[Trader, Order]]

    def sql(self, template: str) -> str:
        """Fill in who and where."""
        symbol, buyer = self.floor.symbol, self.buyer.portfolio_id
        mine = f"security = '{symbol}' AND portfolio_id = {buyer}"
        return template.format(
            symbol=f"'{symbol}'",
            buyer=buyer,
            seller=self.seller.portfolio_id,
            desk=f"venue = 'book' AND symbol = '{symbol}'",
            another=f"SELECT id FROM orders WHERE {mine} AND status = 'pending' AND side = 'buy'",  # noqa: S608 - of ours
            resting=f"{mine} AND status = 'pending' AND side = 'buy'",
            fills=f"order_id IN (SELECT id FROM orders WHERE {mine})",  # noqa: S608 - of ours
        )


async def a_scene(floor: Floor) -> Scene:
    """Trade on both venues, long and short, and leave orders of each side."""
    buyer, seller = await floor.trader(kind=AccountKind.CASH), await floor.trader()
    sold = await floor.place(seller, Side.SELL, 8)
    await floor.place(buyer, Side.BUY, 3)
    await floor.place(buyer, Side.BUY, 2)
    resting = [
        (seller, sold),
        (buyer, await floor.place(buyer, Side.BUY, 5, 90)),
        (buyer, await floor.place(buyer, Side.SELL, 4, 130)),
        (seller, await floor.place(seller, Side.BUY, 1, 95)),
    ]
    await floor.place(buyer, Side.BUY, 1, 200, venue=PAPER_VENUE)
    return Scene(floor, buyer, seller, resting)


async def found(database: Database) -> set[Finding]:
    """Check all books, and give what is wrong."""
    async with database.snapshot() as snapshot:
        findings, _ = await check(Bookkeeping(snapshot), told=lambda *_: None)
    return set(findings)


async def each_touch_is_found(floors: Callable[[], Floor], database: Database, url: str) -> None:
    """Make a scene for each way to touch it: nothing is wrong before, and after it that one is."""
    before = await found(database)
    for invariant, template in TAMPERED:
        scene = await a_scene(floors())
        assert await found(database) == before, template
        await outside(url, scene.sql(template))
        after = await found(database)
        assert invariant in {one.invariant for one in after - before}, template
        before = after


_A_FILL_MORE = (
    "INSERT INTO executions (id, owner_id, order_id, seq, qty, price, currency, price_source, executed_at)"
    " SELECT '00000000-0000-4000-8000-000000000001', owner_id, order_id, 99, qty, price, currency,"
    " price_source, executed_at FROM executions WHERE {fills} LIMIT 1"
)
TAMPERED: list[tuple[str, str]] = [
    ("X1", "UPDATE accounts SET open_orders = open_orders + 1 WHERE portfolio_id = {buyer}"),
    ("X2", "UPDATE accounts SET reserved = '1' WHERE portfolio_id = {buyer}"),
    ("X2", "UPDATE orders SET reserved_cash = '1' WHERE {resting}"),
    ("X2", "UPDATE account_holdings SET reserved_qty = '3' WHERE portfolio_id = {buyer}"),
    ("X3", "UPDATE accounts SET event_seq = event_seq + 1 WHERE portfolio_id = {seller}"),
    ("X3", "DELETE FROM order_events WHERE portfolio_id = {seller} AND seq = 2"),
    ("X4", "UPDATE accounts SET cash = '1' WHERE portfolio_id = {seller}"),
    ("X4", "UPDATE account_holdings SET qty = '1' WHERE portfolio_id = {seller}"),
    ("X4", "DELETE FROM account_holdings WHERE portfolio_id = {buyer}"),
    ("X5", "UPDATE desks SET trade_seq = trade_seq + 1 WHERE {desk}"),
    ("X5", "UPDATE desks SET last_price = '1' WHERE {desk}"),
    ("X5", "DELETE FROM trades WHERE seq = 1 AND {desk}"),
    ("X6", "UPDATE trades SET qty = '1' WHERE seq = 1 AND {desk}"),
    ("X6", "UPDATE trades SET buy_order_id = NULL WHERE seq = 1 AND {desk}"),
    ("X6", "UPDATE trades SET sell_order_id = buy_order_id WHERE venue = 'paper' AND symbol = {symbol}"),
    (
        "X6",
        "UPDATE trades SET buy_order_id = (SELECT id FROM orders WHERE {resting}) WHERE seq = 1 AND {desk}",
    ),
    ("X6", _A_FILL_MORE),
    ("X7", "UPDATE desks SET short_qty = '0' WHERE {desk}"),
]
"""The invariant that is broken, and how."""
