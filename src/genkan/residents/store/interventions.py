"""Queries of interventions, and of what the doors look at because of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents.domain.interventions import (
    Cause,
    Door,
    Ending,
    Intervention,
    InterventionId,
    Kind,
    Notice,
    Stand,
)
from genkan.residents.domain.people import AccountKind, ResidentState
from genkan.residents.models import Account, InterventionRow, ResidentRow

LIMIT = 200


def door_of(account: AccountId) -> Door | None:
    """Return what stands before an account's resident; None without an ID. One query.

    The entries are asked too: an ID on its way out is stopped all the same.
    """
    found = rows(
        """
        SELECT r.id, r.sign_in_after,
               r.state = 'suspended'
               OR EXISTS (SELECT FROM residents_intervention i
                           WHERE i.resident_id = r.id AND i.kind IN ('suspend', 'block')
                             AND i.begun_at IS NOT NULL AND i.ended_at IS NULL) AS is_stopped,
               EXISTS (SELECT FROM residents_intervention i
                        WHERE i.resident_id = r.id AND i.kind = 'reauthenticate'
                          AND i.ended_at IS NULL) AS asked_for
          FROM residents_resident r
         WHERE r.account_id = %(account)s
        """,
        account=account,
    )
    if not found:
        return None
    return Door(
        resident=ResidentId(found[0]["id"]),
        is_stopped=found[0]["is_stopped"],
        sign_in_after=found[0]["sign_in_after"],
        asked_for=found[0]["asked_for"],
    )


def is_open_staff(account: AccountId) -> bool:
    """Whether it is a staff account that may sign in."""
    found = Account.objects.filter(pk=account, kind=AccountKind.STAFF, is_active=True)
    return found.exists()


def is_own(account: AccountId, resident: ResidentId) -> bool:
    """Whether a member of staff has told that this is their own ID."""
    return Account.objects.filter(pk=account, person=resident).exists()


def staff_called(email: str) -> AccountId | None:
    """Return the staff account of this address, or None."""
    found = Account.objects.filter(email__iexact=email, kind=AccountKind.STAFF)
    account = found.values_list("id", flat=True).first()
    return None if account is None else AccountId(account)


def lock_state(resident: ResidentId) -> ResidentState | None:
    """Lock a resident until the transaction ends, waiting for releases; None if there is none."""
    found = ResidentRow.objects.select_for_update().filter(pk=resident)
    state = found.values_list("state", flat=True).first()
    return None if state is None else ResidentState(state)


def resident_of(intervention: InterventionId) -> ResidentId | None:
    """Return against whose ID an entry is, or None if there is no such entry."""
    found = InterventionRow.objects.filter(pk=intervention).values_list("resident", flat=True)
    resident = found.first()
    return None if resident is None else ResidentId(resident)


def find(intervention: InterventionId) -> Intervention | None:
    """Return an entry; whoever changes it has locked its resident first."""
    row = InterventionRow.objects.filter(pk=intervention).values().first()
    return None if row is None else _to_intervention(row)


def all_of(resident: ResidentId) -> list[Intervention]:
    """Return a resident's entries, newest first."""
    found = InterventionRow.objects.filter(resident=resident).order_by("-asked_at", "id")
    return [_to_intervention(row) for row in found.values()]


def due(*, now: datetime) -> Sequence[tuple[InterventionId, ResidentId]]:
    """Return entries past their end that nobody has ended, at most 200."""
    found = InterventionRow.objects.filter(ended_at__isnull=True, ends_at__lte=now)
    listed = found.order_by("ends_at", "id").values_list("id", "resident")[:LIMIT]
    return [(InterventionId(id_), ResidentId(resident)) for id_, resident in listed]


def save(entry: Intervention) -> None:
    """Write an entry, new or changed."""
    InterventionRow.objects.update_or_create(
        id=entry.id,
        defaults={
            "resident_id": entry.resident,
            "kind": entry.kind,
            "cause": entry.cause,
            "reason": entry.reason,
            "notice": entry.notice,
            "asked_by_id": entry.asked_by,
            "asked_at": entry.asked_at,
            "approved_by_id": entry.approved_by,
            "begun_at": entry.begun_at,
            "ends_at": entry.ends_at,
            "ended_at": entry.ended_at,
            "ended_by_id": entry.ended_by,
            "ending": entry.ending or "",
            "end_reason": entry.end_reason,
        },
    )


def save_stand(resident: ResidentId, stand: Stand) -> None:
    """Write what the doors look at; an ID that is closed stays closed."""
    rows(
        """
        UPDATE residents_resident
           SET state = CASE WHEN state NOT IN ('active', 'suspended') THEN state
                            WHEN %(is_stopped)s THEN 'suspended' ELSE 'active' END,
               proof_needed = %(proof_needed)s,
               sign_in_after = %(sign_in_after)s
         WHERE id = %(resident)s
        """,
        resident=resident,
        is_stopped=stand.is_stopped,
        proof_needed=stand.proof_needed,
        sign_in_after=stand.sign_in_after,
    )


def _to_intervention(row: Mapping[str, Any]) -> Intervention:
    return Intervention(
        id=InterventionId(row["id"]),
        resident=ResidentId(row["resident_id"]),
        kind=Kind(row["kind"]),
        cause=Cause(row["cause"]),
        reason=row["reason"],
        notice=Notice(row["notice"]),
        asked_by=AccountId(row["asked_by_id"]),
        asked_at=row["asked_at"],
        approved_by=row["approved_by_id"] and AccountId(row["approved_by_id"]),
        begun_at=row["begun_at"],
        ends_at=row["ends_at"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by_id"] and AccountId(row["ended_by_id"]),
        ending=Ending(row["ending"]) if row["ending"] else None,
        end_reason=row["end_reason"],
    )
