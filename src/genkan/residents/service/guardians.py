"""Use cases of acting for somebody: record a right, take it away, ask whether it holds.

What decides is computed from the rights, the birth date and the ages in force at the moment of the
question, so that a parent's right ends at 0:00 of the day on which the child is of age, without
any job (M46).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from genkan.kernel.clock import day_in_japan
from genkan.kernel.db import require_transaction
from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.kernel.text.dates import PartialDate, Truth
from genkan.ledger import api as ledger
from genkan.residents.domain.guardians import (
    FOR_MINORS,
    Area,
    Evidence,
    EvidenceKind,
    Representation,
    RepresentationId,
    Role,
)
from genkan.residents.domain.people import Profile, ResidentState
from genkan.residents.errors import (
    AlreadyRepresents,
    AlreadyRevoked,
    NotRepresentative,
    SettledAtCounter,
    UnfitRepresentation,
)
from genkan.residents.service.ages import rules
from genkan.residents.store import guardians as store
from genkan.residents.store import people

LONGEST_NOTE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRepresentation:
    """A right to act as a counter records it.

    Attributes:
        begins_at: None for at once.
        ends_at: None for no set end.
    """

    person: ResidentId
    representative: ResidentId
    role: Role
    scope: frozenset[Area]
    evidence: Evidence
    begins_at: datetime | None = None
    ends_at: datetime | None = None


@transaction.atomic(durable=True)
def add(wanted: NewRepresentation, *, now: datetime) -> RepresentationId:
    """Record that somebody may act for another, with what was shown at the counter.

    Raises:
        UnfitRepresentation: `field` says what cannot be: nobody like that, an adult with a parent,
            a representative who is a minor, an end before the start, evidence nobody checked.
        AlreadyRepresents: such a right exists at that time.
    """
    found = Representation(
        id=RepresentationId(new_id()),
        person=wanted.person,
        representative=wanted.representative,
        role=wanted.role,
        scope=wanted.scope,
        evidence=wanted.evidence,
        begins_at=wanted.begins_at or now,
        ends_at=wanted.ends_at,
    )
    if not people.lock_resident(wanted.person):
        raise UnfitRepresentation(field="person")
    _must_be_sound(found)
    _must_be_between_fit_people(found, now=now)
    if any(found.overlaps(one) for one in store.between(wanted.representative, wanted.person)):
        raise AlreadyRepresents
    store.add([found], now=now)
    _record("residents.representation_added", found, _staff(wanted.evidence.checked_by), now)
    return found.id


def _must_be_sound(found: Representation) -> None:
    evidence = found.evidence
    sound = {
        "representative": found.representative != found.person,
        "scope": bool(found.scope),
        "ends_at": found.ends_at is None or found.ends_at > found.begins_at,
        "evidence": evidence.kind is not EvidenceKind.SYNTHETIC,
        "note": len(evidence.note) <= LONGEST_NOTE and evidence.note.isprintable(),
        "checked_by": evidence.checked_by is not None and store.is_staff(evidence.checked_by),
    }
    for field, holds in sound.items():
        if not holds:
            raise UnfitRepresentation(field=field)


def _must_be_between_fit_people(found: Representation, *, now: datetime) -> None:
    if is_of_age(found.representative, now=now) is not Truth.YES:
        raise UnfitRepresentation(field="representative")
    state = people.state_of(found.representative)
    if state is not ResidentState.ACTIVE:
        raise UnfitRepresentation(field="representative")
    if found.role in FOR_MINORS and is_of_age(found.person, now=found.begins_at) is Truth.YES:
        raise UnfitRepresentation(field="role")


@transaction.atomic(durable=True)
def revoke(
    representation: RepresentationId, *, by: AccountId | None, because: str, now: datetime
) -> Representation:
    """Take a right to act away, at once: acts under way wait or fail, none follows.

    The person's history says so; the former representative's does not, and no refusal tells why.

    Args:
        representation: which right.
        by: the member of staff; None for the operator's command line.
        because: for staff alone, 1 to 100 characters.
        now: the moment.

    Raises:
        NotFound: there is no such right.
        AlreadyRevoked: the first time stands.
        UnfitRepresentation: no reason, or too long a one.
    """
    reason = because.strip()
    if not 0 < len(reason) <= LONGEST_NOTE or not reason.isprintable():
        raise UnfitRepresentation(field="reason")
    found = store.lock(representation)
    if found is None:
        raise NotFound
    if found.revoked_at is not None:
        raise AlreadyRevoked
    store.save_revocation(found.id, by=by, because=reason, now=now)
    _record("residents.representation_revoked", found, _staff(by), now)
    return replace(found, revoked_at=now)


@transaction.atomic(durable=True)
def add_synthetic(found: Sequence[Representation], *, now: datetime) -> int:
    """Record the rights of invented people that are missing; return how many there were."""
    known = store.existing([one.id for one in found])
    new = [one for one in found if one.id not in known]
    store.add(new, now=now)
    ledger.append_all(
        _entry("residents.representation_added", one, ledger.SYSTEM, now) for one in new
    )
    return len(new)


def may_act_for(
    representative: ResidentId, person: ResidentId, area: Area | None = None, *, now: datetime
) -> bool:
    """Whether one person may act for another at `now`; `area` None asks whether for anything."""
    return _allowing(store.between(representative, person), area, now=now) is not None


def hold_right(
    representative: ResidentId, person: ResidentId, area: Area, *, now: datetime
) -> Representation:
    """Return the right by which somebody acts, held so that a revocation waits; joins.

    Raises:
        NotRepresentative: there is none now.
    """
    require_transaction()
    found = _allowing(store.hold_between(representative, person), area, now=now)
    if found is None:
        raise NotRepresentative
    return found


def _allowing(
    found: Iterable[Representation], area: Area | None, *, now: datetime
) -> Representation | None:
    """Return the right that allows it, if both people are there: none outlives its person.

    Where the person's address is protected, only who is protected too may act: a former partner is
    refused as anybody is (POPULATION.md H14).
    """
    hopeful = [one for one in found if one.in_force(now)]
    if not hopeful:
        return None
    person = people.profile_of(hopeful[0].person)
    by = people.profile_of(hopeful[0].representative)
    if person is None or by is None or not _are_fit(person, by, now=now):
        return None
    of_age = rules().is_of_age(birth_of(person), day_in_japan(now))
    return next((one for one in hopeful if one.allows(area, of_age=of_age, now=now)), None)


def _are_fit(person: Profile, by: Profile, *, now: datetime) -> bool:
    """Whether both IDs can be used, and no protection stands between the two."""
    usable = by.state is ResidentState.ACTIVE and person.state is not ResidentState.CLOSED
    return usable and (by.is_protected(now) or not person.is_protected(now))


def acts_for(representative: ResidentId, *, now: datetime) -> list[Representation]:
    """Return the rights by which a person may act for others now, in the order they began."""
    found = store.of_representative(representative)
    return [one for one in found if _allowing([one], None, now=now) is not None]


def represented_by(person: ResidentId, *, now: datetime) -> list[Representation]:
    """Return the rights by which others may act for a person now, in the order they began."""
    found = store.of_person(person)
    return [one for one in found if _allowing([one], None, now=now) is not None]


def representations(
    *, person: ResidentId | None = None, representative: ResidentId | None = None
) -> list[Representation]:
    """Return rights to act, whatever their state; all of them unless somebody is named."""
    if person is not None:
        found = store.of_person(person)
        return [one for one in found if representative in (None, one.representative)]
    if representative is not None:
        return store.of_representative(representative)
    return store.everything()


def unclear(*, now: datetime) -> list[Representation]:
    """Return rights over people of whom nobody can say whether they are of age: for the counter."""
    found: list[Representation] = []
    batch = store.over_minors(now=now, after=None)
    while batch:
        found += [one for one in batch if is_of_age(one.person, now=now) is Truth.UNKNOWN]
        batch = store.over_minors(now=now, after=batch[-1].id)
    return found


def must_be_free_to_change_birthdate(person: ResidentId, *, now: datetime) -> None:
    """Let people pass over whose birth date no parent's or guardian's right hangs.

    Raises:
        SettledAtCounter: who has a parent or guardian does not come of age by typing.
    """
    if not is_free_to_change_birthdate(person, now=now):
        raise SettledAtCounter


def is_free_to_change_birthdate(person: ResidentId, *, now: datetime) -> bool:
    """Whether no parent's or guardian's right hangs on a person's birth date."""
    rights = store.of_person(person)
    return not any(one.role in FOR_MINORS and one.in_force(now) for one in rights)


def staff_account(email: str) -> AccountId:
    """Return the member of staff with this address.

    Raises:
        UnfitRepresentation: there is none.
    """
    found = store.staff_account(email)
    if found is None:
        raise UnfitRepresentation(field="checked_by")
    return found


def is_of_age(person: ResidentId, *, now: datetime) -> Truth:
    """Whether a person is of age at `now`, Japanese time."""
    profile = people.profile_of(person)
    birth = None if profile is None else birth_of(profile)
    return rules().is_of_age(birth, day_in_japan(now))


def of_age_at(profile: Profile) -> datetime:
    """Return the first moment at which a person may be of age; long ago if nothing is known."""
    return rules().of_age_at(birth_of(profile)) or datetime.min.replace(tzinfo=UTC)


def all_must_agree(purpose: str, *, now: datetime) -> bool:
    """Whether each parent and guardian of a minor has to agree, for this purpose."""
    return rules().all_must_agree(purpose, day_in_japan(now))


def may_consent_alone(
    person: ResidentId, purpose: str, items: Iterable[str], *, now: datetime
) -> bool:
    """Whether a person is certainly old enough to consent without a guardian."""
    profile = people.profile_of(person)
    birth = None if profile is None else birth_of(profile)
    day = day_in_japan(now)
    return rules().may_consent_alone(birth, purpose, items, day) is Truth.YES


def birth_of(profile: Profile) -> PartialDate | None:
    """Return as much of a birth date as is known."""
    iso = profile.content("birthdate")
    return None if iso is None else PartialDate.from_iso(iso)


def record_act(entry: ledger.Entry) -> None:
    """Write what somebody does for another into their own history too; joins.

    Acts of residents for themselves, of services and of the clock are nobody else's.
    """
    actor = entry.actor
    if actor.kind != "resident" or entry.subject is None or actor.id == str(entry.subject):
        return
    ledger.append(
        ledger.Entry(
            event="residents.acted_for",
            subject=ResidentId(UUID(actor.id)),
            actor=actor,
            service=entry.service,
            happened_at=entry.happened_at,
            facts={"act": entry.event, "person": str(entry.subject)},
        )
    )


def _staff(account: AccountId | None) -> ledger.Actor:
    return ledger.SYSTEM if account is None else ledger.Actor(kind="operator", id=str(account))


def _record(event: str, found: Representation, actor: ledger.Actor, now: datetime) -> None:
    ledger.append(_entry(event, found, actor, now))


def _entry(event: str, found: Representation, actor: ledger.Actor, now: datetime) -> ledger.Entry:
    return ledger.Entry(
        event=event,
        subject=found.person,
        actor=actor,
        happened_at=now,
        facts={"representation": str(found.id), "role": str(found.role)},
    )
