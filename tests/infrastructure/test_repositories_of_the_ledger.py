"""One contract for reading and widening the ledger: in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from steward.domain.portfolios import CostMethod, Portfolio
from steward.domain.transactions import (
    UNITS_IN,
    UNITS_OUT,
    Entry,
    ExternalIdTaken,
    Kind,
    LotChoice,
    RecordedRate,
    Terms,
    Transaction,
    TransactionNotFound,
    reversal,
    seal,
)
from steward.usecases.ports import Units, WriteUnit
from tests.conftest import ENGINES
from tests.factories import AT, LATER, an_entry, new_id
from tests.infrastructure.contract import (
    a_kept_portfolio,
    a_person,
    appended,
    do,
    locked_again,
    position,
    wrote,
)

NUMBER = Decimal("12345678901234567890.123456789012345678")
CASH = Entry(Kind.DEPOSIT, None, None, AT, gross_amount=Decimal(100), currency="USD")
EVERYTHING = Terms(
    fee=Decimal("1.5"),
    tax=NUMBER,
    settles_on=date(2026, 3, 3),
    cash_currency="EUR",
    recorded_rate=RecordedRate("USD", "EUR", Decimal("0.9")),
    security_amount=Decimal(7),
    security_currency="GBp",
    lots=(LotChoice(1, Decimal("2.5")), LotChoice(2**40, NUMBER)),
    transfer_id=new_id(),
    replaces=1,
    note="a note",
    external_id="x-1",
)
DAY = timedelta(days=1)


@pytest.fixture(scope="module", params=["memory", *ENGINES])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def kept(units: Units, portfolio: Portfolio, *entries: Entry) -> list[Transaction]:
    """Append, and give what the ledger has now."""
    await appended(units, portfolio, *entries)
    return await do(units, lambda one: one.transactions.of(portfolio.owner_id, portfolio.id))


async def asked(units: Units, portfolio: Portfolio, name: str, *given: Any) -> Any:
    """Call a read of the ledger on the portfolio."""

    async def work(one: WriteUnit) -> Any:
        return await getattr(one.transactions, name)(portfolio, *given)

    return await do(units, work)


async def test_a_portfolio_keeps_what_its_owner_decides(units: Units) -> None:
    owner = await a_person(units)
    made = await do(
        units,
        lambda one: one.portfolios.add(
            owner_id=owner.id,
            name="A",
            base_currency="USD",
            at=AT,
            shorts_allowed=True,
            cost_method=CostMethod.LIFO,
        ),
    )
    assert await locked_again(units, made) == made
    changed = replace(made, shorts_allowed=False, cost_method=CostMethod.AVERAGE)
    await wrote(units, lambda one: one.portfolios.save(changed))
    assert await locked_again(units, made) == changed


@pytest.mark.parametrize("kind", Kind)
async def test_every_kind_comes_back_as_it_was_sealed(units: Units, kind: Kind) -> None:
    portfolio = await a_kept_portfolio(units)
    entry = replace(CASH, kind=kind, symbol=None if kind in (Kind.DEPOSIT, Kind.WITHDRAWAL) else "ABC")
    if kind in UNITS_IN | UNITS_OUT:
        entry = replace(entry, quantity=Decimal(2), price=Decimal(50))
    (found,) = await kept(units, portfolio, entry)
    assert found.entry == entry
    assert found.digest == (await locked_again(units, portfolio)).ledger_digest


async def test_every_term_comes_back_digit_for_digit(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    sale = an_entry(kind=Kind.SELL, price=Decimal(3), gross_amount=Decimal(6), currency="USD")
    entry = replace(sale, terms=EVERYTHING)
    (found,) = await kept(units, portfolio, entry)
    assert found.entry == entry
    second = replace(entry, terms=replace(EVERYTHING, replaces=2, external_id="x-2"))

    async def work(one: WriteUnit) -> Transaction:
        locked = await one.portfolios.lock(portfolio.owner_id, portfolio.id)
        return await one.transactions.append_one(locked, seal(locked, [second], at=AT)[0])

    made = await do(units, work)
    found, reversed_by = await do(
        units, lambda one: one.transactions.one(portfolio.owner_id, portfolio.id, made.id)
    )
    assert (found, reversed_by) == (made, None)


async def test_a_transaction_is_found_in_its_own_ledger_alone(units: Units) -> None:
    portfolio, other = await a_kept_portfolio(units), await a_kept_portfolio(units)
    (made,) = await kept(units, portfolio, CASH)
    *_, back = await kept(units, portfolio, reversal(made, at=LATER))
    where = (portfolio.owner_id, portfolio.id)
    assert await do(units, lambda one: one.transactions.one(*where, made.id)) == (made, back.id)
    for owner_id, portfolio_id, id_ in (
        (other.owner_id, portfolio.id, made.id),
        (portfolio.owner_id, other.id, made.id),
        (portfolio.owner_id, portfolio.id, 2**62),
    ):
        with pytest.raises(TransactionNotFound):
            await do(units, lambda one, w=(owner_id, portfolio_id, id_): one.transactions.one(*w))  # type: ignore[misc]  # bound now


async def test_an_external_id_is_kept_once_but_for_corrections(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    one, other = (replace(CASH, terms=Terms(external_id=name)) for name in ("x", "y"))
    await kept(units, portfolio, one, other)
    with pytest.raises(ExternalIdTaken):
        await kept(units, portfolio, one)
    await kept(units, portfolio, replace(CASH, terms=Terms(external_id="x", replaces=7)))
    await kept(units, await a_kept_portfolio(units), one)
    assert await asked(units, portfolio, "named", {"x", "y", "z"}) == {"x", "y"}
    assert await asked(units, portfolio, "named", set()) == set()


async def test_the_history_has_a_version(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    past = replace(CASH, occurred_at=AT - 90 * DAY)
    (made,) = await kept(units, portfolio, past)
    await kept(units, portfolio, CASH)
    assert (await locked_again(units, portfolio)).history_version == 1

    async def work(one: WriteUnit) -> None:
        locked = await one.portfolios.lock(portfolio.owner_id, portfolio.id)
        sealed = seal(locked, [reversal(made, at=AT)], at=AT)
        one.transactions.append(locked, sealed, since=made.entry.trade_date)

    await do(units, work)
    assert (await locked_again(units, portfolio)).history_version == 2


async def test_what_is_left_to_be_rebuilt_moves_no_position(units: Units) -> None:
    portfolio = await a_kept_portfolio(units)
    await kept(units, portfolio, an_entry())

    async def work(one: WriteUnit) -> None:
        locked = await one.portfolios.lock(portfolio.owner_id, portfolio.id)
        first, second, *_ = seal(locked, [an_entry(), an_entry(), an_entry()], at=AT)
        one.transactions.append(locked, [first], moves=False)
        await one.transactions.append_one(locked, second, moves=False)

    await do(units, work)
    assert (await position(units, portfolio)).quantity == Decimal("2.5")
    assert (await locked_again(units, portfolio)).ledger_seq == 3


@pytest.mark.parametrize("moves", [True, False])
async def test_hundreds_are_appended_in_their_order(units: Units, moves: bool) -> None:
    portfolio = await a_kept_portfolio(units)
    entries = [an_entry(symbol=f"S{number % 7}", terms=Terms(note=f"row {number}")) for number in range(205)]

    async def work(one: WriteUnit) -> tuple[int, int]:
        locked = await one.portfolios.lock(portfolio.owner_id, portfolio.id)
        sealed = seal(locked, entries, at=AT)
        return await one.transactions.append_many(locked, sealed, assets=205, moves=moves)

    first, last = await do(units, work)
    found = await do(units, lambda one: one.transactions.of(portfolio.owner_id, portfolio.id))
    assert [one.entry for one in found] == entries
    assert (min(one.id for one in found), max(one.id for one in found)) == (first, last)
    head = await locked_again(units, portfolio)
    assert (head.ledger_seq, head.ledger_digest, head.asset_count) == (205, found[-1].digest, 205)
    held = await do(units, lambda one: one.positions.held(portfolio.id, ["S0", "S6", "XYZ"]))
    assert held == ({"S0": Decimal(75), "S6": Decimal("72.5")} if moves else {})


async def test_what_stands_since_a_day_is_what_moves_units_of_the_symbols(units: Units) -> None:
    portfolio, day = await a_kept_portfolio(units), AT.date()
    early, late = an_entry(occurred_at=AT - DAY), an_entry(symbol="XYZ")
    others = [replace(CASH, kind=Kind.FEE, symbol="ABC"), an_entry(symbol="QQQ"), an_entry()]
    first, second, _, _, gone = await kept(units, portfolio, early, late, *others)
    await kept(units, portfolio, reversal(gone, at=AT))
    assert await asked(units, portfolio, "since", ["ABC", "XYZ"], day - DAY) == [first, second]
    assert await asked(units, portfolio, "since", ["ABC", "XYZ"], day) == [second]
    assert await asked(units, portfolio, "since", ["ABC"], day) == []
    other = await a_kept_portfolio(units)
    assert await asked(units, other, "since", ["ABC"], day - DAY) == []


async def test_the_whole_ledger_and_what_it_exchanged_with_others(units: Units) -> None:
    owner = await a_person(units)
    here, there, elsewhere = [await a_kept_portfolio(units, owner) for _ in range(3)]
    moved, cash_moved = Terms(transfer_id=new_id()), Terms(transfer_id=new_id())
    out = an_entry(kind=Kind.TRANSFER_OUT, terms=moved)
    mine = await kept(units, here, CASH, out, replace(CASH, kind=Kind.WITHDRAWAL, terms=cash_moved))
    theirs = await kept(units, there, an_entry(kind=Kind.TRANSFER_IN, terms=moved), an_entry(symbol="XYZ"))
    others = await kept(units, elsewhere, an_entry(), replace(CASH, terms=cash_moved))
    foreign = await a_kept_portfolio(units)
    await kept(units, foreign, an_entry())

    async def read(name: str, portfolio_id: int | None) -> Any:
        return await do(units, lambda one: getattr(one.transactions, name)(owner.id, portfolio_id))

    assert await read("of", None) == mine + theirs + others
    assert await read("of", there.id) == theirs
    assert await read("of", foreign.id) == []
    assert await read("related", here.id) == [*mine, theirs[0], others[0]]
    assert await read("related", elsewhere.id) == others
    assert await read("related", foreign.id) == []
    sides = await do(units, lambda one: one.transactions.sides(owner.id, moved.transfer_id or new_id()))
    assert sides == [mine[1], theirs[0]]
    assert await do(units, lambda one: one.transactions.sides(foreign.owner_id, new_id())) == []
