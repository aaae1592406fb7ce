"""What the page of deciding about one service shows."""

from dataclasses import dataclass
from datetime import datetime

from genkan.catalogue import api as catalogue
from genkan.consent import store
from genkan.consent.confirming import guardian_awaited, must_be_confirmed
from genkan.consent.domain import NameForm
from genkan.consent.errors import GuardianMustDecide, NothingOffered, RegionNotEligible
from genkan.consent.preview import Preview, preview
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.residents import api as residents
from genkan.terms import api as terms


def page_for(
    resident: ResidentId,
    service: ServiceId,
    *,
    by: ResidentId | None,
    ticked: frozenset[str] | None,
    name_form: NameForm | None = None,
    now: datetime,
) -> Preview:
    """Return what whoever decides should read, with the values they may see.

    Raises:
        NotFound: there is no such service.
        NothingOffered: the service asks for nothing.
        RegionNotEligible: the service is for residents of other municipalities.
        GuardianMustDecide: the resident is not certainly old enough to decide alone.
        NotRepresentative: `by` may not act for the resident.
    """
    found = preview(resident, service, seen_by=by, ticked=ticked, name_form=name_form, now=now)
    if found is None:
        raise NothingOffered
    if not found.region_is_eligible:
        raise RegionNotEligible
    if by is None or by == resident:
        if found.needs_guardian:
            raise GuardianMustDecide
    elif not residents.may_act_for(by, resident, residents.Area.SERVICES, now=now):
        raise residents.NotRepresentative
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A consent that waits for a word, so that a no ends it.

    Attributes:
        items: what was allowed.
        for_guardian: another parent or guardian has to agree to the same; otherwise the young
            adult decides anew.
    """

    items: tuple[catalogue.Item, ...]
    for_guardian: bool


def waiting(resident: ResidentId, service: ServiceId, *, now: datetime) -> Waiting | None:
    """Return the consent that waits for a word, or None."""
    found = store.latest(resident, service)
    if found is None or not found.in_force(now):
        return None
    for_guardian = guardian_awaited(found, now=now)
    touching = terms.touching()
    if not for_guardian and not must_be_confirmed(found, touching=touching, now=now):
        return None
    items = tuple(item for key, item in catalogue.items().items() if key in found.items)
    return Waiting(items=items, for_guardian=for_guardian)
