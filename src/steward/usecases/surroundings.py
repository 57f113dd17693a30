"""The surroundings of the exchange: what its desks cannot know by themselves."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from steward.domain.calendars import Calendar
from steward.domain.desk import Desk
from steward.domain.desk_hours import live
from steward.domain.listings import DeskState, Listing, MarketQuote
from steward.domain.paper import PaperModel, quote_of
from steward.domain.terms import PAPER_VENUE
from steward.usecases.ports_market import Holidays, PriceSource
from steward.usecases.values import DeskKey


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is traded elsewhere, in which hours, and at what prices, by the exchange's clock."""

    holidays: Holidays
    prices: PriceSource
    model: PaperModel

    def listing(self, key: DeskKey, at: datetime) -> Listing | None:
        """Give the listing of what nobody has listed: what a source knows a price of is listed everywhere."""
        quote = self.prices.quotes(at).get(key.symbol)
        return None if quote is None else Listing(venue=key.venue, symbol=key.symbol, currency=quote.currency)

    def calendar(self, listing: Listing) -> Calendar:
        """Give the hours of a listing."""
        return Calendar(listing.calendar, self.holidays)

    def price(self, listing: Listing, at: datetime) -> Decimal | None:
        """Give the price outside, when a source knows it in the currency of the listing."""
        known = self.prices.quotes(at).get(listing.symbol)
        return None if known is None or known.currency != listing.currency else known.price

    def quote(self, listing: Listing, at: datetime) -> MarketQuote | None:
        """Give the quote that a paper desk has in the second of `at`; None elsewhere, or without a price."""
        price = self.price(listing, at) if listing.venue == PAPER_VENUE else None
        return None if price is None else quote_of(self.model, listing, price, at=at.replace(microsecond=0))

    def fresh(self, state: DeskState, at: datetime) -> bool:
        """Tell whether the quote of a desk is that of the second of `at`: what was taken of it is gone."""
        return state.quote is not None and state.quote.at == at.replace(microsecond=0)

    def bring(self, desk: Desk, at: datetime, *, asked: bool) -> None:
        """Bring a desk to the moment `at`: through the hours, and to a quote that orders may need."""
        listing = desk.listing
        live(desk, self.calendar(listing), lambda moment: self.quote(listing, moment), at=at)
        if (asked or desk.has_orders) and not self.fresh(desk.state, at):
            quote = self.quote(listing, at)
            if quote is not None:
                desk.quote(quote, at=at)
