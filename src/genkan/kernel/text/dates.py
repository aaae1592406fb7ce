"""Dates of people: perhaps without day or month, typed in any usual spelling, shown in both ways.

A missing part is never padded, neither here nor by callers. Source: JAPAN.md section 3.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Literal, Self

import regex

from genkan.kernel.text.eras import eras_during

FIRST_DAY = date(1873, 1, 1)
"""Japan's first day of the Gregorian calendar. Earlier dates go to the counter."""

MAX_AGE = 130
"""Years. A birth date further back is a typing error."""

_ISO = regex.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", regex.ASCII)


class Truth(Enum):
    """The answer to a question about a date that may be partly unknown."""

    NO = "no"
    UNKNOWN = "unknown"
    YES = "yes"

    @classmethod
    def of(cls, at_earliest: bool, at_latest: bool) -> "Truth":  # noqa: FBT001 - two answers of one question
        """Return the answer from those for the earliest and the latest possible date."""
        if at_earliest != at_latest:
            return cls.UNKNOWN
        return cls.YES if at_earliest else cls.NO

    @property
    def certain(self) -> bool:
        """True for every possible date: what includes a person in a segment."""
        return self is Truth.YES

    @property
    def possible(self) -> bool:
        """True for some possible date: what a safety rule acts on."""
        return self is not Truth.NO


class DateProblem(StrEnum):
    """Why a typed date cannot be taken as it is. The value is the code that travels."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NO_SUCH_DAY = "no_such_day"
    NOT_IN_ERA = "not_in_era"
    BEFORE_CALENDAR = "before_calendar"
    IN_THE_FUTURE = "in_the_future"
    TOO_LONG_AGO = "too_long_ago"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month of a year, or a day.

    Raises:
        ValueError: there is no such month or day, or a day without its month.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None:
            if self.day is not None:
                message = "a day needs its month"
                raise ValueError(message)
            date(self.year, 1, 1)
        else:
            date(self.year, self.month, 1 if self.day is None else self.day)

    @classmethod
    def of(cls, day: date) -> Self:
        """Return a full date."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def from_iso(cls, text: str) -> Self:
        """Return the date written `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

        Raises:
            ValueError: the text has another form, or no such date exists.
        """
        match = _ISO.fullmatch(text)
        if match is None:
            message = "not YYYY, YYYY-MM or YYYY-MM-DD"
            raise ValueError(message)
        year, month, day = (None if part is None else int(part) for part in match.groups())
        return cls(year or 0, month, day)

    @property
    def iso(self) -> str:
        """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`: as much as is known."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How much is known."""
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    @property
    def exact(self) -> date | None:
        """The day, if all of it is known."""
        return self.earliest if self.precision == "day" else None

    @property
    def earliest(self) -> date:
        """The first day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def before(self, day: date) -> Truth:
        """Whether it lies before `day`."""
        return Truth.of(self.earliest < day, self.latest < day)

    def on_or_before(self, day: date) -> Truth:
        """Whether it lies on `day` or before."""
        return Truth.of(self.earliest <= day, self.latest <= day)

    def within(self, first: date, last: date) -> Truth:
        """Whether it lies from `first` to `last`, both included."""
        if self.latest < first or last < self.earliest:
            return Truth.NO
        return Truth.YES if first <= self.earliest and self.latest <= last else Truth.UNKNOWN


def birthdate_problem(birth: PartialDate, today: date) -> DateProblem | None:
    """Return why nobody alive on `today` can have been born then, or None."""
    if birth.latest < FIRST_DAY:
        return DateProblem.BEFORE_CALENDAR
    if birth.earliest > today:
        return DateProblem.IN_THE_FUTURE
    if birth.latest.year < today.year - MAX_AGE:
        return DateProblem.TOO_LONG_AGO
    return None


def in_gregorian(moment: PartialDate | date) -> str:
    """Return 2025年1月5日, or as much of it as is known."""
    known = PartialDate.of(moment) if isinstance(moment, date) else moment
    return f"{known.year}年{_month_and_day(known)}"


def in_era(moment: PartialDate | date) -> str:
    """Return 令和7年1月5日; a year with two eras, day unknown, as 昭和64年・平成元年.

    Raises:
        ValueError: the date is before the table's first era.
    """
    known = PartialDate.of(moment) if isinstance(moment, date) else moment
    years = [era.written(known.year) for era in eras_during(known.earliest, known.latest)]
    return "・".join(f"{year}{_month_and_day(known)}" for year in years)


def in_japanese(moment: PartialDate | date) -> str:
    """Return both calendars, the Gregorian one in brackets: 令和7年1月5日 with 2025年1月5日."""
    return f"{in_era(moment)}（{in_gregorian(moment)}）"


def _month_and_day(known: PartialDate) -> str:
    month = "" if known.month is None else f"{known.month}月"
    return month + ("" if known.day is None else f"{known.day}日")
