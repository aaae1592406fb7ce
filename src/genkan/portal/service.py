"""Puts the resident's pages together: reads the features, changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from genkan.catalogue import api as catalogue
from genkan.consent import api as consent
from genkan.delivery import api as delivery
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import ConsentId, ResidentId, ServiceId
from genkan.ledger import api as ledger
from genkan.lifecycle import api as lifecycle
from genkan.partners import api as partners
from genkan.portal.holdings import Holding, Sharing, Stage, holdings, newest_by_service, sharing
from genkan.portal.sentences import ACTS, AS_ALIAS, AT_COUNTER, PROTECTED, REASONS, SENTENCES
from genkan.residents import api as residents
from genkan.sso import api as sso

PAGE = 20
EVERYTHING = 1_000_000
ONE_MOMENT = 10
LATEST = 3
CHILDS_FEED = 30
"""Articles among which those for a child of that age are looked for."""
EVERYDAY = frozenset({"resident.signed_in"})
"""More than one act ever records: what it records has one moment."""
_CAUSES = {event: place for place, event in enumerate(SENTENCES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A linked service on the dashboard.

    Attributes:
        link: how it is connected; None for one that is not (any more).
        items: what it may receive now; empty unless sharing.
        open_count: provisions it has not disposed of.
        door: whether it is open now.
    """

    service: partners.Service
    link: sso.Link | None
    consent: consent.Consent | None
    purpose: catalogue.Purpose | None
    sharing: Sharing
    items: tuple[catalogue.Item, ...]
    open_count: int
    door: sso.Door


def linked_services(resident: ResidentId, *, now: datetime) -> list[Linked]:
    """Return the services a resident has linked or shared with, newest first."""
    newest = newest_by_service(consent.consents_of(resident))
    undecided = {one.id for one in consent.to_confirm(resident, now=now)}
    awaiting = {one.id for one in consent.awaiting_guardian(resident, now=now)}
    links = {link.service: link for link in sso.links_of(resident)}
    doors = sso.doors(resident, now=now)
    services = {service.id: service for service in partners.services()}
    open_by_service: dict[ServiceId, int] = {}
    for provision in lifecycle.provisions_of(resident):
        if provision.closed_at is None:
            open_by_service[provision.service] = open_by_service.get(provision.service, 0) + 1
    seen = [*links, *(one for one in newest if one not in links)]
    return [
        _linked(
            services[one],
            links.get(one),
            newest.get(one),
            open_by_service.get(one, 0),
            sharing(
                newest.get(one),
                to_confirm=_id_of(newest.get(one)) in undecided,
                guardian_awaited=_id_of(newest.get(one)) in awaiting,
                now=now,
            ),
            doors[one],
        )
        for one in seen
    ]


def _id_of(given: consent.Consent | None) -> ConsentId | None:
    return None if given is None else given.id


def _linked(
    service: partners.Service,
    link: sso.Link | None,
    given: consent.Consent | None,
    open_count: int,
    state: Sharing,
    door: sso.Door,
) -> Linked:
    keys = given.items if given is not None and state is Sharing.SHARING else frozenset[str]()
    return Linked(
        service=service,
        link=link,
        consent=given,
        purpose=catalogue.purpose(given.purpose) if given else None,
        sharing=state,
        items=tuple(item for key, item in catalogue.items().items() if key in keys),
        open_count=open_count,
        door=door,
    )


def linked_service(resident: ResidentId, service: ServiceId, *, now: datetime) -> Linked:
    """Return one linked service.

    Raises:
        NotFound: the resident has nothing to do with it.
    """
    for one in linked_services(resident, now=now):
        if one.service.id == service:
            return one
    raise NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One line of "who received my data"."""

    holding: Holding
    service: partners.Service
    purpose: catalogue.Purpose
    items: tuple[catalogue.Item, ...]
    specific_purpose: catalogue.Wording

    @property
    def stage(self) -> Stage:
        """How far it has come on its way home."""
        return self.holding.stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildsNews:
    """What is published for a child, as the parent or guardian gets it."""

    name: str
    items: tuple[delivery.FeedItem, ...]


def news_for_children(resident: ResidentId, *, language: str, now: datetime) -> list[ChildsNews]:
    """Return what fits each child one acts for by the child's own age: one copy per child (M14).

    Each carries the child's own reasons; they tell no place that the reader may not see.
    """
    found: list[ChildsNews] = []
    for right in residents.acts_for(resident, now=now):
        if right.role not in residents.FOR_MINORS or residents.Area.PROFILE not in right.scope:
            continue
        facts = delivery.facts_of(right.person, seen_by=resident, now=now)
        feed = delivery.feed(facts, now, limit=CHILDS_FEED, language=language)
        own = [
            item for item in feed if any(one.asked is delivery.Asked.AGE for one in item.reasons)
        ]
        if own:
            name = name_of_another(str(right.person))
            found.append(ChildsNews(name=name, items=tuple(own[:LATEST])))
    return found


def received(
    resident: ResidentId, *, now: datetime, service: ServiceId | None = None
) -> list[Received]:
    """Return everything that left, newest first, with what became of it."""
    provisions = [
        one
        for one in lifecycle.provisions_of(resident)
        if service is None or one.service == service
    ]
    disposals = lifecycle.disposals_of(resident)
    certificates = lifecycle.certificates([one.id for one in disposals])
    services = {one.id: one for one in partners.services()}
    offers = partners.offers([one.offer for one in provisions])
    return [
        Received(
            holding=holding,
            service=services[holding.provision.service],
            purpose=catalogue.purpose(holding.provision.purpose),
            items=tuple(catalogue.item(key) for key in holding.provision.items),
            specific_purpose=offers[holding.provision.offer].specific_purpose,
        )
        for holding in holdings(provisions, disposals, certificates, now=now)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One service that was asked to dispose of what it had, and how far that is."""

    service: partners.Service
    disposal: lifecycle.Disposal
    progress: lifecycle.Progress


def asked_to_dispose(resident: ResidentId, *, now: datetime) -> list[Asked]:
    """Return every disposal asked for on a resident's behalf, newest first."""
    services = {one.id: one for one in partners.services()}
    return [
        Asked(service=services[one.service], disposal=one, progress=one.progress(now))
        for one in lifecycle.disposals_of(resident)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the ledger in words.

    Attributes:
        by: name of who acted on the resident's behalf; empty where nobody did.
    """

    sentence: str
    happened_at: datetime
    kind: str
    index: int | None
    by: str = ""


def events(
    resident: ResidentId, *, language: str, before: datetime | None = None
) -> tuple[list[Event], datetime | None]:
    """Return a page of a resident's ledger, newest first, and where the next page begins.

    What happened at one moment stays on one page, so a page may hold a few more than its number.
    """
    found = ledger.entries_of(resident, before=before, limit=PAGE + ONE_MOMENT)
    end = found[PAGE - 1].entry.happened_at if len(found) > PAGE else None
    shown = [one for one in found if end is None or one.entry.happened_at >= end]
    names = {one.id: one.name.in_language(language) for one in partners.services()}
    newest = sorted(shown, key=_moment_and_cause, reverse=True)
    told = [_event(one, names, language) for one in newest]
    return told, end if len(shown) < len(found) else None


def latest_events(resident: ResidentId, *, language: str) -> list[Event]:
    """Return what happened last, for the first page; sign-ins stand in the history only."""
    found = ledger.entries_of(resident, limit=PAGE)
    told = [one for one in found if one.entry.event not in EVERYDAY]
    names = {one.id: one.name.in_language(language) for one in partners.services()}
    newest = sorted(told, key=_moment_and_cause, reverse=True)[:LATEST]
    return [_event(one, names, language) for one in newest]


def all_events(resident: ResidentId, *, language: str) -> list[Event]:
    """Return a resident's whole ledger in words, newest first."""
    found = ledger.entries_of(resident, limit=EVERYTHING)
    names = {one.id: one.name.in_language(language) for one in partners.services()}
    newest = sorted(found, key=_moment_and_cause, reverse=True)
    return [_event(one, names, language) for one in newest]


def _moment_and_cause(one: ledger.Recorded) -> tuple[datetime, int]:
    """Order what one act recorded by cause: the ledger gives acts of one moment random places."""
    return one.entry.happened_at, _CAUSES.get(one.entry.event, len(_CAUSES))


def _event(one: ledger.Recorded, names: dict[ServiceId, str], language: str) -> Event:
    entry = one.entry
    words = {
        "service": names.get(entry.service, "") if entry.service else "",
        "items": _named(entry.facts.get("items", []), language),
        "device": str(entry.facts.get("device") or _("unknown device")),
        "reason": str(REASONS.get(str(entry.facts.get("reason", "")), "")),
    }
    words |= {
        "person": _acted_for(entry),
        "act": str(ACTS.get(str(entry.facts.get("act", "")), "")) % words,
    }
    sentence = str(SENTENCES.get(entry.event, entry.event)) % words
    if protected := entry.facts.get("protected"):
        kept = str(PROTECTED) % {"items": _named(protected, language)}
        sentence = _and(sentence, kept, language)
    if entry.facts.get("name_form") == consent.NameForm.ALIAS:
        sentence = _and(sentence, str(AS_ALIAS), language)
    if entry.actor.kind == "operator" and entry.event.startswith("consent."):
        sentence = _and(sentence, str(AT_COUNTER), language)
    return Event(
        sentence=sentence,
        happened_at=entry.happened_at,
        kind=_kind(entry.event),
        index=one.index,
        by=_by_another(entry),
    )


def _and(one: str, other: str, language: str) -> str:
    return f"{one}{' ' if language == 'en' else ''}{other}"


def _by_another(entry: ledger.Entry) -> str:
    """Return the name of a resident who acted for this one."""
    by_resident = entry.actor.kind == "resident" and entry.actor.id != str(entry.subject)
    return name_of_another(entry.actor.id) if by_resident else ""


def _acted_for(entry: ledger.Entry) -> str:
    """Return whom a resident acted for; no name any more once that right was taken away."""
    if "person" not in entry.facts or entry.subject is None:
        return ""
    person = ResidentId(UUID(str(entry.facts["person"])))
    rights = residents.representations(person=person, representative=entry.subject)
    held = any(one.revoked_at is None for one in rights)
    return name_of_another(str(person)) if held else str(_("somebody"))


def name_of_another(resident: str) -> str:
    """Return the name of somebody who acts or is acted for."""
    name = residents.profile_of(ResidentId(UUID(resident))).content("name")
    return str(name["full"]) if name else str(_("somebody"))


def _named(items: Collection[str], language: str) -> str:
    keys = [key for key in catalogue.items() if key in items]
    separator = ", " if language == "en" else "、"
    return separator.join(catalogue.item(key).name.in_language(language) for key in keys)


def _kind(event: str) -> str:
    """Return how the timeline marks an event."""
    if event in {"lifecycle.disposal_certified", "resident.id_issued"}:
        return "success"
    if event in {"lifecycle.disposal_overdue", "consent.release_refused"}:
        return "error"
    return "warning" if event in {"consent.withdrawn", "consent.expired"} else "info"
