"""The market maker of the venue `book`: a house that quotes around the price outside, in its own name."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from steward.domain.accounts import AccountKind
from steward.domain.listings import Listing
from steward.domain.makers import MakerModel
from steward.domain.users import LoginTaken, User
from steward.usecases import accounts
from steward.usecases.desk_commands import MakeMarket
from steward.usecases.desk_facts import Asked
from steward.usecases.lane import Lane
from steward.usecases.ports import Units, WriteUnit
from steward.usecases.values import DeskKey, Trace

ISSUER: Final = "steward exchange"
SUBJECT: Final = "market maker"
"""Nobody signs in as the house: no provider vouches for it, and it has no password."""
_TRACE: Final = Trace("exchange.house", "", "", "")


@dataclass(slots=True)
class Maker:
    """Quotes through the lane of a worker. Of several workers the first one does; the others find it done."""

    units: Units
    lane: Lane
    model: MakerModel
    now: Callable[[], datetime]
    new_id: Callable[[datetime], UUID]
    _accounts: dict[str, int] = field(default_factory=dict)

    async def quote(self, listings: Collection[Listing]) -> None:
        """Quote at desks of the book where that is due, at all of them together. Raises Unavailable."""
        for currency in {one.currency for one in listings} - self._accounts.keys():
            self._accounts[currency] = await self._account(currency)
        await asyncio.gather(*(self.lane.do(Asked(self._asked(one))) for one in listings))

    def _asked(self, listing: Listing) -> MakeMarket:
        key, portfolio_id = DeskKey(listing.venue, listing.symbol), self._accounts[listing.currency]
        return MakeMarket(key, portfolio_id, self.model, self.lane.around)

    async def _account(self, currency: str) -> int:
        """Give the house's account in a currency, opened by whoever needs it first."""

        async def work(unit: WriteUnit) -> int:
            return await self._opened(unit, currency)

        try:
            return await self.units.write(work, trace=_TRACE, at=self.now())
        except LoginTaken:
            # Another worker was quicker: now there is a house.
            return await self.units.write(work, trace=_TRACE, at=self.now())

    async def _opened(self, unit: WriteUnit, currency: str) -> int:
        at = self.now()
        house = await unit.users.by_subject(ISSUER, SUBJECT)
        if house is None:
            house = User(self.new_id(at), None, None, None, ISSUER, SUBJECT, at)
            unit.users.add(house, None)
            await unit.flush()
        # One account for each currency, whoever else is here to open it.
        await unit.closes.hold(house.id)
        for portfolio_id, one in (await unit.accounts.mine(house.id)).items():
            if one.account.currency == currency:
                return portfolio_id
        made = await unit.portfolios.add(
            owner_id=house.id, name="Market maker", base_currency=currency, at=at, shorts_allowed=True
        )
        await accounts.open_account(
            unit,
            owner_id=house.id,
            portfolio_id=made.id,
            kind=AccountKind.HOUSE,
            starting_balance=Decimal(0),
            settlement_days=0,
            at=at,
        )
        return made.id
