"""The one reader of the clock; everything below the views takes `now` as an argument."""

import time
from datetime import UTC, date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
"""Japan has had no summer time since 1951, so a fixed offset is exact for every time shown here."""


def now() -> int:
    """Seconds since 1970-01-01T00:00:00Z, the form in which every time is stored."""
    return int(time.time())


def in_japan(seconds: int) -> datetime:
    """The same moment as people in Japan read it."""
    return datetime.fromtimestamp(seconds, JST)


def today(seconds: int) -> date:
    """The calendar day in Japan at that moment."""
    return in_japan(seconds).date()


def rfc3339(seconds: int) -> str:
    """`2026-07-15T00:00:00Z`: the form in which times travel to and from Genkan."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
