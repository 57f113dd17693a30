"""Listings: what may be traded on the exchange, set by its administrators."""

from uuid import UUID

from steward.domain.calendars import Calendar
from steward.domain.listings import Listing, check_change, check_listing
from steward.domain.money import checked_currency
from steward.domain.users import NotAdmin
from steward.usecases.ports import WriteUnit
from steward.usecases.ports_market import Holidays
from steward.usecases.values import DeskKey


async def relist(unit: WriteUnit, *, user_id: UUID, listing: Listing, holidays: Holidays) -> Listing:
    """List a symbol at a venue, or list it otherwise than before; what has happened there stays.

    Raises NotAdmin, UnknownCurrency, CalendarNotFound, NotPositive, ListingOutOfRange,
    ListingHasOrders.
    """
    checked_currency(listing.currency, pointer="/currency")
    Calendar(listing.calendar, holidays)
    check_listing(listing)
    if not await unit.users.is_admin(user_id):
        raise NotAdmin
    key = DeskKey(listing.venue, listing.symbol)
    found = (await unit.desks.lock({key})).get(key)
    if found is not None:
        check_change(found[0], listing, await unit.desks.open_orders(key))
    await unit.desks.relist(listing)
    return listing
