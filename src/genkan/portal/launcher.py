"""The app launcher: what a resident has connected, what else there is, and what stands against it.

Reads the features, changes nothing (M15).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from genkan.catalogue import api as catalogue
from genkan.kernel.ids import ResidentId, ServiceId
from genkan.kernel.text.characters import search_form
from genkan.kernel.text.dates import Truth
from genkan.partners import api as partners
from genkan.portal.service import Linked, linked_services
from genkan.residents import api as residents
from genkan.sso import api as sso

MANY = 6
"""With more services than this a page offers to search."""
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """A service that a resident has not connected.

    Attributes:
        required, optional: what it would receive, if it were allowed; empty without an offer.
        needs_guardian: the resident is not certainly old enough to allow it alone.
        door: whether it is open, and to this resident.
    """

    service: partners.Service
    purpose: catalogue.Purpose | None
    required: tuple[catalogue.Item, ...]
    optional: tuple[catalogue.Item, ...]
    needs_guardian: bool
    door: sso.Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """The page as asked for.

    Attributes:
        wanted: what was searched for; empty for everything.
        is_long: there is enough to search in.
    """

    linked: tuple[Linked, ...]
    available: tuple[Available, ...]
    wanted: str
    is_long: bool


def launcher(resident: ResidentId, *, wanted: str = "", now: datetime) -> Launcher:
    """Return the services of a resident and those that can be connected, those in use first.

    Args:
        resident: whose.
        wanted: words that have to occur in name, description or operator; empty for everything.
        now: the present moment.
    """
    linked = linked_services(resident, now=now)
    available = _available(resident, linked, now=now)
    words = search_form(wanted[:LONGEST_SEARCH]).split()
    return Launcher(
        linked=tuple(one for one in linked if _fits(one.service, words)),
        available=tuple(one for one in available if _fits(one.service, words)),
        wanted=wanted[:LONGEST_SEARCH],
        is_long=len(linked) + len(available) > MANY,
    )


def _available(resident: ResidentId, linked: Sequence[Linked], *, now: datetime) -> list[Available]:
    known = {one.service.id for one in linked}
    doors = sso.doors(resident, now=now)
    offers = partners.published_offers()
    is_adult = residents.is_of_age(resident, now=now) is Truth.YES
    found = [
        _one(
            service,
            offers.get(service.id),
            doors[service.id],
            needs_guardian=not is_adult and _needs_guardian(resident, service, offers, now=now),
        )
        for service in partners.services()
        if service.id not in known and service.state is partners.ServiceState.LIVE
    ]
    return sorted(found, key=lambda one: one.door.closed is not None or one.door.barred is not None)


def _needs_guardian(
    resident: ResidentId,
    service: partners.Service,
    offers: Mapping[ServiceId, partners.Offer],
    *,
    now: datetime,
) -> bool:
    offer = offers.get(service.id)
    if offer is None:
        return False
    keys = sorted(offer.required)
    return not residents.may_consent_alone(resident, offer.purpose, keys, now=now)


def _one(
    service: partners.Service, offer: partners.Offer | None, door: sso.Door, *, needs_guardian: bool
) -> Available:
    required = offer.required if offer else frozenset[str]()
    every = offer.keys if offer else frozenset[str]()
    return Available(
        service=service,
        purpose=catalogue.purpose(offer.purpose) if offer else None,
        required=_in_order(required),
        optional=_in_order(every - required),
        needs_guardian=needs_guardian,
        door=door,
    )


def _in_order(keys: Iterable[str]) -> tuple[catalogue.Item, ...]:
    wanted = frozenset(keys)
    return tuple(item for key, item in catalogue.items().items() if key in wanted)


def _fits(service: partners.Service, words: Sequence[str]) -> bool:
    texts = [
        *service.name.as_mapping().values(),
        *service.description.as_mapping().values(),
        *service.organisation.name.as_mapping().values(),
    ]
    there = search_form(" ".join(texts))
    return all(word in there for word in words)
