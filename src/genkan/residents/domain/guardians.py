"""Who may act for whom: parents, guardians and proxies as values, and the decision.

Source:
    M46; JAPAN.md section 5; Civil Code arts. 818, 838, 843, 876, 99.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from genkan.kernel.ids import AccountId, ResidentId
from genkan.kernel.text.dates import Truth

RepresentationId = NewType("RepresentationId", UUID)


class Role(StrEnum):
    """親権者, 未成年後見人, 成年後見人, 保佐人, 補助人, 任意代理人."""

    PARENT = "parent"
    GUARDIAN_OF_MINOR = "guardian_of_minor"
    ADULT_GUARDIAN = "adult_guardian"
    CURATOR = "curator"
    ASSISTANT = "assistant"
    PROXY = "proxy"


FOR_MINORS = frozenset({Role.PARENT, Role.GUARDIAN_OF_MINOR})
"""Roles that end at majority by themselves."""


class Area(StrEnum):
    """What somebody may do for another: see the profile, the history; see and decide sharing."""

    PROFILE = "profile"
    HISTORY = "history"
    SERVICES = "services"


class EvidenceKind(StrEnum):
    """What was shown at the counter."""

    FAMILY_REGISTER = "family_register"
    GUARDIANSHIP_REGISTER = "guardianship_register"
    COURT_DECISION = "court_decision"
    POWER_OF_ATTORNEY = "power_of_attorney"
    SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was shown and who looked at it.

    Attributes:
        note: number or date of the document; never a name.
        checked_by: the member of staff; None for invented people alone.
    """

    kind: EvidenceKind
    note: str = ""
    checked_by: AccountId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One person's right to act for another, on [begins_at, ends_at) until it is revoked."""

    id: RepresentationId
    person: ResidentId
    representative: ResidentId
    role: Role
    scope: frozenset[Area]
    evidence: Evidence
    begins_at: datetime
    ends_at: datetime | None = None
    revoked_at: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether it holds at `now`, whatever the person's age."""
        ended = self.ends_at is not None and self.ends_at <= now
        return self.revoked_at is None and self.begins_at <= now and not ended

    def allows(self, area: Area | None, *, of_age: Truth, now: datetime) -> bool:
        """Whether it allows acting at `now`; `area` None asks whether it allows anything.

        A right over a minor ends as soon as the person may be of age: where the birth date leaves
        that open, the counter settles it, and until then nobody acts.

        Args:
            area: what is to be done.
            of_age: whether the person is of age now.
            now: the present moment.
        """
        if not self.in_force(now) or (area is not None and area not in self.scope):
            return False
        return self.role not in FOR_MINORS or of_age is Truth.NO

    def overlaps(self, other: "Representation") -> bool:
        """Whether both hold at some moment, between the same two people."""
        same = (self.person, self.representative) == (other.person, other.representative)
        if not same or self.revoked_at is not None or other.revoked_at is not None:
            return False
        before = self.ends_at is not None and self.ends_at <= other.begins_at
        after = other.ends_at is not None and other.ends_at <= self.begins_at
        return not (before or after)


def hides_address(
    address: Mapping[str, str] | None,
    *,
    viewer: ResidentId,
    homes: Mapping[ResidentId, str | None],
) -> bool:
    """Whether a person's address is kept from one of the representatives.

    Args:
        address: the person's; None if there is none.
        viewer: who looks.
        homes: where each representative lives, as written.
    """
    if address is None:
        return False
    here = {one for one, home in homes.items() if home == address["full"]}
    return bool(here) and viewer not in here
