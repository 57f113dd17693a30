"""The lane lets in who is signed in, counts calls, and does once what is asked again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from steward.domain.accounts import InsufficientBuyingPower
from steward.domain.api_keys import KeyRefused
from steward.domain.errors import TooMany, Unauthenticated
from steward.domain.orders import ClientOrderIdTaken, Order, Status
from steward.usecases.desk_commands import Place
from steward.usecases.desk_facts import Asked
from steward.usecases.values import Kept, KeyReused, Limit, Once, PresentedKey
from tests.factories import AT, new_id, new_text
from tests.usecases.exchange import Floor, Trader


async def test_who_is_signed_in_no_more_or_by_no_key_is_not_let_in(floor: Floor) -> None:
    buyer = await floor.trader()
    unknown = replace(buyer, caller=replace(buyer.caller, session_id=new_id()))
    with pytest.raises(Unauthenticated):
        await floor.place(unknown)
    key = PresentedKey("no-such", "hash", "trade", None)
    with pytest.raises(KeyRefused):
        await floor.place(replace(buyer, caller=replace(buyer.caller, session_id=None, key=key)))
    await floor.do(lambda unit: unit.sessions.revoke(buyer.caller.user_id, _session(buyer), at=AT))
    with pytest.raises(Unauthenticated):
        await floor.place(buyer)


def _session(trader: Trader) -> UUID:
    assert trader.caller.session_id is not None
    return trader.caller.session_id


async def test_calls_are_counted_and_those_above_the_limit_refused(floor: Floor) -> None:
    floor.lane.writes = Limit("few", 3, 60)
    buyer, other = await floor.trader(), await floor.trader()
    results = await asyncio.gather(
        *(floor.place(buyer, qty=1) for _ in range(5)), floor.place(other, qty=1), return_exceptions=True
    )
    assert [type(one) for one in results] == [Order] * 3 + [TooMany] * 2 + [Order]
    floor.lane.writes = Limit("few", 2, 60)
    with pytest.raises(TooMany):
        await floor.place(buyer, qty=1)
    floor.at += timedelta(minutes=2)
    assert (await floor.place(buyer, qty=1)).status is Status.PENDING


async def test_a_client_order_id_is_taken_once_in_a_batch_and_ever_after(floor: Floor) -> None:
    buyer, name = await floor.trader(), new_text()
    results = await asyncio.gather(
        *(floor.place(buyer, client_order_id=name) for _ in range(3)), return_exceptions=True
    )
    assert [type(one) for one in results] == [Order, ClientOrderIdTaken, ClientOrderIdTaken]
    other = await floor.trader()
    assert (await floor.place(other, client_order_id=name)).client_order_id == name


def _once(key: str, fingerprint: str = "print") -> Once:
    return Once(key, fingerprint, lambda orders: (201, str(orders[0].id)))


async def test_a_command_under_a_key_is_done_once(floor: Floor) -> None:
    buyer, key = await floor.trader(), new_text()
    asked = Asked(Place(buyer.portfolio_id, floor.ticket()), buyer.caller, None, _once(key))
    first, again = await asyncio.gather(floor.lane.do(asked), floor.lane.do(asked))
    assert not isinstance(first, Kept)
    assert again == Kept("print", 201, str(first[0].id))
    assert await floor.new_lane().do(asked) == again
    with pytest.raises(KeyReused):
        await floor.lane.do(replace(asked, once=_once(key, "other")))
    assert (await floor.account(buyer)).account.open_orders == 1
    # A day later the key is free again, for who has signed in anew.
    floor.at += timedelta(days=1, seconds=1)
    caller = (await floor.again(buyer)).caller
    assert not isinstance(await floor.lane.do(replace(asked, caller=caller)), Kept)


async def test_a_refused_command_leaves_its_key_free(floor: Floor) -> None:
    buyer, once = await floor.trader(cash=100), _once(new_text())
    with pytest.raises(InsufficientBuyingPower):
        await floor.ask(buyer, Place(buyer.portfolio_id, floor.ticket(qty=9)), once=once)
    (order,) = await floor.ask(buyer, Place(buyer.portfolio_id, floor.ticket(qty=1)), once=once)
    assert order.status is Status.PENDING
