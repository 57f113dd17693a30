"""`steward check` over an exchange, on both engines: sound when nothing was touched, and each touch shows."""

import asyncio
from decimal import Decimal
from functools import partial
from typing import Any

from steward.domain.corporate_actions import ActionKind
from steward.domain.errors import Refusal
from steward.domain.orders import Side
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases import accounts, corporate_actions, portfolios
from steward.usecases.desk_commands import Cancel
from tests.factories import AT
from tests.tampering import a_scene, each_touch_is_found, found
from tests.usecases.exchange import Floor


async def test_what_has_happened_is_sound_and_each_touch_is_found(
    sql_units: Units, database: Database, migrated_url: str
) -> None:
    await each_touch_is_found(lambda: Floor(sql_units), database, migrated_url)


async def test_a_portfolio_that_is_gone_leaves_trades_and_nothing_wrong(
    sql_units: Units, database: Database
) -> None:
    before = await found(database)
    scene = await a_scene(Floor(sql_units))
    for trader, order in scene.resting:
        await scene.floor.ask(trader, Cancel(scene.floor.key, trader.portfolio_id, order.id))
    for trader in (scene.buyer, scene.seller):
        gone: dict[str, Any] = {"owner_id": trader.caller.user_id, "portfolio_id": trader.portfolio_id}
        await scene.floor.do(partial(portfolios.remove, **gone))
        assert await found(database) == before


async def test_beginning_anew_and_actions_race_with_orders_and_nothing_is_lost(
    sql_units: Units, database: Database
) -> None:
    before, floor = await found(database), Floor(sql_units)
    trader, other = await floor.trader(), await floor.trader()
    owner: dict[str, Any] = {"owner_id": trader.caller.user_id, "at": AT}
    begin = partial(accounts.reset, portfolio_id=trader.portfolio_id, starting_balance=Decimal(500), **owner)
    parts = ("into", "basis_share", "cash_per_unit", "cash_in_lieu_price", "currency", "note", "old")
    split: dict[str, Any] = {**dict.fromkeys(parts), "symbol": floor.symbol, "ex_date": AT.date()}
    enter = partial(corporate_actions.enter, kind=ActionKind.SPLIT, new=Decimal(2), **split, **owner)

    async def order() -> None:
        placed = await floor.place(trader, Side.BUY, 1)
        await floor.ask(trader, Cancel(floor.key, trader.portfolio_id, placed.id))

    lanes = [floor.lane, floor.new_lane()]
    for number in range(8):
        floor.lane = lanes[number % 2]
        asked = [floor.do(begin), floor.do(enter), order(), floor.do(begin), order(), floor.place(other)]
        done = await asyncio.gather(*asked, return_exceptions=True)
        failed = [one for one in done if isinstance(one, BaseException)]
        assert all(isinstance(one, Refusal) for one in failed), failed
        assert await found(database) == before, number
