"""Queries of registrations: the way from a verified address to an ID."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import AcceptanceId, AccountId, ResidentId, TermsId, new_id
from genkan.kernel.wall import shown_too
from genkan.residents.domain.people import Registration, Step
from genkan.residents.models import RegistrationRow
from genkan.residents.store import contents, keys


def begin(account: AccountId, *, now: datetime) -> None:
    """Open a registration for an account, unless it has one: the account's only one decides."""
    RegistrationRow.objects.bulk_create(
        [
            RegistrationRow(
                id=new_id(),
                account_id=account,
                state=Step.CONTACT_VERIFIED,
                started_at=now,
                updated_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    person = _person_of(account)
    if person is not None:
        with shown_too(person):
            keys.make([person], now=now)


def registration_of(account: AccountId) -> Registration | None:
    """Return an account's registration, or None."""
    person = _person_of(account)
    if person is None:
        return None
    with shown_too(person):
        found = rows(
            """
            SELECT r.id, r.account_id, r.state, r.acceptance_id, a.terms_id, r.draft,
                   k.version, k.wrapped, k.wrapped_by
              FROM residents_registration r
              LEFT JOIN terms_acceptance a ON a.id = r.acceptance_id
              LEFT JOIN residents_data_key k ON k.person = r.id AND k.destroyed_at IS NULL
             WHERE r.id = %(person)s
            """,
            person=person,
        )
    return _to_registration(found[0]) if found else None


def _person_of(account: AccountId) -> ResidentId | None:
    found = RegistrationRow.objects.filter(account=account).values_list("id", flat=True).first()
    return None if found is None else ResidentId(found)


def lock_registration(account: AccountId) -> Registration | None:
    """Return an account's registration, locked until the transaction ends, or None."""
    row = RegistrationRow.objects.select_for_update().filter(account=account).values("id").first()
    return None if row is None else registration_of(account)


def save_registration(registration: Registration, *, now: datetime) -> None:
    """Write how far a registration has come."""
    with shown_too(registration.id):
        draft = contents.sealed_draft(registration)
    RegistrationRow.objects.filter(pk=registration.id).update(
        state=registration.step,
        acceptance=registration.acceptance,
        draft=draft,
        updated_at=now,
    )


def _to_registration(row: Mapping[str, Any]) -> Registration:
    person = ResidentId(row["id"])
    return Registration(
        id=person,
        account=AccountId(row["account_id"]),
        step=Step(row["state"]),
        acceptance=row["acceptance_id"] and AcceptanceId(row["acceptance_id"]),
        terms=row["terms_id"] and TermsId(row["terms_id"]),
        draft=contents.to_draft(person, row),
    )
