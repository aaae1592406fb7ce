"""Use cases of registration: from a verified address to an ID (M07)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from genkan.kernel import jobs
from genkan.kernel.ids import AccountId, ResidentId, TermsId
from genkan.ledger import api as ledger
from genkan.residents.domain.people import Draft, NewResident, Registration, Step
from genkan.residents.errors import StaffAccount, TermsNotAccepted
from genkan.residents.service import duplicates
from genkan.residents.service.creation import issued_entry, values_of
from genkan.residents.store import people as store
from genkan.residents.store import registrations
from genkan.terms import api as terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The terms a person had before their eyes."""

    terms: TermsId
    locale: str
    text_hash: str
    shown_at: datetime


@transaction.atomic(durable=True)
def of_account(account: AccountId, *, now: datetime) -> Registration:
    """Return an account's registration; it begins here, with the address verified at sign-up.

    Raises:
        StaffAccount: staff register as everybody does, with an account of their own.
    """
    standing = store.standing_of(account)
    if standing is None or standing.is_staff:
        raise StaffAccount
    found = registrations.registration_of(account)
    if found is None:
        registrations.begin(account, now=now)
        found = registrations.registration_of(account)
    assert found is not None  # begun above, or by another tab
    return found


@transaction.atomic(durable=True)
def accept_terms(account: AccountId, shown: Shown, *, now: datetime) -> Registration:
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
        shown_at=min(shown.shown_at, now),  # clocks of two servers may differ a little
        method=terms.Method.WEB,
    )
    accepted = held.with_acceptance(terms.accept(act, now=now), shown.terms)
    registrations.save_registration(accepted, now=now)
    return accepted


@transaction.atomic(durable=True)
def fill_profile(account: AccountId, draft: Draft, *, now: datetime) -> None:
    """Keep what a person typed about themselves until they confirm it.

    Raises:
        TermsNotAccepted: the terms come first.
        AlreadyIssued: the registration has its ID.
    """
    registrations.save_registration(_locked(account).with_profile(draft), now=now)


@transaction.atomic(durable=True)
def issue_id(account: AccountId, *, ui_locale: str, now: datetime) -> ResidentId:
    """Issue the ID of a complete registration, once; sent again, return the same ID.

    The registration's row is locked, so of two submits one finds it issued; versions of the terms
    are held, so none takes effect between the check and the commit (ARCHITECTURE.md, always 1).

    Raises:
        TermsNotAccepted: nothing was accepted, or not the version in force now.
        ProfileMissing: the profile is not filled in.
    """
    held = _locked(account)
    if held.step is Step.ID_ISSUED:
        return held.id
    in_force = terms.hold_current(now)
    issued = held.issued(in_force.id)
    assert held.acceptance is not None  # `issued` has seen to it
    address = store.address_of_account(account)
    contents = {**held.draft.values, "email": address}
    person = NewResident(
        id=held.id, email=address, password_hash=None, values=contents, ui_locale=ui_locale
    )
    bound = [(person, account, held.acceptance)]
    store.add_residents(bound, values_of(person, now=now), now=now)
    duplicates.note_new([(held.id, contents)], now=now)
    registrations.save_registration(issued, now=now)
    ledger.append(issued_entry(held.id, in_force.label, now=now))
    jobs.defer("residents.send_receipt", resident=str(held.id))
    return held.id


def _locked(account: AccountId) -> Registration:
    held = registrations.lock_registration(account)
    if held is None:
        raise TermsNotAccepted
    return held
