"""Queries of leavings. Whoever writes one has locked the resident before."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from genkan.kernel.ids import ResidentId
from genkan.residents.domain.leaving import Cause, Leaving, LeavingId, Stage
from genkan.residents.domain.people import ResidentState
from genkan.residents.models import Account, LeavingRow, ResidentRow

_COLUMNS = tuple("resident_id" if one.name == "resident" else one.name for one in fields(Leaving))


def lock_state(resident: ResidentId) -> ResidentState | None:
    """Return the state of an ID, locked until the transaction ends; it waits for releases."""
    found = ResidentRow.objects.select_for_update().filter(pk=resident)
    state = found.values_list("state", flat=True).first()
    return None if state is None else ResidentState(state)


def save_state(resident: ResidentId, state: ResidentState) -> None:
    """Write the state of an ID."""
    ResidentRow.objects.filter(pk=resident).update(state=state)


def add(leaving: Leaving) -> None:
    """Write a leaving."""
    LeavingRow.objects.create(**_to_columns(leaving))


def save(leaving: Leaving) -> None:
    """Write how far a leaving has come."""
    LeavingRow.objects.filter(pk=leaving.id).update(**_to_columns(leaving))


def of_resident(resident: ResidentId) -> Leaving | None:
    """Return a resident's leaving that was not undone, or None."""
    found = LeavingRow.objects.filter(resident=resident).exclude(stage=Stage.UNDONE)
    row = found.values(*_COLUMNS).first()
    return None if row is None else _to_leaving(row)


def standing(*, now: datetime, limit: int, after: datetime | None = None) -> list[Leaving]:
    """Return leavings with something to do: past their way back, or closing."""
    found = LeavingRow.objects.filter(ended_at__isnull=True, undo_until__lte=now) | (
        LeavingRow.objects.filter(ended_at__isnull=True, stage=Stage.CLOSING)
    )
    if after is not None:
        found = found.filter(undo_until__gt=after)
    return [
        _to_leaving(row) for row in found.order_by("undo_until", "id").values(*_COLUMNS)[:limit]
    ]


def let_sign_in(resident: ResidentId, *, allowed: bool) -> None:
    """Say whether a resident's account may sign in."""
    Account.objects.filter(pk__in=ResidentRow.objects.filter(pk=resident).values("account")).update(
        is_active=allowed
    )


def _to_columns(leaving: Leaving) -> dict[str, Any]:
    known = {one.name: getattr(leaving, one.name) for one in fields(Leaving)}
    known["resident_id"] = known.pop("resident")
    return known


def _to_leaving(row: Mapping[str, Any]) -> Leaving:
    known = dict(row)
    return Leaving(
        **known
        | {
            "id": LeavingId(known["id"]),
            "resident": ResidentId(known.pop("resident_id")),
            "cause": Cause(known["cause"]),
            "stage": Stage(known["stage"]),
            "state_before": ResidentState(known["state_before"]),
        }
    )
