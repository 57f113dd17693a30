"""Days: a history as it is told, day by day."""

from dataclasses import dataclass
from datetime import date

Amount = int | None
"""Steps of 10^-18; None where it is unknown."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What had no price or rate, or what balance nobody knows, from one day to another."""

    what: str
    subject: str
    first: date
    last: date

    def has(self, other: "Missing") -> bool:
        """Tell whether all of the other is in it."""
        same = (self.what, self.subject) == (other.what, other.subject)
        return same and self.first <= other.first and other.last <= self.last


@dataclass(frozen=True, slots=True)
class History:
    """One entry a day, amounts in steps of 10^-18 of `currency`.

    `securities` and `cash` are sums of what is known; `held` counts the things held, `valued` those of
    them with a value. Cost and flows are None where something in them is unknown.
    """

    first: date
    currency: str
    securities: list[int]
    cash: list[int]
    cost: list[Amount]
    money_in: list[Amount]
    money_out: list[Amount]
    held: list[int]
    valued: list[int]
    missing: tuple[Missing, ...]

    @property
    def days(self) -> list[date]:
        """The days."""
        start = self.first.toordinal()
        return [date.fromordinal(start + place) for place in range(len(self.securities))]

    @property
    def values(self) -> list[int]:
        """Securities and cash."""
        return [one + other for one, other in zip(self.securities, self.cash, strict=True)]
