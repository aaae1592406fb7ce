"""Use cases of residents: register, show, change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import AccountId, ResidentId, TermsId, new_id
from genkan.ledger import api as ledger
from genkan.residents import store
from genkan.residents.domain import (
    Draft,
    NewResident,
    Origin,
    Past,
    Profile,
    Registration,
    ResidentState,
    Standing,
    Value,
    changed,
)
from genkan.residents.errors import (
    AddressTaken,
    Closed,
    NotAResident,
    StaffAccount,
    Suspended,
    TermsNotAccepted,
)
from genkan.terms import api as terms

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The terms a person had before their eyes."""

    terms: TermsId
    locale: str
    text_hash: str
    shown_at: datetime


def standing_of(account: AccountId) -> Standing | None:
    """Return who an account is to the portal, or None if it is gone. One query."""
    return store.standing_of(account)


def resident_of_account(account: AccountId) -> ResidentId | None:
    """Return the ID that signs in by this account, or None. One query."""
    return store.resident_of_account(account)


def resident_who_calls(account: AccountId) -> ResidentId | None:
    """Return the resident of an account; None while there is no ID yet. One query.

    Raises:
        StaffAccount: staff do not act as residents with the account of their work.
    """
    standing = store.standing_of(account)
    if standing is None:
        return None
    if standing.is_staff:
        raise StaffAccount
    return standing.resident


def must_be_active(resident: ResidentId) -> None:
    """Let an active resident pass. One query.

    Raises:
        Suspended: the ID is suspended.
        Closed: the ID is closed.
    """
    state = store.state_of(resident)
    if state is ResidentState.SUSPENDED:
        raise Suspended
    if state is not ResidentState.ACTIVE:
        raise Closed


# Registration


@transaction.atomic(durable=True)
def registration(account: AccountId, *, ui_locale: str, now: datetime) -> Registration:
    """Return an account's registration; it begins here, with the address verified at sign-up."""
    found = store.registration_of(account)
    if found is None:
        store.begin(account, ui_locale=ui_locale, now=now)
        found = store.registration_of(account)
    assert found is not None  # begun above, or by another tab
    return found


@transaction.atomic(durable=True)
def accept_terms(account: AccountId, shown: Shown, *, now: datetime) -> None:
    """Record that the person of a registration accepts the terms as shown.

    Raises:
        TermsOutdated: what was shown is not in force any more; nothing is recorded.
        AlreadyIssued: the registration has its ID.
    """
    held = _locked(account)
    act = terms.Acceptance(
        person=held.id,
        terms=shown.terms,
        locale=shown.locale,
        text_hash=shown.text_hash,
        shown_at=shown.shown_at,
        method=terms.Method.WEB,
    )
    accepted = held.with_acceptance(terms.accept(act, now=now), shown.terms)
    store.save_registration(accepted, now=now)


@transaction.atomic(durable=True)
def fill_profile(account: AccountId, draft: Draft, *, now: datetime) -> None:
    """Keep what a person typed about themselves until they confirm it.

    Raises:
        TermsNotAccepted: the terms come first.
        AlreadyIssued: the registration has its ID.
    """
    store.save_registration(_locked(account).with_profile(draft), now=now)


@transaction.atomic(durable=True)
def issue_id(account: AccountId, *, ui_locale: str, now: datetime) -> ResidentId:
    """Issue the ID of a complete registration, once.

    The registration's row is locked, so of two submits one finds it issued; versions of the terms
    are held, so none takes effect between the check and the commit (ARCHITECTURE.md, always 1).

    Raises:
        TermsNotAccepted: nothing was accepted, or not the version in force now.
        ProfileMissing: the profile is not filled in.
        AlreadyIssued: the registration has its ID.
    """
    held = _locked(account)
    in_force = terms.hold_current(now)
    issued = held.issued(in_force.id)
    assert held.acceptance is not None  # `issued` has seen to it
    address = store.address_of_account(account)
    contents = {**held.draft.values, "email": address}
    person = NewResident(
        id=held.id, email=address, password_hash=None, values=contents, ui_locale=ui_locale
    )
    store.add_residents([(person, account, held.acceptance)], now=now)
    store.add_values(_values(person, now=now))
    store.save_registration(replace(issued, ui_locale=ui_locale), now=now)
    ledger.append(_issued(held.id, in_force.label, now))
    jobs.defer("residents.send_receipt", resident=str(held.id))
    return held.id


def _locked(account: AccountId) -> Registration:
    held = store.lock_registration(account)
    if held is None:
        raise TermsNotAccepted
    return held


def _issued(resident: ResidentId, label: str, now: datetime) -> ledger.Entry:
    return ledger.Entry(
        event="resident.id_issued",
        subject=resident,
        actor=ledger.Actor.resident(resident),
        facts={"terms": label},
        happened_at=now,
    )


# Profile and interests


def profile_of(resident: ResidentId) -> Profile:
    """Return what we hold about a resident now. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    return _found(store.profile_of(resident))


def hold_for_release(resident: ResidentId) -> Profile:
    """Return the same, held until the transaction ends: a change of state waits. Joins. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    require_transaction()
    return _found(store.hold_profile(resident))


def past_values_of(resident: ResidentId) -> list[Past]:
    """Return a resident's closed values, newest first. One query."""
    return store.past_values_of(resident)


def state_of(resident: ResidentId) -> ResidentState:
    """Return whether an ID can be used. One query.

    Raises:
        NotAResident: there is no such resident.
    """
    return _found(store.state_of(resident))


def contact_of(resident: ResidentId) -> tuple[str, str] | None:
    """Return a resident's address for mail and their language; None without an account."""
    return store.contact_of(resident)


def interests_of(resident: ResidentId) -> frozenset[str]:
    """Return what a resident picked. One query."""
    return store.interests_of(resident)


@transaction.atomic(durable=True)
def change_values(resident: ResidentId, contents: Mapping[str, Any], *, now: datetime) -> list[str]:
    """Open new values where contents differ; the old ones become history.

    Returns:
        The items that changed.

    Raises:
        NotAResident: there is no such resident.
    """
    if not store.lock_resident(resident):
        raise NotAResident
    before = profile_of(resident)
    new = changed({item: value.content for item, value in before.values.items()}, contents)
    if not new:
        return []
    store.close_values(resident, new, now=now)
    declared = [_declared(item, content, now) for item, content in new.items() if content]
    store.add_values((resident, value, None) for value in declared)
    ledger.append(
        ledger.Entry(
            event="resident.values_changed",
            subject=resident,
            actor=ledger.Actor.resident(resident),
            facts={"items": sorted(new)},
            happened_at=now,
        )
    )
    return sorted(new)


@transaction.atomic(durable=True)
def answer_interests(resident: ResidentId, picks: frozenset[str], *, now: datetime) -> None:
    """Write what a resident picks, perhaps nothing, and that they were asked.

    Raises:
        NotAResident: there is no such resident.
    """
    if not store.lock_resident(resident):
        raise NotAResident
    store.save_interests(resident, picks, now=now)


@transaction.atomic(durable=True)
def skip_interests(resident: ResidentId, *, now: datetime) -> None:
    """Note that a resident was asked for interests and did not answer; picks stay."""
    store.save_interests(resident, store.interests_of(resident), now=now)


def _declared(item: str, content: Any, now: datetime) -> Value:  # noqa: ANN401 - JSON of the item's shape
    return Value(item=item, content=content, origin=Origin.SELF_DECLARED, as_of=now, verified=False)


# Registered otherwise


def create(person: NewResident, *, now: datetime) -> ResidentId:
    """Register one person with a verified address who has accepted the terms at a counter.

    Raises:
        AddressTaken: an account with this address exists.
        TermsUnpublished: there are no terms to accept.
    """
    if person.email is not None and store.address_is_taken(person.email):
        raise AddressTaken(field="email")
    create_all([person], now=now)
    return person.id


@transaction.atomic(durable=True)
def create_all(people: Sequence[NewResident], *, now: datetime) -> None:
    """Register people in bulk, each with an acceptance of the terms in force; all or none."""
    version = terms.hold_current(now)
    accounts = {p.id: AccountId(new_id()) for p in people if p.email is not None}
    store.add_accounts([(accounts[p.id], p) for p in people if p.email is not None])
    texts = {locale: terms.text(version, locale) for locale in terms.LOCALES}
    acts = [_accepts(p, version, texts.get(p.ui_locale) or texts["ja"], now) for p in people]
    acceptances = terms.accept_all(acts, now=now)
    bound = [
        (p, accounts.get(p.id), acceptance)
        for p, acceptance in zip(people, acceptances, strict=True)
    ]
    store.add_residents(bound, now=now)
    store.add_values(value for p in people for value in _values(p, now=now))
    store.add_interests([(p.id, p.interests) for p in people if p.interests], now=now)
    for p in people:
        ledger.append(_issued(p.id, version.label, now))


def _accepts(
    person: NewResident, version: terms.TermsVersion, text: terms.Wording, now: datetime
) -> terms.Acceptance:
    return terms.Acceptance(
        person=person.id,
        terms=version.id,
        locale=text.locale,
        text_hash=text.sha256,
        shown_at=now,
        method=terms.Method.SYNTHETIC if person.synthetic else terms.Method.COUNTER,
    )


def _values(
    person: NewResident, *, now: datetime
) -> Iterable[tuple[ResidentId, Value, datetime | None]]:
    """Yield a person's values, then earlier ones; the e-mail address was confirmed by a code."""
    for item, content in {**person.values, "email": person.email}.items():
        if content:
            verified = item == "email" or person.origin is not Origin.SELF_DECLARED
            yield person.id, _value(person, item, content, as_of=now, verified=verified), None
    for past in person.past:
        value = _value(person, past.item, past.content, as_of=past.since, verified=False)
        yield person.id, value, past.until


def _value(
    person: NewResident,
    item: str,
    content: Any,
    *,
    as_of: datetime,
    verified: bool,
) -> Value:
    return Value(item=item, content=content, origin=person.origin, as_of=as_of, verified=verified)


def _found(found: Found | None) -> Found:
    if found is None:
        raise NotAResident
    return found
