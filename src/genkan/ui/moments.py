"""Moments in words: always Japan's time, in the calendar the language's readers expect.

ja       2026年7月15日（令和8年） 18:05
ja-easy  2026年7月15日 18:05
en       15 July 2026, 18:05 JST
"""

from datetime import date, datetime

from django.utils.dates import MONTHS
from django.utils.translation import override as speaking

from genkan.kernel.clock import JAPAN
from genkan.kernel.text.dates import in_gregorian
from genkan.kernel.text.eras import era_on
from genkan.ui.languages import EASY


def in_words(moment: date | datetime, language: str) -> str:
    """Return a date, or a moment to the minute, in the words of `language`.

    Args:
        moment: a date, or an aware datetime of any zone.
        language: `ja`, `ja-easy` or `en`.

    Raises:
        ValueError: a datetime without a zone, or a day before the first era.
    """
    if not isinstance(moment, datetime):
        return _day(moment, language)
    local = in_jst(moment)
    day, clock = _day(local.date(), language), f"{local:%H:%M}"
    return f"{day}, {clock} JST" if language == "en" else f"{day} {clock}"


def in_jst(moment: datetime) -> datetime:
    """Return the same moment by Japan's clocks.

    Raises:
        ValueError: it has no zone, so nobody knows which moment it is.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(JAPAN)


def _day(day: date, language: str) -> str:
    if language == "en":
        with speaking("en"):
            return f"{day.day} {MONTHS[day.month]} {day.year}"
    if language == EASY:
        return in_gregorian(day)
    return f"{in_gregorian(day)}（{era_on(day).written(day.year)}）"
