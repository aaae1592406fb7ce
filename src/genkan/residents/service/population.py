"""The use case of loading invented residents: the hostile thirty and a crowd."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain, islice
from typing import Any

from django.conf import settings

from genkan.kernel.clock import JAPAN, day_in_japan
from genkan.kernel.crew import Crew
from genkan.kernel.ids import ResidentId
from genkan.kernel.text.dates import Truth
from genkan.residents.domain.guardians import (
    Area,
    Evidence,
    EvidenceKind,
    Representation,
    RepresentationId,
    Role,
)
from genkan.residents.domain.people import Earlier, NewResident
from genkan.residents.errors import NotForProduction, RealResidents
from genkan.residents.population.crowd import generate
from genkan.residents.population.hostile import special
from genkan.residents.population.shape import SyntheticResident, id_of
from genkan.residents.service import leaving
from genkan.residents.service.ages import rules
from genkan.residents.service.creation import create_all
from genkan.residents.service.guardians import add_synthetic
from genkan.residents.store import people as store

YEAR = timedelta(days=365)
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which invented residents are wanted.

    Attributes:
        size: people in the crowd; the thirty come on top.
        anchor: the day on which ages hold.
        passwords: hashes by key, for those who can sign in; the others have none.
    """

    size: int
    seed: int
    anchor: date
    passwords: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load did: `added` now, `total` invented residents in all."""

    added: int
    total: int


def load(
    wanted: Wanted,
    *,
    mode: str,
    now: datetime,
    tell: Callable[[int], None] = lambda _: None,
    processes: int = 1,
) -> Loaded:
    """Add the invented residents that are missing, 500 to a transaction; again changes nothing.

    Where real residents came after the invented ones, nothing is added.

    Args:
        wanted: whom to load.
        mode: of the deployment.
        now: when they register.
        tell: hears how many were added, batch by batch.
        processes: how many share the work; more than one only where this one has no threads yet.

    Raises:
        WorkerLost: a process was killed; what was committed stands.
        NotForProduction: the deployment is in production.
        RealResidents: there are real residents and no invented ones.
    """
    if mode == "production":
        raise NotForProduction
    with Crew(partial(_create, now=now), size=processes) as crew:
        before = store.count_residents(synthetic=True)
        if store.count_residents(synthetic=False):
            if not before:
                raise RealResidents
            return Loaded(added=0, total=before)
        added = _leave_tombstones(special(wanted.anchor), wanted, now)
        for done in crew.in_order(_batches(wanted, now)):
            added += done.added
            tell(done.added)
            # Whoever acts for them came with them or before them.
            add_synthetic(done.rights, now=now)
        _record_deaths(special(wanted.anchor), now)
    return Loaded(added=added, total=before + added)


def invented(key: str, anchor: date) -> ResidentId:
    """Return the ID of one of the hostile thirty, by its key such as "H26".

    Raises:
        KeyError: there is none of this key.
    """
    return {person.key: ResidentId(person.id) for person in special(anchor)}[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """People, and the rights over them, which are recorded once all are there."""

    people: list[NewResident]
    rights: list[Representation]
    added: int = 0


def former(key: str) -> ResidentId:
    """Return the ID that an invented person had before they left and came back."""
    return ResidentId(id_of(f"former ID of {key}"))


def _leave_tombstones(people: Iterable[SyntheticResident], wanted: Wanted, now: datetime) -> int:
    """Let people who came back have left before, by the way everybody leaves (H22), once.

    Returns:
        How many former IDs were added.
    """
    gone = [
        one for one in people if one.facts.erased_on and one.facts.erased_on <= day_in_japan(now)
    ]
    known = store.existing([former(person.key) for person in gone])
    for person in gone:
        old, erased_on = former(person.key), person.facts.erased_on or wanted.anchor
        if old not in known:
            before = replace(_as_new(person, wanted), id=old, email=None, password_hash=None)
            create_all([before], now=now)
        erased_at = _midnight(erased_on)
        leaving.request_leaving(old, now=erased_at - settings.GENKAN.cooling_off)
        leaving.close(old, now=erased_at)
        leaving.erase(old, now=erased_at)
    return len(gone) - len(known)


def _record_deaths(people: Iterable[SyntheticResident], now: datetime) -> None:
    """Record the deaths that are told of invented people (H23), once."""
    today = day_in_japan(now)
    for person in people:
        died_on, resident = person.facts.deceased_on, ResidentId(person.id)
        if died_on and died_on <= today and leaving.leaving_of(resident) is None:
            leaving.record_death(resident, died_on, now=now)


def _batches(wanted: Wanted, now: datetime) -> Iterator[_Batch]:
    people = chain(special(wanted.anchor), generate(wanted.size, wanted.seed, wanted.anchor))
    while batch := list(islice(people, BATCH)):
        yield _Batch(
            people=[_as_new(person, wanted) for person in batch],
            rights=list(_rights_over(batch, wanted.anchor, now)),
        )


def _create(batch: _Batch, *, now: datetime) -> _Batch:
    """Register those of a batch who are missing; return the batch without its people."""
    known = store.existing([person.id for person in batch.people])
    new = [person for person in batch.people if person.id not in known]
    if new:
        create_all(new, now=now)
    return replace(batch, people=[], added=len(new))


def _as_new(person: SyntheticResident, wanted: Wanted) -> NewResident:
    return NewResident(
        id=ResidentId(person.id),
        email=person.email,
        password_hash=wanted.passwords.get(person.key),
        values=_values(person, wanted.anchor),
        interests=frozenset(person.interests) or None,
        ui_locale=person.ui_locale,
        origins=dict(person.origins),
        synthetic=True,
        past=tuple(_past(person, wanted.anchor)),
        protected_until=_protected_until(person, wanted.anchor),
    )


def _protected_until(person: SyntheticResident, anchor: date) -> datetime | None:
    """Return the end of a protection: a year where the day is nowhere said, as is usual."""
    facts = person.facts
    if not facts.protected:
        return None
    last = facts.protected_until or anchor + timedelta(days=365)
    return _midnight(last + timedelta(days=1))


def _values(person: SyntheticResident, anchor: date) -> dict[str, Any]:
    """Return what holds on the day of the anchor: whoever moves then lives at the new address."""
    facts, values = person.facts, person.contents()
    if facts.moves_to is not None and facts.moves_on is not None and facts.moves_on <= anchor:
        values["address"] = facts.moves_to.content()
    return values


def _past(person: SyntheticResident, anchor: date) -> Iterator[Earlier]:
    """Yield what held before; since when is not known: a year earlier it did."""
    facts = person.facts
    if facts.former_name is not None and facts.renamed_on is not None:
        until = _midnight(facts.renamed_on)
        yield Earlier(
            item="name", content=facts.former_name.content(), since=until - YEAR, until=until
        )
    for home, left_on in ((facts.moved_from, facts.moved_on), (person.address, facts.moves_on)):
        if home is not None and left_on is not None and left_on <= anchor:
            until = _midnight(left_on)
            yield Earlier(item="address", content=home.content(), since=until - YEAR, until=until)


def _rights_over(
    batch: Iterable[SyntheticResident], anchor: date, now: datetime
) -> Iterator[Representation]:
    """Yield the rights to act for people of a batch; who acts comes with them or before them."""
    for person in batch:
        is_minor = rules().is_of_age(person.birthdate, anchor) is Truth.NO
        for key in person.facts.guardians:
            yield Representation(
                id=RepresentationId(id_of(f"{key} for {person.key}")),
                person=ResidentId(person.id),
                representative=ResidentId(id_of(key)),
                role=Role.PARENT if is_minor else Role.ADULT_GUARDIAN,
                scope=frozenset(Area),
                evidence=Evidence(kind=EvidenceKind.SYNTHETIC),
                begins_at=now,
            )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, JAPAN)
