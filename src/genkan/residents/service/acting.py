"""What pages need to act for somebody: begin, names, and what a representative sees."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from genkan.catalogue import api as catalogue
from genkan.kernel.ids import ResidentId
from genkan.ledger import api as ledger
from genkan.residents.domain.guardians import Area, Representation, Role, hides_address
from genkan.residents.domain.people import Profile
from genkan.residents.errors import NotRepresentative
from genkan.residents.service import guardians
from genkan.residents.service.profile import profile_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Somebody one acts for, or who acts for one."""

    id: ResidentId
    name: str
    role: Role
    scope: frozenset[Area]


def name_of(person: ResidentId) -> str:
    """Return a person's name as they wrote it."""
    name = profile_of(person).content("name")
    return str(name["full"]) if name else ""


class Rules:
    """`ActingRules` of the page shell."""

    def may_act(
        self, by: ResidentId, person: ResidentId, area: str | None, *, now: datetime
    ) -> bool:
        """Whether `by` may act for `person` now, in this area or in any."""
        wanted = None if area is None else Area(area)
        return guardians.may_act_for(by, person, wanted, now=now)

    def name_of(self, person: ResidentId) -> str:
        """Return the name that every page shows."""
        return name_of(person)


def people_of(resident: ResidentId, *, now: datetime) -> tuple[list[Other], list[Other]]:
    """Return for whom a resident may act now, and who may act for the resident."""
    acts = [_other(one, one.person) for one in guardians.acts_for(resident, now=now)]
    others = guardians.represented_by(resident, now=now)
    return acts, [_other(one, one.representative) for one in others]


def _other(right: Representation, who: ResidentId) -> Other:
    return Other(id=who, name=name_of(who), role=right.role, scope=right.scope)


@transaction.atomic(durable=True)
def begin(by: ResidentId, person: ResidentId, *, now: datetime) -> None:
    """Record that somebody begins to act for a person, in both histories.

    Raises:
        NotRepresentative: they may not; the same words whoever asks, about whomever.
    """
    if not guardians.may_act_for(by, person, now=now):
        raise NotRepresentative
    entry = ledger.Entry(
        event="residents.acting_begun",
        subject=person,
        actor=ledger.Actor.resident(by),
        happened_at=now,
    )
    guardians.record_act(entry)
    ledger.append(entry)


def profile_seen_by(viewer: ResidentId, person: ResidentId, *, now: datetime) -> Profile:
    """Return what a person's representative may see of the profile; all of it for the person.

    Where the person lives with another representative, the address is that one's too, and a
    representative who lives elsewhere does not see it (M46: neither parent sees the other's). Of a
    protected address no representative sees anything, not even that it is protected (A9).

    Raises:
        NotAResident: there is no such resident.
    """
    held = profile_of(person)
    if viewer == person:
        return held
    if held.is_protected(now):
        kept = {
            item: value
            for item, value in held.values.items()
            if not catalogue.reveals_place(item, value.content)
        }
        return replace(held, values=kept, protected_until=None)
    others = guardians.represented_by(person, now=now)
    homes = {one.representative: _home(one.representative) for one in others}
    if not hides_address(held.content("address"), viewer=viewer, homes=homes):
        return held
    shown = {item: value for item, value in held.values.items() if item != "address"}
    return replace(held, values=shown)


def _home(resident: ResidentId) -> str | None:
    address = profile_of(resident).content("address")
    return None if address is None else str(address["full"])
