"""`steward check` over an exchange, on both engines: sound when nothing was touched, and each touch shows."""

from functools import partial
from typing import Any

from steward.infrastructure.db.database import Database
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases import portfolios
from steward.usecases.desk_commands import Cancel
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
