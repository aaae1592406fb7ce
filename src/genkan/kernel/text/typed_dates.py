"""Reads dates as people type them, in 西暦 and 和暦. Source: JAPAN.md section 3.

A date that cannot exist is not guessed: where the meaning is plain, a proposal goes back to the
person (昭和64年1月8日 → 平成元年1月8日).
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import regex

from genkan.kernel.text.dates import FIRST_DAY, DateProblem, PartialDate
from genkan.kernel.text.eras import Era, era_called, eras, eras_during

MAX_TYPED = 40
"""Code points. No spelling of a date is longer."""

_WESTERN_YEAR_DIGITS = 4

_DIGITS = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壱弐参", range(4), strict=True)),
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000}
_KANJI_NUMBER = regex.compile(f"[{''.join(_DIGITS)}{''.join(_UNITS)}]+")
_UNKNOWN = r"(?:不詳|不明|\?+)"
_WRITTEN = regex.compile(
    rf"(?P<year>\d{{1,4}})年"
    rf"(?:(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日|日?{_UNKNOWN})?)|月日{_UNKNOWN}|{_UNKNOWN})?",
    regex.ASCII,
)
_SEPARATED = regex.compile(
    r"(?P<year>\d{1,4})(?:([-/.])(?P<month>\d{1,2}|\?\?)(?:\2(?P<day>\d{1,2}|\?\?))?)?", regex.ASCII
)
_COMPACT = regex.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", regex.ASCII)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-") | {"・": ".", "。": ".", "．": "."})


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood: either `value`, or `problem` and perhaps a `proposal` to confirm."""

    value: PartialDate | None = None
    problem: DateProblem | None = None
    proposal: PartialDate | None = None


def read_date(text: str) -> Typed:
    """Return what a typed date means.

    Takes 2025-01-05, 2025/1/5, 20250105, 2025年1月5日, R7.1.5, 令和7年1月5日, 令和七年一月五日,
    平成元年, ㋿7年, full-width digits, and partial ones: 昭和20年, 昭和20年月日不詳, 1945-??-??.
    """
    if not text.strip():
        return Typed(problem=DateProblem.EMPTY)
    if len(text) > MAX_TYPED:
        return Typed(problem=DateProblem.UNREADABLE)
    era, rest = _split_era(_plain(text))
    match = _match(rest, with_era=era is not None)
    if match is None or (era is None and len(match["year"]) < _WESTERN_YEAR_DIGITS):
        return Typed(problem=DateProblem.UNREADABLE)
    year, month, day = (_number(match[part]) for part in ("year", "month", "day"))
    if era is not None:
        year = era.gregorian(year or 0) if year else None
    try:
        value = PartialDate(year or 0, month, day)
    except ValueError:
        return Typed(problem=DateProblem.NO_SUCH_DAY)
    return _judge(value, era)


def _judge(value: PartialDate, era: Era | None) -> Typed:
    if value.latest < FIRST_DAY:
        return Typed(problem=DateProblem.BEFORE_CALENDAR)
    if era is not None and era not in eras_during(max(value.earliest, FIRST_DAY), value.latest):
        return Typed(problem=DateProblem.NOT_IN_ERA, proposal=value)
    return Typed(value=value)


def _plain(text: str) -> str:
    """Return the text without spaces, in plain digits: 令和七年 → 令和7年, 元年 → 1年."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    folded = "".join(folded.split()).replace("元年", "1年")
    return str(_KANJI_NUMBER.sub(lambda match: str(_kanji_value(match[0])), folded))


def _kanji_value(digits: str) -> int:
    """Return the value of 二十五, 二五 or 二〇二五."""
    if not any(character in _UNITS for character in digits):
        return int("".join(str(_DIGITS[character]) for character in digits))
    total, pending = 0, 0
    for character in digits:
        if character in _UNITS:
            total += (pending or 1) * _UNITS[character]
            pending = 0
        else:
            pending = _DIGITS[character]
    return total + pending


def _split_era(text: str) -> tuple[Era | None, str]:
    """Return the era a text begins with, if any, and what follows it."""
    for name in _era_names():
        if text[: len(name)].upper() == name:
            return era_called(name), text[len(name) :].lstrip(".")
    return None, text.removeprefix("西暦")


@cache
def _era_names() -> tuple[str, ...]:
    """Return all ways to write an era, the longest first."""
    names = [name for era in eras() for name in (era.name, era.name[0], era.letter)]
    return tuple(sorted(names, key=len, reverse=True))


def _match(text: str, *, with_era: bool) -> regex.Match[str] | None:
    forms = (_WRITTEN, _SEPARATED) if with_era else (_WRITTEN, _COMPACT, _SEPARATED)
    return next((match for form in forms if (match := form.fullmatch(text))), None)


def _number(digits: str | None) -> int | None:
    return None if digits is None or digits == "??" else int(digits)
