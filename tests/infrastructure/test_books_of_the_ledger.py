"""`steward check` over a ledger of every kind, on both engines; and what the database itself refuses."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.booking import Stated
from steward.domain.portfolios import Portfolio
from steward.domain.transactions import UNITS_IN, UNITS_OUT, Kind, Transaction
from steward.infrastructure.db.bookkeeping import Bookkeeping
from steward.infrastructure.db.database import Database
from steward.infrastructure.db.unit_of_work import Units
from steward.usecases import batches, transactions, transfers
from steward.usecases.check import check
from steward.usecases.ports import WriteUnit
from tests.factories import AT, an_action, new_id
from tests.infrastructure.contract import a_kept_portfolio, a_person, do
from tests.infrastructure.databases import REFUSED, outside

PAST = date(2025, 6, 1)


def stated(kind: Kind, quantity: int = 10, **fields: object) -> Stated:
    moves = kind in UNITS_IN | UNITS_OUT
    usual: dict[str, Any] = {"trade_date": PAST}
    usual |= (
        {"symbol": "ABC", "quantity": Decimal(quantity), "price": Decimal(3)}
        if moves
        else {"gross_amount": Decimal(5), **({"symbol": "ABC"} if kind is Kind.DIVIDEND else {})}
    )
    return Stated(kind, **(usual | fields))


async def test_a_ledger_of_every_kind_is_sound_and_what_is_touched_shows(
    sql_units: Units, database: Database, migrated_url: str
) -> None:
    owner = await a_person(sql_units)
    here, there = [await a_kept_portfolio(sql_units, owner) for _ in range(2)]
    at: dict[str, Any] = {"owner_id": owner.id, "at": AT}
    mine: dict[str, Any] = {**at, "portfolio_id": here.id}
    rows = [stated(kind, 20 if kind is Kind.BUY else 1) for kind in Kind] * 10
    first, _ = await do(sql_units, lambda one: batches.record_many(one, **mine, rows=rows))
    await do(sql_units, lambda one: one.actions.add(owner.id, an_action(ex_date=date(2025, 9, 1)), at=AT))
    ledger = await do(sql_units, lambda one: one.transactions.of(owner.id, here.id))
    # Actions that are entered rebuild what is held: that is tested with them.
    await do(sql_units, lambda one: rebuilt(one, here, ledger))
    moved = transfers.Moved(PAST, None, "ABC", Decimal(4), (), None, None, None)
    both: dict[str, Any] = {"from_portfolio_id": here.id, "to_portfolio_id": there.id, "moved": moved}
    out, _ = await do(sql_units, lambda one: transfers.transfer(one, **at, transfer_id=new_id(), **both))
    await do(sql_units, lambda one: transfers.transfer(one, **at, transfer_id=new_id(), **both))
    await do(sql_units, lambda one: transactions.reverse(one, **mine, transaction_id=out.id, note="no"))
    await do(
        sql_units,
        lambda one: transactions.correct(one, **mine, transaction_id=first, stated=stated(Kind.FEE)),
    )
    assert await found(database, here) == []
    held = f"UPDATE positions SET quantity = '1' WHERE portfolio_id = {here.id}"  # noqa: S608 - of ours
    await outside(migrated_url, held)
    assert [one.partition(" ")[0] for one in await found(database, here)] == ["C2"]


async def rebuilt(unit: WriteUnit, portfolio: Portfolio, ledger: Sequence[Transaction]) -> None:
    unit.positions.rebuild(portfolio, ledger, await unit.actions.of(portfolio.owner_id, None))


async def found(database: Database, portfolio: Portfolio) -> list[str]:
    async with database.snapshot() as snapshot:
        findings, _ = await check(Bookkeeping(snapshot), told=lambda *_: None)
    about = {f"portfolio {portfolio.id}", f"portfolio {portfolio.id} ABC"}
    return [
        f"{one.invariant} {one.subject}"
        for one in findings
        if one.subject in about or "transfer" in one.subject
    ]


IMPOSSIBLE = [
    {"kind": "'bought'"},
    {"quantity": "'0'"},
    {"quantity": "NULL"},
    {"symbol": "NULL"},
    {"price": "NULL"},
    {"currency": "NULL"},
    {"fee": "'0'"},
    {"tax": "'-1'"},
    {"rate": "'1'"},
    {"rate": "'1'", "rate_base": "'USD'", "rate_quote": "'USD'"},
    {"cash_currency": "'EUR'"},
    {"cash_currency": "'USD'", "rate": "'1'", "rate_base": "'USD'", "rate_quote": "'EUR'"},
    {"security_amount": "'1'"},
    {"security_amount": "'0'", "security_currency": "'EUR'"},
    {"lots": "'[]'"},
    {"reverses": "1", "replaces": "1"},
    {"note": "''"},
    {"external_id": "''"},
    {"kind": "'deposit'"},
    {"kind": "'dividend'", "quantity": "NULL", "price": "NULL", "symbol": "NULL"},
    {"kind": "'fee'", "quantity": "NULL"},
    {"kind": "'fee'", "quantity": "NULL", "price": "NULL", "gross_amount": "NULL"},
]


@pytest.mark.parametrize("fields", IMPOSSIBLE, ids=str)
async def test_the_database_itself_refuses_an_impossible_transaction(
    sql_units: Units, migrated_url: str, fields: dict[str, str]
) -> None:
    portfolio = await a_kept_portfolio(sql_units)
    usual = {
        "owner_id": f"'{portfolio.owner_id}'",
        "portfolio_id": str(portfolio.id),
        "seq": "1",
        "kind": "'buy'",
        "symbol": "'ABC'",
        "quantity": "'1'",
        "occurred_at": "'2026-01-01T00:00:00.000000Z'",
        "price": "'1'",
        "gross_amount": "'1'",
        "currency": "'USD'",
        "recorded_at": "'2026-01-01T00:00:00.000000Z'",
        "digest": "''",
    }

    def adding(given: dict[str, str]) -> str:
        return f"INSERT INTO transactions ({', '.join(given)}) VALUES ({', '.join(given.values())})"  # noqa: S608 - of ours

    with pytest.raises(tuple(REFUSED)):
        await outside(migrated_url, adding(usual | fields))
    await outside(migrated_url, adding(usual))
