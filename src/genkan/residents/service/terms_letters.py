"""Use cases of letters about changed terms: make out, write, send; and of how far it has come.

Who needs a letter is everybody without mail who has not accepted (H18). A protected address is in
no letter: those are handed over at the counter. Each time staff write letters out they read names
and addresses, and each resident reads of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from genkan.kernel.errors import NotFound
from genkan.kernel.ids import AccountId, ResidentId, TermsId, new_id
from genkan.ledger import api as ledger
from genkan.residents.domain.lookups import Act, Because, LookupReason, StaffRole
from genkan.residents.domain.people import Profile
from genkan.residents.domain.terms_letters import AT_ONCE, Counted, Letter, Way
from genkan.residents.errors import RoleNeeded
from genkan.residents.service import lookups, profile
from genkan.residents.store import terms_letters as store
from genkan.terms import api as terms

READ = ("name", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A version that residents are told of, how far that has come, and batches to be sent."""

    version: terms.TermsVersion
    counted: Counted
    batches: Sequence[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter as it goes into an envelope."""

    letter: Letter
    version: terms.TermsVersion
    name: str
    postal_code: str
    address: str
    language: str


def progress(*, now: datetime) -> list[Progress]:
    """Return the versions that took another's place and are in force or to come, newest first."""
    known = terms.versions(terms.Kind.TERMS_OF_USE)
    return [
        Progress(version=one, counted=store.counted(one.id), batches=store.batches(one.id))
        for place, one in enumerate(known[:-1])
        if not any(newer.effective_from <= now for newer in known[:place])
    ]


@transaction.atomic(durable=True)
def make_letters(terms_id: TermsId, *, by: AccountId, now: datetime) -> UUID | None:
    """Make letters out to the next hundred people who need one; None if nobody does.

    Raises:
        RoleNeeded: not a supervisor.
        NotFound: there is no such version.
    """
    _must_supervise(by)
    version, batch = terms.version_of(terms_id), new_id()
    claimed = store.claim(version.id, batch, by=by, limit=AT_ONCE, now=now)
    _record("resident.letter_made", claimed, version, by, now)
    return batch if claimed else None


def letters_of(batch: UUID, *, by: AccountId, now: datetime) -> list[Letter]:
    """Return the letters of a batch, without names and addresses.

    Raises:
        RoleNeeded: not a supervisor.
        NotFound: there is no such batch.
    """
    _must_supervise(by)
    return [letter for letter, _ in _of_batch(batch, now)[1]]


@transaction.atomic(durable=True)
def write_letters(batch: UUID, *, by: AccountId, now: datetime) -> list[Written]:
    """Return the unsent letters of a batch that go by post; each resident reads of it.

    Raises:
        RoleNeeded: not a supervisor.
        NotFound: there is no such batch.
    """
    _must_supervise(by)
    version, letters = _of_batch(batch, now)
    posted = [(one, held) for one, held in letters if one.goes_by_post and not one.is_sent]
    because = Because(reason=LookupReason.OTHER_DUTY, note=f"letters {batch}")
    for one, _ in posted:
        lookups.note_act(by, Act.UNMASKED, one.resident, because, now=now, items=READ)
    _record("resident.letter_written", [one.resident for one, _ in posted], version, by, now)
    languages = store.languages_of([one.resident for one, _ in posted])
    return [_written(one, version, held, languages[one.resident]) for one, held in posted]


@transaction.atomic(durable=True)
def note_sent(batch: UUID, *, letter: UUID | None = None, by: AccountId, now: datetime) -> int:
    """Note the letters of a batch that go by post as sent, or one as handed over at the counter.

    Returns:
        How many were not sent before.

    Raises:
        RoleNeeded: not a supervisor.
        NotFound: there is no such batch, or no such letter in it.
    """
    _must_supervise(by)
    version, letters = _of_batch(batch, now)
    meant = [
        one.id for one, _ in letters if (one.goes_by_post if letter is None else one.id == letter)
    ]
    if letter is not None and not meant:
        raise NotFound
    sent = store.note_sent(meant, by=by, now=now)
    _record("resident.letter_sent", sent, version, by, now)
    return len(sent)


def _of_batch(
    batch: UUID, now: datetime
) -> tuple[terms.TermsVersion, list[tuple[Letter, Profile]]]:
    """Return the version and the letters; by hand is what has no address, or a protected one."""
    found = store.of_batch(batch)
    if not found:
        raise NotFound
    letters = []
    for letter, _ in found:
        held = profile.profile_of(letter.resident)
        address = held.content("address") or {}
        posted = address.get("postal_code") and not address.get("no_fixed_address")
        by_hand = held.is_protected(now) or not posted
        letters.append((replace(letter, way=Way.COUNTER) if by_hand else letter, held))
    return terms.version_of(found[0][1]), letters


def _written(letter: Letter, version: terms.TermsVersion, held: Profile, language: str) -> Written:
    name, address = held.content("name"), held.content("address")
    return Written(
        letter=letter,
        version=version,
        name=str(name["full"]) if name else "",
        postal_code=str(address["postal_code"]),
        address=" ".join(filter(None, (address["full"], address.get("building")))),
        language=language,
    )


def _must_supervise(account: AccountId) -> None:
    if lookups.must_have_role(account).role is not StaffRole.SUPERVISOR:
        raise RoleNeeded


def _record(
    event: str,
    who: Iterable[ResidentId],
    version: terms.TermsVersion,
    by: AccountId,
    now: datetime,
) -> None:
    ledger.append_all(
        ledger.Entry(
            event=event,
            subject=one,
            actor=lookups.operator(by),
            facts={"terms": version.label},
            happened_at=now,
        )
        for one in who
    )
