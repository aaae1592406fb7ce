"""Use cases of registering otherwise: at a counter, by a command, invented people."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.ledger import api as ledger
from genkan.residents.domain.people import NewResident, Origin, Value
from genkan.residents.errors import AddressTaken
from genkan.residents.service import duplicates
from genkan.residents.store import people as store
from genkan.terms import api as terms


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
    store.add_accounts([(accounts[p.id], p) for p in people if p.email is not None], now=now)
    texts = {locale: terms.text(version, locale) for locale in terms.LOCALES}
    acts = [_accepts(p, version, texts.get(p.ui_locale) or texts["ja"], now) for p in people]
    acceptances = terms.accept_all(acts, now=now)
    bound = [
        (p, accounts.get(p.id), acceptance)
        for p, acceptance in zip(people, acceptances, strict=True)
    ]
    values = (value for p in people for value in values_of(p, now=now))
    store.add_residents(bound, values, now=now)
    duplicates.note_new([(p.id, p.values) for p in people], now=now)
    store.add_interests([(p.id, p.interests) for p in people if p.interests], now=now)
    ledger.append_all(issued_entry(p.id, version.label, now=now) for p in people)
    ledger.append_all(
        _protected_entry(p.id, now=now) for p in people if p.protected_until is not None
    )


@transaction.atomic(durable=True)
def open_staff_account(
    email: str, password_hash: str, *, is_administrator: bool = True, now: datetime
) -> AccountId:
    """Open a staff account; its address counts as verified.

    An administrator may do everything in the console but look at residents: that takes a role.

    Raises:
        AddressTaken: an account with this address exists.
    """
    if store.address_is_taken(email):
        raise AddressTaken(field="email")
    account = AccountId(new_id())
    store.add_operator(account, email, password_hash, is_administrator=is_administrator)
    ledger.append(
        ledger.Entry(
            event="residents.staff_account_opened",
            subject=None,
            actor=ledger.SYSTEM,
            facts={"account": str(account)},
            happened_at=now,
        )
    )
    return account


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


def values_of(
    person: NewResident, *, now: datetime
) -> Iterable[tuple[ResidentId, Value, datetime | None]]:
    """Yield a person's values, then earlier ones; the e-mail address was confirmed by a code."""
    for item, content in {**person.values, "email": person.email}.items():
        if content:
            verified = item == "email" or _origin(person, item) is not Origin.SELF_DECLARED
            yield person.id, _value(person, item, content, as_of=now, verified=verified), None
    for past in person.past:
        earlier = _value(person, past.item, past.content, as_of=past.since, verified=False)
        yield person.id, earlier, past.until


def _origin(person: NewResident, item: str) -> Origin:
    return person.origins.get(item, Origin.SELF_DECLARED)


def _value(
    person: NewResident,
    item: str,
    content: Any,  # noqa: ANN401 - JSON of the item's shape
    *,
    as_of: datetime,
    verified: bool,
) -> Value:
    origin = _origin(person, item)
    return Value(item=item, content=content, origin=origin, as_of=as_of, verified=verified)


def _protected_entry(resident: ResidentId, *, now: datetime) -> ledger.Entry:
    """Return the ledger's entry of an invented resident's protection: no two people approved it."""
    return ledger.Entry(
        event="residents.protection_approved",
        subject=resident,
        actor=ledger.SYSTEM,
        facts={},
        happened_at=now,
    )


def issued_entry(resident: ResidentId, label: str, *, now: datetime) -> ledger.Entry:
    """Return the ledger's entry of an ID issued under the version `label` of the terms."""
    return ledger.Entry(
        event="resident.id_issued",
        subject=resident,
        actor=ledger.Actor.resident(resident),
        facts={"terms": label},
        happened_at=now,
    )
