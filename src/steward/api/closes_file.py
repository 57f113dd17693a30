"""A file of closes: CSV in UTF-8 with the header `symbol,date,price,currency`, a close in each row."""

import csv
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from io import BytesIO, TextIOWrapper
from itertools import pairwise
from typing import TypeVar

from steward.api.problems import HttpRefusal, InvalidInput
from steward.domain.closes import Change, Series, packed
from steward.domain.errors import InvalidValue
from steward.domain.instants import checked_day, parsed_day
from steward.domain.instruments import checked_quote_currency
from steward.domain.money import parsed, positive
from steward.domain.text import checked_symbol
from steward.usecases.closes import CurrencyMismatch, Entry
from steward.usecases.prices import SOURCE

HEADER = ["symbol", "date", "price", "currency"]
_ERRORS_TOLD = 100
_MARK = b"\xef\xbb\xbf"
# Most prices: what does not look like one is read, or refused, with more care.
_USUAL = re.compile(r"([1-9][0-9]{0,8})(?:\.([0-9]{1,8}))?", re.ASCII)
T = TypeVar("T")


class InvalidRow(InvalidValue):
    """A row of a file has too few or too many fields."""

    code = "invalid-row"

    def __init__(self) -> None:
        super().__init__(f"A row has {len(HEADER)} fields.")


class RepeatedRow(InvalidValue):
    """Two rows of a file are of the same symbol and day."""

    code = "repeated-row"

    def __init__(self) -> None:
        super().__init__("An earlier row has a close of this symbol and day.")


class _Numbers:
    """The closes of one symbol in the order of the file, in as few bytes as they need."""

    __slots__ = ("currency", "days", "lines", "scales", "values")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.days, self.lines = array("i"), array("I")
        self.values: array[int] | list[int] = array("q")
        self.scales = array("b")

    def add(self, day: int, value: int, scale: int, line: int) -> None:
        try:
            self.values.append(value)
        except OverflowError:
            self.values = [*self.values, value]
        self.days.append(day)
        self.scales.append(scale)
        self.lines.append(line)

    def series(self, symbol: str, order: Sequence[int]) -> Series:
        scale = max(self.scales)
        values = [self.values[place] * 10 ** (scale - self.scales[place]) for place in order]
        days = array("q", [self.days[place] for place in order])
        return Series(symbol, self.currency, SOURCE, scale, days, packed(values))


class _Reader:
    """Reads rows, and remembers what is wrong with them."""

    def __init__(self, latest: date) -> None:
        self.latest = latest
        self.found: dict[str, _Numbers] = {}
        self.errors: list[tuple[str, str]] = []
        self.code = ""
        self._symbols: dict[str, str] = {}
        self._days: dict[str, int] = {}
        self._currencies: dict[str, str] = {}

    def wrong(self, line: int, column: str, refusal: InvalidValue) -> None:
        self.code = self.code or refusal.code
        self.errors.append((f"/lines/{line}{column}", refusal.detail))

    def row(self, line: int, fields: list[str]) -> None:
        if len(fields) != len(HEADER):
            self.wrong(line, "", InvalidRow())
            return
        written_symbol, written_day, written_price, written_currency = fields
        symbol = self._known(self._symbols, written_symbol, _symbol, line, "/symbol")
        day = self._known(self._days, written_day, self._day, line, "/date")
        number = self._price(written_price, line)
        currency = self._known(self._currencies, written_currency, _currency, line, "/currency")
        if symbol is None or day is None or number is None or currency is None:
            return
        numbers = self.found.setdefault(symbol, _Numbers(currency))
        if numbers.currency != currency:
            self.wrong(line, "/currency", CurrencyMismatch(pointer=""))
            return
        numbers.add(day, *number, line)

    def entries(self) -> Iterator[Entry]:
        for symbol, numbers in self.found.items():
            order = sorted(range(len(numbers.days)), key=numbers.days.__getitem__)
            for one, other in pairwise(order):
                if numbers.days[one] == numbers.days[other]:
                    self.wrong(numbers.lines[other], "/date", RepeatedRow())
            yield Entry(Change(numbers.series(symbol, order)), f"/lines/{numbers.lines[0]}/currency")

    def check(self) -> None:
        if self.errors:
            raise InvalidInput(self.code, self.errors[:_ERRORS_TOLD])

    def _known(
        self, known: dict[str, T], written: str, read: Callable[[str], T], line: int, column: str
    ) -> T | None:
        found = known.get(written)
        if found is None:
            found = self._tried(read, written, line, column)
            if found is not None:
                known[written] = found
        return found

    def _tried(self, read: Callable[[str], T], written: str, line: int, column: str) -> T | None:
        try:
            return read(written)
        except InvalidValue as refusal:
            self.wrong(line, column, refusal)
        return None

    def _day(self, written: str) -> int:
        return checked_day(parsed_day(written), latest=self.latest, pointer="").toordinal()

    def _price(self, written: str, line: int) -> tuple[int, int] | None:
        usual = _USUAL.fullmatch(written)
        if usual is None:
            return self._tried(_exact, written, line, "/price")
        fraction = (usual[2] or "").rstrip("0")
        return int(usual[1] + fraction), len(fraction)


def read(raw: bytes, *, latest: date) -> tuple[int, list[Entry]]:
    """Read a whole file: how many rows, and an entry for each symbol.

    Raises HttpRefusal for what is no CSV in UTF-8, and InvalidInput with the first hundred wrong rows.
    """
    if b"\0" in raw:
        raise _no_csv()
    file = BytesIO(raw)
    if raw.startswith(_MARK):
        file.seek(len(_MARK))
    reader, count = _Reader(latest), 0
    try:
        rows = csv.reader(TextIOWrapper(file, encoding="utf-8", newline=""), strict=True)
        if next(rows, None) != HEADER:
            detail = f"The first line of the file is {','.join(HEADER)}."
            raise InvalidInput("invalid-header", [("/lines/1", detail)])
        for fields in rows:
            if fields:
                count += 1
                reader.row(rows.line_num, fields)
            if len(reader.errors) >= _ERRORS_TOLD:
                break
    except (UnicodeDecodeError, csv.Error) as error:
        raise _no_csv() from error
    reader.check()
    entries = list(reader.entries())
    reader.check()
    return count, entries


def _symbol(written: str) -> str:
    return checked_symbol(written, pointer="")


def _currency(written: str) -> str:
    return checked_quote_currency(written, pointer="")


def _exact(written: str) -> tuple[int, int]:
    number = positive(parsed(written), pointer="")
    whole, _, fraction = format(number, "f").partition(".")
    fraction = fraction.rstrip("0")
    return int(whole + fraction), len(fraction)


def _no_csv() -> HttpRefusal:
    detail = "The body is no CSV file in UTF-8: a quote is left open, a cell too long, or a byte wrong."
    return HttpRefusal(400, "bad-csv", detail)
