"""Queries of residents and their values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress

from genkan.kernel.db import copy_rows, insert_rows, rows
from genkan.kernel.ids import AcceptanceId, AccountId, ResidentId, new_id
from genkan.kernel.keys import DataKey
from genkan.kernel.wall import shown_too
from genkan.residents.domain.people import (
    AccountKind,
    NewResident,
    Past,
    Profile,
    ResidentState,
    Standing,
    Value,
)
from genkan.residents.models import Account, InterestRow, ResidentRow, ValueRow
from genkan.residents.store import contents, keys, search

Dated = tuple[ResidentId, Value, datetime | None]
"""Whose value, and the end of what held earlier; None for what holds now."""


def standing_of(account: AccountId) -> Standing | None:
    """Return who an account is to the portal, or None if it is gone. One query."""
    found = rows(
        """
        SELECT a.kind, r.id, r.interests_asked_at IS NOT NULL AS asked
          FROM residents_account a
          LEFT JOIN residents_resident r ON r.account_id = a.id
         WHERE a.id = %(account)s
        """,
        account=account,
    )
    if not found:
        return None
    return Standing(
        account=account,
        is_staff=found[0]["kind"] == AccountKind.STAFF,
        resident=found[0]["id"] and ResidentId(found[0]["id"]),
        interests_asked=found[0]["asked"],
    )


def resident_of_account(account: AccountId) -> ResidentId | None:
    """Return the ID that signs in by this account, or None."""
    found = ResidentRow.objects.filter(account=account).values_list("id", flat=True).first()
    return None if found is None else ResidentId(found)


def resident_called(email: str) -> ResidentId | None:
    """Return the ID that signs in by this address, in whatever case, or None."""
    found = ResidentRow.objects.filter(account__email__iexact=email).values_list("id", flat=True)
    one = found.first()
    return None if one is None else ResidentId(one)


def address_of_account(account: AccountId) -> str | None:
    """Return an account's e-mail address if it was verified, else None."""
    found = EmailAddress.objects.filter(user=account, verified=True, primary=True)
    address: str | None = found.values_list("email", flat=True).first()
    return address


def address_is_taken(email: str) -> bool:
    """Whether an account with this address exists, in whatever case."""
    return Account.objects.filter(email__iexact=email).exists()


def addresses_taken(emails: Sequence[str]) -> frozenset[str]:
    """Return which of these addresses, in lower case, have an account."""
    found = Account.objects.filter(email__in=emails)
    return frozenset(found.values_list("email", flat=True))


# Residents


def lock_resident(resident: ResidentId) -> bool:
    """Lock a resident until the transaction ends; whether there is one."""
    found = ResidentRow.objects.select_for_update().filter(pk=resident).values("id")
    return found.first() is not None


def add_residents(
    people: Sequence[tuple[NewResident, AccountId | None, AcceptanceId]],
    values: Iterable[Dated],
    *,
    now: datetime,
) -> None:
    """Store residents who have accepted, with data keys and all their values.

    Raises:
        Closed: a resident's data key was destroyed.
    """
    ids = {person.id for person, _, _ in people}
    made = keys.make(ids, now=now)
    columns = (
        "id",
        "account_id",
        "acceptance_id",
        "state",
        "issued_at",
        "synthetic",
        "interests_asked_at",
        "ui_locale",
        "protected_until",
    )
    copy_rows(
        "residents_resident",
        columns,
        (
            (
                person.id,
                account,
                acceptance,
                ResidentState.ACTIVE,
                now,
                person.synthetic,
                None if person.interests is None else now,
                person.ui_locale,
                person.protected_until,
            )
            for person, account, acceptance in people
        ),
    )
    _add_values(list(values), made | keys.open_keys(ids - made.keys()))


def add_accounts(people: Sequence[tuple[AccountId, NewResident]], *, now: datetime) -> None:
    """Store accounts with verified addresses."""
    copy_rows(
        "residents_account",
        ("id", "email", "password", "kind", "is_active", "is_superuser", "created_at"),
        (
            (
                account,
                person.email,
                person.password_hash or "!",
                AccountKind.RESIDENT,
                True,
                False,
                now,
            )
            for account, person in people
        ),
    )
    copy_rows(
        "account_emailaddress",
        ("user_id", "email", "primary", "verified"),
        ((account, person.email, True, True) for account, person in people),
    )


def add_operator(
    account: AccountId, email: str, password_hash: str, *, is_administrator: bool
) -> None:
    """Store a staff account."""
    Account.objects.create(
        id=account,
        email=email,
        password=password_hash,
        kind=AccountKind.STAFF,
        is_superuser=is_administrator,
    )
    EmailAddress.objects.create(user_id=account, email=email, primary=True, verified=True)


def count_residents(*, synthetic: bool) -> int:
    """Return how many residents are invented, or are not."""
    return ResidentRow.objects.filter(synthetic=synthetic).count()


def existing(residents: Sequence[ResidentId]) -> frozenset[ResidentId]:
    """Return which of these IDs exist."""
    found = ResidentRow.objects.filter(pk__in=residents).values_list("id", flat=True)
    return frozenset(ResidentId(id_) for id_ in found)


def state_of(resident: ResidentId) -> ResidentState | None:
    """Return whether an ID can be used, or None if there is none."""
    state = ResidentRow.objects.filter(pk=resident).values_list("state", flat=True).first()
    return None if state is None else ResidentState(state)


def proof_is_needed(resident: ResidentId) -> bool | None:
    """Return whether a counter must confirm the person first, or None if there is no such ID."""
    found = ResidentRow.objects.filter(pk=resident)
    return found.values_list("proof_needed", flat=True).first()


def issue_of(resident: ResidentId) -> tuple[datetime, AcceptanceId, str | None, str] | None:
    """Return when an ID was issued, under which acceptance, its mail address and language."""
    found = ResidentRow.objects.filter(pk=resident)
    row = found.values_list("issued_at", "acceptance_id", "account__email", "ui_locale").first()
    return None if row is None else (row[0], AcceptanceId(row[1]), row[2], row[3])


def contact_of(resident: ResidentId) -> tuple[str, str] | None:
    """Return a resident's address for mail and the language to write in, or None.

    Nobody writes to an account that may not sign in, such as that of somebody who died.
    """
    found = ResidentRow.objects.filter(pk=resident, account__is_active=True)
    return found.values_list("account__email", "ui_locale").first()


# Values


def profile_of(resident: ResidentId) -> Profile | None:
    """Return a resident's state and open values, or None. One query."""
    with shown_too(resident):
        found = rows(
            """
            SELECT r.id, r.state, r.protected_until, r.proof_needed, v.id AS value, v.item,
                   v.content, v.origin, v.as_of, v.verified_at, k.version, k.wrapped, k.wrapped_by
              FROM residents_resident r
              LEFT JOIN residents_value v ON v.resident_id = r.id AND v.valid_to IS NULL
              LEFT JOIN residents_data_key k ON k.person = r.id AND k.destroyed_at IS NULL
             WHERE r.id = %(resident)s
            """,
            resident=resident,
        )
    return contents.to_profile(found)


def hold_profile(resident: ResidentId) -> Profile | None:
    """Return the same, held so that a change of state waits for the release. One round trip."""
    with shown_too(resident):
        found = rows(
            """
            SELECT r.id, r.state, r.protected_until, r.proof_needed, v.id AS value, v.item,
                   v.content, v.origin, v.as_of, v.verified_at, k.version, k.wrapped, k.wrapped_by
              FROM residents_resident r
              LEFT JOIN residents_value v ON v.resident_id = r.id AND v.valid_to IS NULL
              LEFT JOIN residents_data_key k ON k.person = r.id AND k.destroyed_at IS NULL
             WHERE r.id = %(resident)s
               FOR SHARE OF r
            """,
            resident=resident,
        )
    return contents.to_profile(found)


def past_values_of(resident: ResidentId) -> list[Past]:
    """Return a resident's closed values that can still be read, newest first. One query."""
    with shown_too(resident):
        found = rows(
            """
            SELECT v.id AS value, v.item, v.content, v.origin, v.as_of, v.verified_at, v.valid_to,
                   k.version, k.wrapped, k.wrapped_by
              FROM residents_value v
              JOIN residents_data_key k ON k.person = v.resident_id AND k.destroyed_at IS NULL
             WHERE v.resident_id = %(resident)s AND v.valid_to IS NOT NULL
             ORDER BY v.valid_to DESC, v.item, v.id
            """,
            resident=resident,
        )
    return contents.to_past(resident, found)


def add_values(values: Iterable[Dated]) -> None:
    """Store values; those with an end are history, the others hold from now on and are found.

    Raises:
        Closed: a resident's data key was destroyed.
    """
    values = list(values)
    _add_values(values, keys.open_keys({resident for resident, _, _ in values}))


def _add_values(values: Sequence[Dated], opened: Mapping[ResidentId, DataKey]) -> None:
    search.keep((who, value.item, value.content) for who, value, until in values if until is None)
    with shown_too(*opened):
        insert_rows(
            "residents_value",
            contents.COLUMNS,
            (
                contents.columns(resident, value, until, opened[resident])
                for resident, value, until in values
            ),
        )


def close_values(resident: ResidentId, items: Iterable[str], *, now: datetime) -> None:
    """End the open values of these items; searches no longer find by them."""
    items = list(items)
    search.forget(resident, items)
    found = ValueRow.objects.filter(resident=resident, item__in=items, valid_to__isnull=True)
    with shown_too(resident):
        found.update(valid_to=now)


# Interests


def interests_of(resident: ResidentId) -> frozenset[str]:
    """Return what a resident picked."""
    found = InterestRow.objects.filter(resident=resident)
    return frozenset(found.values_list("interest", flat=True))


def save_interests(resident: ResidentId, picks: frozenset[str], *, now: datetime) -> None:
    """Write what a resident picks now, and that they were asked."""
    InterestRow.objects.filter(resident=resident).exclude(interest__in=picks).delete()
    InterestRow.objects.bulk_create(
        [
            InterestRow(id=new_id(), resident_id=resident, interest=interest, picked_at=now)
            for interest in sorted(picks)
        ],
        ignore_conflicts=True,
    )
    ResidentRow.objects.filter(pk=resident).update(interests_asked_at=now)


def add_interests(picks: Iterable[tuple[ResidentId, frozenset[str]]], *, now: datetime) -> None:
    """Store the first picks of people."""
    copy_rows(
        "residents_interest",
        ("id", "resident_id", "interest", "picked_at"),
        (
            (new_id(), resident, interest, now)
            for resident, interests in picks
            for interest in sorted(interests)
        ),
    )
