"""When residents are told by mail that the terms change (M20)."""

from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(days=7)
"""How long before a material change everybody is told once more."""

DUE_FOR = timedelta(days=30)
"""How long after it those who have not decided are still told that it is in force."""


class Stage(StrEnum):
    """The occasions; each leads to one mail per version and resident."""

    ANNOUNCED = "announced"
    SOON = "soon"
    DUE = "due"


def stage_of(begins: datetime, *, material: bool, now: datetime) -> Stage | None:
    """Return what is to be told about a published version at `now`, or None.

    Args:
        begins: the first moment the version is in force.
        material: residents must accept it.
        now: the present moment.
    """
    if now >= begins:
        return Stage.DUE if material and now < begins + DUE_FOR else None
    return Stage.SOON if material and now >= begins - SOON else Stage.ANNOUNCED
