"""When an age is attained, and what that means for a person whose birth date is partly unknown.

The rule (JAPAN.md section 3): an age is attained at the end of the day before the birthday; the
anniversary of 29 February in a common year is 1 March.
"""

from datetime import date, timedelta

from genkan.kernel.text.dates import PartialDate, Truth

AGE_OF_MAJORITY = 18
"""Years, since 2022-04-01 (Civil Code art. 4)."""

SCHOOL_AGE = 6
"""Years attained by 31 March for entering primary school in April."""

_APRIL = 4
_FEBRUARY = 2
_LEAP_DAY = 29


def anniversary(birth: date, years: int) -> date:
    """Return the birthday `years` years later.

    Raises:
        ValueError: the year is beyond the calendar.
    """
    if (birth.month, birth.day) == (_FEBRUARY, _LEAP_DAY):
        return date(birth.year + years, _FEBRUARY, 28) + timedelta(days=1)
    return birth.replace(year=birth.year + years)


def attained(birth: date, years: int) -> date:
    """Return the day at whose end an age is attained: the day before the birthday."""
    return anniversary(birth, years) - timedelta(days=1)


def age_on(birth: PartialDate, day: date) -> tuple[int, int]:
    """Return the least and the greatest age in years the person can have during `day`.

    Both are the same unless the birth date is partly unknown. Unborn people are 0.
    """
    return _age(birth.latest, day), _age(birth.earliest, day)


def has_age(birth: PartialDate, years: int, day: date) -> Truth:
    """Whether the person is `years` old or older during `day`, from 0:00 on."""
    least, greatest = age_on(birth, day)
    return Truth.of(greatest >= years, least >= years)


def is_minor(birth: PartialDate, day: date) -> Truth:
    """Whether the person is under the age of majority during `day`."""
    least, greatest = age_on(birth, day)
    return Truth.of(greatest < AGE_OF_MAJORITY, least < AGE_OF_MAJORITY)


def school_entry(birth: date) -> date:
    """Return the 1 April on which the child enters primary school.

    A school year's children are born from 2 April to 1 April.
    """
    by = attained(birth, SCHOOL_AGE)
    april = date(by.year, _APRIL, 1)
    return april if by < april else date(by.year + 1, _APRIL, 1)


def enters_school_in(birth: PartialDate, year: int) -> Truth:
    """Whether the child enters primary school in April of `year`."""
    first, last = school_entry(birth.earliest).year, school_entry(birth.latest).year
    if first == last == year:
        return Truth.YES
    return Truth.UNKNOWN if first <= year <= last else Truth.NO


def _age(birth: date, day: date) -> int:
    if day < birth:
        return 0
    years = day.year - birth.year
    return years if anniversary(birth, years) <= day else years - 1
