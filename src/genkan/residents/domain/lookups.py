"""Staff who look at residents: with which role, why, and what is conspicuous (M22, M44)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from genkan.kernel.ids import AccountId, ResidentId
from genkan.kernel.text.names import search_form

OPEN_FOR = timedelta(minutes=30)
"""How long a record stays open after a reason was given; then a reason is asked again."""

WINDOW = timedelta(hours=1)
"""Records opened within this time are counted together."""


class StaffRole(StrEnum):
    """What a member of staff may do with residents; without a role, nothing."""

    COUNTER = "counter"
    SUPERVISOR = "supervisor"


class LookupReason(StrEnum):
    """Why staff look: the class of it goes into the resident's history, the note does not."""

    VISIT = "visit"
    TELEPHONE = "telephone"
    INQUIRY = "inquiry"
    SAME_PERSON = "same_person"
    MISUSE = "misuse"
    OTHER_DUTY = "other_duty"


class Act(StrEnum):
    """What staff did."""

    SEARCHED = "searched"
    OPENED = "opened"
    UNMASKED = "unmasked"
    REFUSED = "refused"


class AlertKind(StrEnum):
    """Why look-ups are to be reviewed."""

    MANY = "many"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why somebody looks: a class, and a note in their own words."""

    reason: LookupReason
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A member of staff.

    Attributes:
        role: None if they may do nothing with residents.
        person: their own ID as a resident, as declared when the role was given.
    """

    account: AccountId
    role: StaffRole | None
    person: ResidentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """An act of staff, as reviewed: `items` for what was unmasked, `hits` for what was found."""

    account: AccountId
    act: Act
    reason: LookupReason
    resident: ResidentId | None
    at: datetime
    items: tuple[str, ...] = ()
    hits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Look-ups of one member of staff that somebody else is to review.

    Attributes:
        count: records opened within the hour, or 1 for a refused one.
        reviewed_at: None while nobody has.
    """

    id: Any
    account: AccountId
    email: str
    kind: AlertKind
    count: int
    raised_at: datetime
    reviewed_at: datetime | None
    resident: ResidentId | None


def same_house(one: Any, other: Any) -> bool:  # noqa: ANN401 - contents of addresses, or None
    """Whether two declared addresses are one house: a home, or flats behind one number.

    Neighbours whom nobody declared as such are told by nothing else (POPULATION.md H26).
    """
    return bool(one) and bool(other) and _house(one) == _house(other)


def _house(content: dict[str, str]) -> str:
    return search_form(" ".join(content.get(part) or "" for part in ("lg_code", "town", "street")))
