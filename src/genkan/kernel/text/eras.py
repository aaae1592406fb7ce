"""Japanese eras as data. Source: JAPAN.md section 3; the table is `data_files/eras.tsv`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from genkan.kernel.text.data import table


@dataclass(frozen=True, slots=True)
class Era:
    """One era; it holds from `start` to the day before the next one starts."""

    name: str
    letter: str
    start: date
    reading: str

    def year_of(self, year: int) -> int:
        """Return the number within the era of a Gregorian year: 1 for the year it began."""
        return year - self.start.year + 1

    def gregorian(self, number: int) -> int:
        """Return the Gregorian year of the era's year `number`, counted from 1."""
        return self.start.year + number - 1

    def written(self, year: int) -> str:
        """Return a Gregorian year as 昭和20年, the first one as 元年."""
        number = self.year_of(year)
        return f"{self.name}{'元' if number == 1 else number}年"


@cache
def eras() -> tuple[Era, ...]:
    """Return all eras, oldest first."""
    rows = table("eras.tsv")
    found = [Era(name, letter, date.fromisoformat(day), kana) for name, letter, day, kana in rows]
    return tuple(sorted(found, key=lambda era: era.start))


def era_on(day: date) -> Era:
    """Return the era a day belongs to.

    Raises:
        ValueError: the day is before the first era of the table.
    """
    for era in reversed(eras()):
        if era.start <= day:
            return era
    message = "before the first era"
    raise ValueError(message)


def era_called(name: str) -> Era | None:
    """Return the era written 令和, 令, R or r, or None."""
    for era in eras():
        if name in {era.name, era.name[0]} or name.upper() == era.letter:
            return era
    return None


def eras_during(first: date, last: date) -> Sequence[Era]:
    """Return the eras that hold on some day from `first` to `last`, both included, oldest first."""
    oldest, newest = era_on(first), era_on(last)
    return [era for era in eras() if oldest.start <= era.start <= newest.start]
