"""Admission: whether an order may come to a desk, and where it then stands."""

from datetime import datetime
from decimal import Decimal

from steward.domain.accounts import (
    Account,
    Holding,
    NothingToBorrow,
    NothingToReduce,
    OppositeOrderOpen,
)
from steward.domain.altered import altered
from steward.domain.desk_day import Day
from steward.domain.errors import Conflict
from steward.domain.listings import TradingStatus
from steward.domain.money import ZERO, add, multiply, plain, subtract, whole_steps
from steward.domain.orders import Order, Side, other
from steward.domain.placing import NoPriceYet, WrongVenue, checked_trigger, entry_of, legs_of, lives_until
from steward.domain.reserves import need_of, reserves, standing_of, value_of
from steward.domain.sizing import lots_for
from steward.domain.terms import OrderClass, OrderType, Phase, Role
from steward.domain.tickets import LIMITED, NEVER_RESTS, LegsDoNotFit, Ticket
from steward.domain.triggers import bound_of, waits_for_price


class SymbolHalted(Conflict):
    """Trading in the symbol is halted: orders can only be cancelled."""

    code = "symbol-halted"


class MarketNotOpen(Conflict):
    """An order that trades at once or never needs an open market."""

    code = "market-not-open"


class PostOnlyWouldTrade(Conflict):
    """A post-only order would trade at once."""

    code = "post-only-would-trade"


class AmountTooSmall(Conflict):
    """The amount of money does not pay for one lot."""

    code = "amount-too-small"


class Admission(Day):
    """What a desk decides about an order before it takes it; nothing here changes anything."""

    def _expect(self, venue: str, symbol: str, account: Account) -> None:
        listing = self.listing
        if (venue, symbol, account.currency) != (listing.venue, listing.symbol, listing.currency):
            detail = f"{listing.symbol} is traded at {listing.venue}, in {listing.currency}, only."
            raise WrongVenue(detail)
        self._expect_trading()

    def _expect_trading(self) -> None:
        if self._blotter.state.status is TradingStatus.HALTED:
            detail = f"{self.listing.symbol} is halted: orders can be cancelled, and placed once it resumes."
            raise SymbolHalted(detail)

    def _entry(self, ticket: Ticket, account: Account, exits: int, at: datetime) -> list[Order]:
        terms = lives_until(ticket.terms, self.listing, at)
        if terms.time_in_force in NEVER_RESTS and not self._floor.ready:
            detail = f"The market of {self.listing.symbol} is not open: ioc and fok orders need that."
            raise MarketNotOpen(detail, pointer="/time_in_force")
        entry = entry_of(
            ticket,
            terms,
            order_id=self._blotter.new_id(at),
            owner_id=account.owner_id,
            portfolio_id=account.portfolio_id,
            at=at,
        )
        entry = self._readied(entry, account, at=at)
        if exits and standing_of(entry).reserve_rate == ZERO:
            detail = "This order closes a position, so it needs no exits: take them away, or use oco."
            raise LegsDoNotFit(detail, pointer="/order_class")
        return [entry, *legs_of(ticket, entry, [self._blotter.new_id(at) for _ in range(exits)])]

    def _exits_alone(self, ticket: Ticket, account: Account, at: datetime) -> list[Order]:
        terms = lives_until(ticket.terms, self.listing, at)
        ids = [self._blotter.new_id(at) for _ in range(2)]
        owner, portfolio = account.owner_id, account.portfolio_id
        base = entry_of(ticket, terms, order_id=ids[0], owner_id=owner, portfolio_id=portfolio, at=at)
        rate = account.reserve_rate(base.security, base.side, base.original_qty)
        self._check_opening(base, rate, account)
        base = altered(base, standing=altered(standing_of(base), reserve_rate=rate))
        return [self._placed(leg, account, rate, at=at) for leg in legs_of(ticket, base, ids)]

    def _readied(
        self, order: Order, account: Account, *, at: datetime, old: Order | None = None, keeps: bool = False
    ) -> Order:
        """Give an order with where it will stand. Raises what forbids it."""
        if old is not None and standing_of(old).phase is Phase.HELD:
            standing = altered(standing_of(order), trigger_price=order.terms.stop_price)
            return altered(order, standing=standing)
        if order.terms.amount is not None:
            order = self._sized(order, account, at)
        rate = self._rate(order, account, old)
        return self._placed(order, account, rate, at=at, old=old, keeps=keeps)

    def _rate(self, order: Order, account: Account, old: Order | None) -> Decimal | None:
        if old is not None and order.terms.role is not Role.ENTRY:
            return standing_of(old).reserve_rate
        freed = ZERO if old is None else standing_of(old).reserved_qty
        if old is None or not standing_of(old).reserve_rate:
            rate = account.reserve_rate(order.security, order.side, order.original_qty, freed=freed)
        else:
            rate = standing_of(old).reserve_rate
        self._check_opening(order, rate, account, old)
        return rate

    def _check_opening(
        self, order: Order, rate: Decimal | None, account: Account, old: Order | None = None
    ) -> None:
        """Raise NothingToReduce, OppositeOrderOpen or NothingToBorrow for an order that opens a position."""
        if not rate:
            return
        symbol = self.listing.symbol
        if order.terms.reduce_only or order.terms.order_class is OrderClass.OCO:
            way = "long" if order.side is Side.SELL else "short"
            raise NothingToReduce(f"There is no {way} position in {symbol} that this order could reduce.")
        if self._blotter.orders.opens(account.portfolio_id, other(order.side)):
            detail = f"An order that opens {symbol} the other way is open: cancel it first."
            raise OppositeOrderOpen(detail)
        borrowable = self.listing.borrowable
        if order.side is Side.SELL and borrowable is not None:
            asked = add(self._blotter.state.short_qty, self._blotter.orders.short_qty())
            free = subtract(borrowable, asked)
            free = free if old is None else add(free, old.pending_qty)
            if order.original_qty > free:
                detail = (
                    f"{plain(max(free, ZERO))} {symbol} can be borrowed,"
                    f" {plain(subtract(order.original_qty, max(free, ZERO)))} fewer than this order sells."
                )
                raise NothingToBorrow(detail)

    def _sized(self, order: Order, account: Account, at: datetime) -> Order:
        """Give an order for an amount of money the quantity that it is for, as far as anybody knows."""
        listing, amount = self.listing, order.terms.amount
        assert amount is not None  # noqa: S101 - the caller has asked
        rate = account.reserve_rate(order.security, order.side, listing.lot)
        order = altered(order, standing=altered(standing_of(order), reserve_rate=rate))
        ready = self._phase(order) is Phase.WORKING
        best, known = self._floor.best(order.side), self._floor.prices().get(order.side)
        price = best if ready else known
        if price is None and not ready:
            raise NoPriceYet(f"{listing.symbol} has no price yet: give qty, or wait for a first trade.")
        if price is None:
            # It will end without a trade: for how much it was is then nobody's to say.
            return altered(order, original_qty=listing.lot)
        most = multiply(Decimal(whole_steps(amount, value_of(listing, listing.lot, price))), listing.lot)
        if order.side is Side.SELL and rate == ZERO:
            held = account.holdings.get(order.security) or Holding()
            most = min(most, subtract(held.qty, held.reserved_qty))
        order = altered(order, original_qty=most)
        if ready and most:
            order = altered(
                order, original_qty=lots_for(order, listing, self._floor, at=self._floor.arrival(at))
            )
        if not order.original_qty:
            detail = f"The amount does not pay for {plain(listing.lot)} {listing.symbol}: give more."
            raise AmountTooSmall(detail, pointer="/amount")
        return order

    def _placed(
        self,
        order: Order,
        account: Account,
        rate: Decimal | None,
        *,
        at: datetime,
        old: Order | None = None,
        keeps: bool = False,
    ) -> Order:
        """Give an order its phase, trigger, bound and place, once its account has what it needs."""
        terms, price = order.terms, self._floor.prices().get(order.side)
        was = None if old is None else standing_of(old)
        trigger, phase = None, self._phase(order)
        if was is not None and keeps:
            phase = Phase.WORKING
        elif was is not None and waits_for_price(terms) and was.phase is not Phase.ARMED:
            phase = Phase.WORKING if self._floor.ready else Phase.QUEUED
        elif phase is Phase.ARMED:
            trigger = self._trigger_price(order, price, old)
        turn = was.priority if was is not None and keeps else self._blotter.next_turn()
        standing = altered(
            standing_of(order), phase=phase, trigger_price=trigger, priority=turn, reserve_rate=rate
        )
        order = altered(order, standing=standing)
        order = altered(order, standing=altered(standing, bound_price=self._bound(order, price)))
        if terms.post_only and phase is Phase.WORKING:
            self._check_post_only(order)
        freed = ZERO if was is None else was.reserved_cash
        account.check_cash(subtract(self._need(order, at), freed))
        return order

    def _trigger_price(self, order: Order, price: Decimal | None, old: Order | None) -> Decimal | None:
        terms = order.terms
        if old is not None:
            asked = (terms.stop_price, terms.trail_amount, terms.trail_percent)
            if asked == (old.terms.stop_price, old.terms.trail_amount, old.terms.trail_percent):
                return standing_of(old).trigger_price
        if not self._floor.ready and terms.type is not OrderType.TRAILING_STOP:
            return terms.stop_price
        return checked_trigger(terms, order.side, price, self.listing)

    def _bound(self, order: Order, price: Decimal | None) -> Decimal | None:
        """Give the price that an opening order is reserved at where that is not its limit.

        A purchase without a limit that has to wait: 5 % beyond its trigger, or the price now. A short sale:
        5 % above the greatest of its limit, its trigger, the price, and the best bid.
        """
        standing, terms = standing_of(order), order.terms
        if not standing.reserve_rate or terms.amount is not None:
            return None
        at: tuple[Decimal | None, ...] = (standing.trigger_price or price,)
        if order.side is Side.SELL:
            at = (standing.trigger_price, terms.limit_price, price, self._floor.best(Side.SELL))
        elif terms.type in LIMITED or standing.phase is Phase.WORKING:
            return None
        known = [one for one in at if one is not None]
        if known:
            return bound_of(order.side, max(known), self.listing)
        if standing.phase is Phase.WORKING:
            return None
        raise NoPriceYet(
            f"{self.listing.symbol} has no price yet: give a limit_price, or wait for a first trade."
        )

    def _need(self, order: Order, at: datetime) -> Decimal:
        """Give what an order can take of what is available: a market order that of the fills it gets now."""
        terms, standing = order.terms, standing_of(order)
        if terms.amount is not None:
            return terms.amount if standing.reserve_rate else ZERO
        market = terms.type is OrderType.MARKET and standing.phase is Phase.WORKING
        if market and order.side is Side.BUY and standing.reserve_rate:
            _, value = self._floor.reachable(
                order.side, order.pending_qty, None, owner_id=order.owner_id, at=self._floor.arrival(at)
            )
            return need_of(order, self.listing, value)
        return reserves(order, self.listing)[0]

    def _check_post_only(self, order: Order) -> None:
        limit, best = order.terms.limit_price, self._floor.best(order.side)
        assert limit is not None  # noqa: S101 - only a limit order is post-only
        if best is not None and (best <= limit if order.side is Side.BUY else best >= limit):
            detail = f"The order would trade at {plain(best)}: set its limit_price on this side of that."
            raise PostOnlyWouldTrade(detail, pointer="/post_only")

    def _keeps_place(self, old: Order, new: Order) -> bool:
        """Say whether a replacement keeps its place: at the same price, for no more, and no iceberg."""
        works = standing_of(old).phase is Phase.WORKING and new.terms.limit_price is not None
        same = new.terms.limit_price == old.terms.limit_price and new.terms.display_qty is None
        return works and same and new.original_qty <= old.pending_qty
