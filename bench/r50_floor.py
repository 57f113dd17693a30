"""What R50 is compared with: floats on arrays that are already in memory, and a Decimal loop day by day."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from bench.r50 import BASE, Reference
from steward.domain.closes import Series
from steward.domain.columns import Levels
from steward.domain.walk import Walk
from steward.domain.wide import ONE

Floats = NDArray[np.float64]
Numbers = tuple[list[int], list[Decimal]]


@dataclass(frozen=True)
class Arrays:
    """Changes of units and cash as (row, day, amount); a price a row and day; a rate a currency and day."""

    units: tuple[NDArray[np.intp], NDArray[np.intp], Floats]
    cash: tuple[NDArray[np.intp], NDArray[np.intp], Floats]
    prices: Floats
    rates: Floats
    currency_of: NDArray[np.intp]
    money_in: Floats
    money_out: Floats


def arrays(reference: Reference, walk: Walk) -> Arrays:
    """Lay everything out as an analysis that had it all in memory would wish."""
    start, count = reference.first.toordinal(), (reference.last - reference.first).days + 1
    symbols, currencies = sorted(walk.units), sorted(walk.cash)
    days = np.arange(start, start + count)
    instruments = {one.symbol: one for one in reference.instruments}
    closes = {one.key: one for one in reference.closes}
    prices, rates = np.zeros((len(symbols), count)), np.ones((len(currencies), count))
    for row, symbol in enumerate(symbols):
        series = closes[symbol]
        places = np.maximum(np.searchsorted(np.array(series.days), days, side="right") - 1, 0)
        prices[row] = np.array(series.values)[places] / 10**series.scale
        for action in reference.actions:
            if action.symbol == symbol and series.adjusted:
                prices[row, days < action.ex_date.toordinal()] *= float(action.new / action.old)
    for row, currency in enumerate(currencies):
        for one in reference.rates:
            if one.currency == currency:
                places = np.maximum(np.searchsorted(np.array(one.days), days, side="right") - 1, 0)
                rates[row] = 10**one.scale / np.array(one.values)[places]
    money_in, money_out = np.zeros(count), np.zeros(count)
    for flows, found in ((walk.money_in, money_in), (walk.money_out, money_out)):
        for day, amount in flows.items():
            found[day - start] = (amount or 0) / ONE
    rows = [currencies.index(str(instruments[symbol].currency)) for symbol in symbols]
    return Arrays(
        _changes(walk.units, symbols, start),
        _changes(walk.cash, currencies, start),
        prices,
        rates,
        np.array(rows, dtype=np.intp),
        money_in,
        money_out,
    )


def floor(given: Arrays) -> tuple[Floats, float]:
    """Give the value of each day and the time-weighted return, in floats."""
    units, cash = np.zeros(given.prices.shape), np.zeros(given.rates.shape)
    for levels, (rows, days, amounts) in ((units, given.units), (cash, given.cash)):
        np.add.at(levels, (rows, days), amounts)
        np.cumsum(levels, axis=1, out=levels)
    units *= given.prices
    for row in range(len(given.rates)):
        cash[row] += units[given.currency_of == row].sum(axis=0)
    values: Floats = (cash * given.rates).sum(axis=0)
    tops, bottoms = values[1:] + given.money_out[1:], values[:-1] + given.money_in[1:]
    factors = np.divide(tops, bottoms, out=np.ones(len(tops)), where=bottoms != 0)
    return values, float(factors.prod()) - 1


def peers(reference: Reference, walk: Walk, every: int) -> Decimal:
    """Value one day of so many in Decimal, for each holding, as trackers do. Give the last value."""
    closes = {one.key: _numbers(one) for one in reference.closes}
    rates = {one.currency: _numbers(one) for one in reference.rates}
    currency_of = {one.symbol: str(one.currency) for one in reference.instruments}
    units = {name: _decimals(levels) for name, levels in walk.units.items()}
    cash = {name: _decimals(levels) for name, levels in walk.cash.items()}
    worth, before, growth = Decimal(0), Decimal(0), Decimal(1)
    for day in range(reference.first.toordinal(), reference.last.toordinal() + 1, every):
        worth = Decimal(0)
        for symbol, levels in units.items():
            held = _at(levels, day)
            if held:
                worth += held * _at(closes[symbol], day) / _rate(rates, currency_of[symbol], day)
        for currency, levels in cash.items():
            worth += _at(levels, day) / _rate(rates, currency, day)
        paid = before + (walk.money_in.get(day) or 0)
        growth *= (worth + (walk.money_out.get(day) or 0)) / paid if paid else 1
        before = worth
    return worth


def _changes(
    levels: Mapping[str, Levels], rows: list[str], start: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    of_row, of_day, amounts = list[int](), list[int](), list[float]()
    for row, name in enumerate(rows):
        numbers = levels[name].values.astype(np.float64) / 10 ** levels[name].scale
        of_row += [row] * len(numbers)
        of_day += (levels[name].days - start).tolist()
        amounts += np.diff(numbers, prepend=0.0).tolist()
    return np.array(of_row, dtype=np.intp), np.array(of_day, dtype=np.intp), np.array(amounts)


def _numbers(series: Series) -> Numbers:
    return list(series.days), [series.stated(place) for place in range(len(series.days))]


def _decimals(levels: Levels) -> Numbers:
    return levels.days.tolist(), [Decimal(one).scaleb(-levels.scale) for one in levels.values.tolist()]


def _at(numbers: Numbers, day: int) -> Decimal:
    place = bisect_right(numbers[0], day) - 1
    return numbers[1][place] if place >= 0 else Decimal(0)


def _rate(rates: Mapping[str, Numbers], currency: str, day: int) -> Decimal:
    return Decimal(1) if currency == BASE else _at(rates[currency], day)
