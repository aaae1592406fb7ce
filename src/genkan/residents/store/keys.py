"""Queries of data keys: made with a registration, destroyed with the person's data."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from genkan.kernel import keys
from genkan.kernel.db import copy_rows, rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.keys import DataKey, Wrapped
from genkan.residents.errors import Closed
from genkan.residents.models import DataKeyRow

TENANT = "main"
"""One installation serves one operator (decision 0007); the name is bound in from the start."""
TURN = 0x67656E6B616E05  # "genkan", fifth lock: a key-encryption key is dropped when nobody wraps


def make(people: Collection[ResidentId], *, now: datetime) -> None:
    """Give a data key to each of these people who has none; nobody who lost theirs gets another.

    From here to the commit no key-encryption key is dropped, so none of these loses its wrapper.
    """
    rows("SELECT pg_advisory_xact_lock_shared(%(turn)s)", turn=TURN)
    known = DataKeyRow.objects.filter(person__in=people).values_list("person", flat=True)
    wanted = set(people) - {ResidentId(person) for person in known}
    copy_rows(
        "residents_data_key",
        ("id", "person", "version", "wrapped", "wrapped_by", "created_at"),
        (_new_row(person, now) for person in sorted(wanted)),
    )


def open_keys(people: Collection[ResidentId]) -> dict[ResidentId, DataKey]:
    """Return the data keys of these people, open. One query.

    Raises:
        Closed: somebody has none any more: nothing can be kept for them.
    """
    found = DataKeyRow.objects.filter(person__in=people, destroyed_at__isnull=True).values(
        "person", "version", "wrapped", "wrapped_by"
    )
    opened = {ResidentId(row["person"]): open_key(ResidentId(row["person"]), row) for row in found}
    living = {person: key for person, key in opened.items() if key is not None}
    if len(living) < len(set(people)):
        raise Closed
    return living


def open_key(person: ResidentId, row: Mapping[str, Any]) -> DataKey | None:
    """Return the key in a row with `version`, `wrapped`, `wrapped_by`; None where it is gone."""
    if row["wrapped"] is None:
        return None
    wrapped = Wrapped(bytes(row["wrapped"]), row["wrapped_by"])
    place = _place(person, row["version"])
    return keys.unwrap(settings.GENKAN.keyring, wrapped, about=place)


def destroy(person: ResidentId, *, now: datetime) -> int:
    """Erase the data keys of a person; returns how many there were."""
    living = DataKeyRow.objects.filter(person=person, destroyed_at__isnull=True)
    return living.update(wrapped=None, destroyed_at=now)


def _new_row(person: ResidentId, now: datetime) -> tuple[object, ...]:
    _, wrapped = keys.generate(settings.GENKAN.keyring, about=_place(person, 1))
    return (new_id(), person, 1, wrapped.key, wrapped.by, now)


def _place(person: ResidentId, version: int) -> str:
    """Return what a wrapped key is bound to."""
    return f"{TENANT}/{person}/{version}"
