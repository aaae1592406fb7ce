"""Queries of staff, of what they looked at, and of what is to be reviewed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Count, Q

from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.kernel.sealing import load_keyring
from genkan.residents.domain.lookups import (
    Act,
    Alert,
    AlertKind,
    Because,
    Lookup,
    LookupReason,
    Staff,
    StaffRole,
)
from genkan.residents.models import Account, LookupAlertRow, LookupRow, ResidentRow

_STAFF = ("id", "role", "person")


def staff(account: AccountId) -> Staff | None:
    """Return a member of staff who may sign in, or None. One query."""
    return _staff(Account.objects.filter(pk=account, kind="staff", is_active=True))


def staff_by_address(email: str) -> Staff | None:
    """Return a member of staff by the address of the staff account, or None."""
    return _staff(Account.objects.filter(email=email.lower(), kind="staff"))


def lock_staff(account: AccountId) -> None:
    """Let one act of this member of staff happen after the other, until the transaction ends."""
    Account.objects.select_for_update(no_key=True).filter(pk=account).values("pk").first()


def save_role(account: AccountId, role: StaffRole | None, person: ResidentId | None) -> None:
    """Write a role; with one comes entry to the console, without one it goes."""
    Account.objects.filter(pk=account).update(role=role or "", person=person)
    entry = Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    permissions = Account.objects.get(pk=account).user_permissions
    if role is None:
        permissions.remove(entry)
    else:
        permissions.add(entry)


def address_of(account: AccountId) -> str:
    """Return the address by which an account signs in."""
    return Account.objects.values_list("email", flat=True).get(pk=account)


def addresses_of(accounts: Sequence[AccountId]) -> dict[AccountId, str]:
    """Return the addresses of accounts."""
    found = Account.objects.filter(pk__in=accounts).values_list("pk", "email")
    return {AccountId(id_): email for id_, email in found}


def sign_in_address_of(resident: ResidentId) -> str | None:
    """Return the address by which a resident signs in, or None."""
    found = ResidentRow.objects.filter(pk=resident)
    return found.values_list("account__email", flat=True).first()


def add(lookup: Lookup, *, note: str) -> None:
    """Write down an act; the note is sealed."""
    id_ = new_id()
    ring = load_keyring(settings.GENKAN.keyring)
    LookupRow.objects.create(
        id=id_,
        account_id=lookup.account,
        act=lookup.act,
        resident_id=lookup.resident,
        reason=lookup.reason,
        note_sealed=ring.seal(note.encode(), about=_about_note(id_)),
        items=list(lookup.items),
        hits=lookup.hits,
        at=lookup.at,
    )


def reason_given(account: AccountId, resident: ResidentId, *, since: datetime) -> Because | None:
    """Return why somebody opened a record last, if that was after `since`; else None."""
    found = LookupRow.objects.filter(account=account, resident=resident, act=Act.OPENED)
    reason = found.filter(at__gt=since).order_by("-at").values_list("reason", flat=True).first()
    return None if reason is None else Because(reason=LookupReason(reason))


def count_lookups(account: AccountId, *, since: datetime) -> int:
    """Return how many people somebody opened after `since`, or how often they searched, if more."""
    found = LookupRow.objects.filter(account=account, at__gt=since)
    counted = found.aggregate(
        opened=Count("resident", filter=Q(act=Act.OPENED), distinct=True),
        searched=Count("pk", filter=Q(act=Act.SEARCHED)),
    )
    return max(int(counted["opened"]), int(counted["searched"]))


def lookups_of(account: AccountId, *, limit: int) -> list[tuple[Lookup, str]]:
    """Return what somebody did, newest first, each with the note."""
    ring = load_keyring(settings.GENKAN.keyring)
    found = LookupRow.objects.filter(account=account).order_by("-at", "id")[:limit]
    return [
        (_to_lookup(row), ring.unseal(bytes(row.note_sealed), about=_about_note(row.id)).decode())
        for row in found
    ]


# Alerts


def alert_since(account: AccountId, kind: AlertKind, *, since: datetime) -> bool:
    """Whether such an alert was raised after `since`."""
    found = LookupAlertRow.objects.filter(account=account, kind=kind, raised_at__gt=since)
    return found.exists()


def raise_alert(
    account: AccountId, kind: AlertKind, *, resident: ResidentId | None, count: int, now: datetime
) -> None:
    """Ask for a review."""
    LookupAlertRow.objects.create(
        id=new_id(),
        account_id=account,
        kind=kind,
        resident_id=resident,
        count=count,
        raised_at=now,
    )


def alerts(*, open_only: bool, limit: int = 200) -> list[Alert]:
    """Return what is to be reviewed, newest first."""
    found = LookupAlertRow.objects.select_related("account").order_by("-raised_at", "id")
    if open_only:
        found = found.filter(reviewed_at__isnull=True)
    return [_to_alert(row) for row in found[:limit]]


def lock_alert(id_: Any) -> Alert | None:  # noqa: ANN401 - a UUID
    """Return one alert, locked until the transaction ends, or None."""
    found = LookupAlertRow.objects.select_for_update(of=["self"]).select_related("account")
    row = found.filter(pk=id_).first()
    return None if row is None else _to_alert(row)


def save_review(id_: Any, by: AccountId, *, now: datetime) -> None:  # noqa: ANN401 - a UUID
    """Write that somebody looked into an alert."""
    LookupAlertRow.objects.filter(pk=id_).update(reviewed_at=now, reviewed_by=by)


def _staff(found: Any) -> Staff | None:  # noqa: ANN401 - a query
    row = found.values(*_STAFF).first()
    if row is None:
        return None
    return Staff(
        account=AccountId(row["id"]),
        role=StaffRole(row["role"]) if row["role"] else None,
        person=row["person"] and ResidentId(row["person"]),
    )


def _to_lookup(row: LookupRow) -> Lookup:
    return Lookup(
        account=AccountId(row.account_id),
        act=Act(row.act),
        reason=LookupReason(row.reason),
        resident=None if row.resident_id is None else ResidentId(row.resident_id),
        at=row.at,
        items=tuple(row.items),
        hits=row.hits,
    )


def _to_alert(row: LookupAlertRow) -> Alert:
    return Alert(
        id=row.pk,
        account=AccountId(row.account_id),
        email=row.account.email,
        kind=AlertKind(row.kind),
        count=row.count,
        raised_at=row.raised_at,
        reviewed_at=row.reviewed_at,
        resident=None if row.resident_id is None else ResidentId(row.resident_id),
    )


def _about_note(id_: Any) -> str:  # noqa: ANN401 - a UUID
    return f"residents_lookup.note_sealed:{id_}"
