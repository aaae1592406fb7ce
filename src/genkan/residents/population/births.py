"""When the crowd was born: ages by weight, spread over the year, boundary days more often."""

from datetime import date
from random import Random

from genkan.kernel.text.ages import anniversary
from genkan.kernel.text.dates import PartialDate
from genkan.residents.population import weights
from genkan.residents.population.draws import Wheel, one_of

_OLDEST_SKEW = 2.2
"""Within the oldest ages, births crowd towards the younger end with this exponent."""

_OLDEST = max(least for least, _ in weights.AGES)
_FEBRUARY, _APRIL, _LEAP_DAY = 2, 4, 29


class Births:
    """Draws birth dates of people who have their age on the anchor day."""

    def __init__(self, anchor: date) -> None:
        self._anchor = anchor
        self._bands = Wheel(weights.AGES)
        self._spans = {band: _span(anchor, *band) for band in weights.AGES}
        self._aprils = {band: _days(span, april=True) for band, span in self._spans.items()}
        self._leap_days = {band: _days(span, april=False) for band, span in self._spans.items()}

    def draw(self, rng: Random) -> date:
        """Return a birth date."""
        band = self._bands.draw(rng)
        first, last = self._spans[band]
        chance = rng.random()
        if chance < weights.BORN_ON_1_OR_2_APRIL:
            return one_of(rng, self._aprils[band])
        if chance > 1 - weights.BORN_ON_29_FEBRUARY and self._leap_days[band]:
            return one_of(rng, self._leap_days[band])
        part = rng.random() ** _OLDEST_SKEW if band[0] == _OLDEST else rng.random()
        return date.fromordinal(last - int(part * (last - first + 1)))

    def age(self, birth: date) -> int:
        """Return the age on the anchor day."""
        day = self._anchor
        return day.year - birth.year - ((birth.month, birth.day) > (day.month, day.day))


def known_part(rng: Random, birth: date) -> PartialDate:
    """Return the birth date as far as it is known; nearly always all of it."""
    chance = rng.random()
    if chance < weights.PRECISION_YEAR:
        return PartialDate(birth.year)
    if chance < weights.PRECISION_YEAR + weights.PRECISION_MONTH:
        return PartialDate(birth.year, birth.month)
    return PartialDate(birth.year, birth.month, birth.day)


def _span(anchor: date, least: int, greatest: int) -> tuple[int, int]:
    """Return the first and last birth day, as ordinals, of people of these ages on the anchor."""
    return anniversary(anchor, -greatest - 1).toordinal() + 1, anniversary(
        anchor, -least
    ).toordinal()


def _days(span: tuple[int, int], *, april: bool) -> list[date]:
    """Return the 1 and 2 April, or the leap days, within a span."""
    first, last = (date.fromordinal(ordinal) for ordinal in span)
    found = []
    for year in range(first.year, last.year + 1):
        if april:
            found += [date(year, _APRIL, 1), date(year, _APRIL, 2)]
        elif year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
            found.append(date(year, _FEBRUARY, _LEAP_DAY))
    return [day for day in found if first <= day <= last]
