"""The one reader of the clock, and the zone in which residents read it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
"""Deadlines, ages and agreements begin and end at 0:00 here (JAPAN.md section 3)."""


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def day_in_japan(moment: datetime) -> date:
    """Return the day it is in Japan at ``moment``, which must be aware."""
    return moment.astimezone(JAPAN).date()
