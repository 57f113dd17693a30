"""What the database itself refuses, by the same name on both engines."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from steward.domain.corporate_actions import CorporateAction
from steward.domain.instants import instant_text
from steward.domain.instruments import Instrument
from steward.domain.orders import ClientOrderIdTaken
from steward.domain.portfolios import PortfolioNotFound
from steward.domain.transactions import seal
from steward.domain.users import LoginTaken
from steward.infrastructure.db.calls import SessionEnded, TooManyCalls
from steward.infrastructure.db.unit_of_work import Units, WriteUnit
from steward.usecases.values import Caller, Limit
from tests.factories import AT, LATER, TRACE, a_fill, a_session, a_user, an_action, an_entry, an_order, new_id
from tests.infrastructure.databases import REFUSED, an_owner, outside, write

Step = Callable[[WriteUnit], None]


async def test_each_constraint_has_one_meaning_on_both_engines(sql_units: Units) -> None:
    user, limit = a_user(), Limit(str(new_id()), 1, 60)
    await write(sql_units, lambda unit: unit.users.add(user, "hash"))
    portfolio = await sql_units.write(
        lambda unit: unit.portfolios.add(owner_id=user.id, name="A", base_currency="USD", at=AT),
        trace=TRACE,
        at=AT,
    )
    order = an_order(id=new_id(), owner_id=user.id, portfolio_id=portfolio.id, client_order_id="mine")
    await write(sql_units, lambda unit: unit.orders.add(order))
    await sql_units.write(lambda unit: unit.calls.count(limit, "x", at=AT), trace=TRACE, at=AT)

    def added(**fields: object) -> Step:
        again = an_order(id=new_id(), owner_id=user.id, **{"portfolio_id": portfolio.id, **fields})
        return lambda unit: unit.orders.add(again)

    refused: list[tuple[type[Exception], Step]] = [
        (LoginTaken, lambda unit: unit.users.add(a_user(login=user.login), "hash")),
        (LoginTaken, lambda unit: unit.users.add(a_user(subject=user.subject), "hash")),
        (ClientOrderIdTaken, added(client_order_id="mine")),
        (PortfolioNotFound, added(portfolio_id=2**62)),
    ]
    for refusal, step in refused:
        with pytest.raises(refusal):
            await write(sql_units, step)
    with pytest.raises(TooManyCalls):
        await sql_units.write(lambda unit: unit.calls.count(limit, "x", at=AT), trace=TRACE, at=AT)


async def test_a_writer_whose_session_is_over_is_refused_by_the_database(sql_units: Units) -> None:
    user = a_user()
    session = a_session(user)
    await write(sql_units, lambda unit: unit.users.add(user, "hash"), lambda unit: unit.sessions.add(session))

    async def work(unit: WriteUnit) -> None:
        unit.users.set_password_hash(user.id, "changed")

    for moment in (session.expires_at, session.expires_at + timedelta(days=1)):
        with pytest.raises(SessionEnded):
            await sql_units.write(work, trace=TRACE, at=moment, caller=Caller(user.id, session.id, moment))
    assert await sql_units.read().users.password_hash(user.id) == "hash"


async def test_o1_o3_the_database_itself_refuses_an_impossible_order(
    sql_units: Units, migrated_url: str
) -> None:
    order_id = (await a_traded_portfolio(sql_units))[1]
    impossible = [
        "executed_qty = '11'",
        "executed_qty = '-1'",
        "original_qty = '0'",
        "original_qty = '3'",
        "status = 'executed'",
        "status = 'pending'",
        "status = 'unheard of'",
        "pending_qty = '0'",
        "side = 'both'",
    ]
    for change in impossible:
        with pytest.raises(tuple(REFUSED)):
            await outside(migrated_url, f"UPDATE orders SET {change} WHERE id = '{order_id}'")  # noqa: S608 - of ours


# The ledger only grows


async def a_traded_portfolio(units: Units) -> tuple[int, UUID, UUID]:
    """Make a portfolio with a declaration, an order and a fill; give its id, the order's, the owner's."""
    owner_id = await an_owner(units)
    order_id = new_id()

    portfolio = await units.write(
        lambda unit: unit.portfolios.add(owner_id=owner_id, name="A", base_currency="USD", at=AT),
        trace=TRACE,
        at=AT,
    )
    order = an_order(id=order_id, owner_id=owner_id, portfolio_id=portfolio.id)
    fill = a_fill(order, 4)
    await write(units, lambda unit: unit.orders.add(order))
    await write(
        units,
        lambda unit: unit.orders.save(order.filled(fill, currency="USD"), fill),
        lambda unit: unit.transactions.append(portfolio, seal(portfolio, [an_entry()], at=AT), assets=1),
        lambda unit: unit.audit.add(TRACE, user_id=owner_id, outcome="accepted", at=AT),
    )
    return portfolio.id, order_id, owner_id


async def test_o2_a_fill_has_the_place_and_the_moment_that_its_order_came_to(sql_units: Units) -> None:
    _, order_id, owner_id = await a_traded_portfolio(sql_units)
    (row,) = await sql_units.read().orders.fills(owner_id, order_id, after=0, limit=9)
    assert (row[0], str(row[2]), row[3], row[7]) == (1, str(order_id), "4", instant_text(LATER))


@pytest.mark.parametrize("table", ["transactions", "executions", "audit_events"])
async def test_c5_o6_what_is_on_record_is_neither_changed_nor_removed(
    sql_units: Units, migrated_url: str, table: str
) -> None:
    _, order_id, owner_id = await a_traded_portfolio(sql_units)
    whose, what = {
        "transactions": (f"owner_id = '{owner_id}'", "quantity = '1'"),
        "executions": (f"order_id = '{order_id}'", "qty = '1'"),
        "audit_events": (f"user_id = '{owner_id}'", "outcome = 'never'"),
    }[table]
    before = await outside(migrated_url, f"SELECT * FROM {table} WHERE {whose}")  # noqa: S608 - of ours
    assert len(before) == 1
    for sql in (f"UPDATE {table} SET {what} WHERE {whose}", f"DELETE FROM {table} WHERE {whose}"):  # noqa: S608 - of ours
        with pytest.raises(tuple(REFUSED), match=f"{table} is append-only"):
            await outside(migrated_url, sql)
    assert await outside(migrated_url, f"SELECT * FROM {table} WHERE {whose}") == before  # noqa: S608 - of ours


async def test_a_whole_portfolio_goes_with_its_record_and_the_audit_stays(
    sql_units: Units, migrated_url: str
) -> None:
    portfolio_id, order_id, owner_id = await a_traded_portfolio(sql_units)

    async def work(unit: WriteUnit) -> None:
        unit.portfolios.remove(await unit.portfolios.lock(owner_id, portfolio_id))

    await sql_units.write(work, trace=TRACE, at=LATER)
    for table in ("portfolios", "transactions", "positions", "orders", "executions"):
        whose = f"order_id = '{order_id}'" if table == "executions" else f"owner_id = '{owner_id}'"
        assert await outside(migrated_url, f"SELECT 1 FROM {table} WHERE {whose}") == []  # noqa: S608 - of ours
    assert await outside(migrated_url, f"SELECT outcome FROM audit_events WHERE user_id = '{owner_id}'")  # noqa: S608 - of ours


async def test_an_instrument_has_a_sector_of_some_length_and_a_country_of_two_letters(
    sql_units: Units, migrated_url: str
) -> None:
    owner_id = await an_owner(sql_units)
    stated = Instrument("ABC", "USD", sector="Technology", country="US")
    await write(sql_units, lambda unit: unit.instruments.put(owner_id, stated))
    for change in ("sector = ''", f"sector = '{'x' * 65}'", "country = 'USA'", "country = ''"):
        with pytest.raises(tuple(REFUSED)):
            await outside(migrated_url, f"UPDATE instruments SET {change} WHERE owner_id = '{owner_id}'")  # noqa: S608 - of ours
    assert await sql_units.read().instruments.of(owner_id) == [stated]


# Corporate actions


async def a_kept_action(units: Units) -> CorporateAction:
    """Keep a split of a new person."""
    owner_id = await an_owner(units)
    return await units.write(lambda unit: unit.actions.add(owner_id, an_action(), at=AT), trace=TRACE, at=AT)


async def test_an_action_on_record_changes_only_by_being_taken_back_once(
    sql_units: Units, migrated_url: str
) -> None:
    action = await a_kept_action(sql_units)
    which = f"corporate_actions WHERE id = {action.id}"

    async def refused(*changes: str) -> None:
        before = await outside(migrated_url, f"SELECT * FROM {which}")  # noqa: S608 - of ours
        for change in changes:
            sql = f"UPDATE corporate_actions SET {change} WHERE id = {action.id}"  # noqa: S608 - of ours
            with pytest.raises(tuple(REFUSED), match="corporate_actions is append-only"):
                await outside(migrated_url, sql)
        with pytest.raises(tuple(REFUSED), match="corporate_actions is append-only"):
            await outside(migrated_url, f"DELETE FROM {which}")  # noqa: S608 - of ours
        assert await outside(migrated_url, f"SELECT * FROM {which}") == before  # noqa: S608 - of ours

    later = "withdrawn_at = '2026-03-02T00:00:00.000000Z'"
    await refused("new_units = '3'", "note = 'x'", f"{later}, new_units = '3'", "withdrawn_at = NULL")
    await outside(migrated_url, f"UPDATE corporate_actions SET {later} WHERE id = {action.id}")  # noqa: S608 - of ours
    await refused("withdrawn_at = NULL", later, "note = 'x'")


async def test_actions_go_with_their_owner(sql_units: Units, migrated_url: str) -> None:
    action = await a_kept_action(sql_units)
    ((owner_id,),) = await outside(
        migrated_url,
        f"SELECT owner_id FROM corporate_actions WHERE id = {action.id}",  # noqa: S608 - of ours
    )
    await outside(migrated_url, f"DELETE FROM users WHERE id = '{owner_id}'")  # noqa: S608 - of ours
    assert not await outside(migrated_url, f"SELECT 1 FROM corporate_actions WHERE id = {action.id}")  # noqa: S608 - of ours


async def test_the_database_itself_refuses_an_impossible_action(sql_units: Units, migrated_url: str) -> None:
    owner_id = await an_owner(sql_units)
    sound = {
        "symbol": "'ABC'", "kind": "'merger'", "ex_date": "'2026-01-02'", "new_units": "'1'",
        "old_units": "'2'", "into_symbol": "'XYZ'", "basis_share": "'0.5'", "cash_per_unit": "'1'",
        "cash_in_lieu_price": "'3'", "currency": "'USD'", "note": "'n'",
        "recorded_at": "'2026-03-01T00:00:00.000000Z'", "withdrawn_at": "NULL", "owner_id": f"'{owner_id}'",
    }  # fmt: skip

    async def kept(**changes: str) -> None:
        row = {**sound, **changes}
        names, values = ", ".join(row), ", ".join(row.values())
        await outside(migrated_url, f"INSERT INTO corporate_actions ({names}) VALUES ({values})")  # noqa: S608 - of ours

    await kept()
    no_cash = {"cash_per_unit": "NULL", "cash_in_lieu_price": "NULL", "currency": "NULL"}
    split = {"kind": "'split'", "into_symbol": "NULL", "basis_share": "NULL", **no_cash}
    await kept(**split)
    impossible: list[dict[str, str]] = [
        {"kind": "'unheard of'"}, {"symbol": "''"}, {"ex_date": "'1899-12-31'"}, {"new_units": "'0'"},
        {"old_units": "'0'"}, {"old_units": "'-1'"}, {"into_symbol": "'ABC'"}, {"into_symbol": "''"},
        {"into_symbol": "NULL"}, {"basis_share": "'1.1'"}, {"basis_share": "'-0.1'"},
        {"cash_per_unit": "'-1'"}, {"cash_in_lieu_price": "'0'"}, {"currency": "NULL"},
        {"note": "''"}, {"withdrawn_at": "'2026-02-28T00:00:00.000000Z'"}, {"kind": "'split'"},
        {**split, "new_units": "'0'"}, {**split, "currency": "'USD'"}, {**split, "kind": "'spin_off'"},
        {**split, "kind": "'return_of_capital'", "new_units": "'0'"},
        {**split, "kind": "'symbol_change'", "into_symbol": "'XYZ'"},
        {"owner_id": f"'{new_id()}'"},
    ]  # fmt: skip
    for changes in impossible:
        with pytest.raises(tuple(REFUSED)):
            await kept(**changes)
