"""Queries of data keys: made with a registration, destroyed with the person's data."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from django.conf import settings

from genkan.kernel import keys
from genkan.kernel.db import copy_rows, insert_rows, rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.keys import DataKey, Wrapped
from genkan.kernel.wall import lock_of, shown_too
from genkan.residents.errors import Closed
from genkan.residents.models import DataKeyRow, WallRow

_COLUMNS: Mapping[LiteralString, LiteralString] = {
    "id": "uuid",
    "person": "uuid",
    "version": "smallint",
    "wrapped": "bytea",
    "wrapped_by": "text",
    "created_at": "timestamptz",
}
ROTATING = 0x67656E6B616E06  # sixth lock: one rotation at a time
TENANT = "main"
"""One installation serves one operator (decision 0007); the name is bound in from the start."""
TURN = 0x67656E6B616E05  # "genkan", fifth lock: a key-encryption key is dropped when nobody wraps


def make(people: Collection[ResidentId], *, now: datetime) -> dict[ResidentId, DataKey]:
    """Give a data key to each of these people who has none; nobody who lost theirs gets another.

    Returns the new ones, open.
    From here to the commit no key-encryption key is dropped, so none of these loses its wrapper.
    """
    rows("SELECT pg_advisory_xact_lock_shared(%(turn)s)", turn=TURN)
    known = WallRow.objects.filter(person__in=people).values_list("person", flat=True)
    wanted = set(people) - {ResidentId(person) for person in known}
    ring, token = settings.GENKAN.keyring, settings.GENKAN.token
    made = {
        person: keys.generate(ring, about=_place(person, 1), token=token)
        for person in sorted(wanted)
    }
    copy_rows("residents_wall", ("person", "lock"), ((one, lock_of(one)) for one in made))
    with shown_too(*made):
        insert_rows(
            "residents_data_key",
            _COLUMNS,
            (
                (new_id(), person, 1, wrapped.key, wrapped.by, now)
                for person, (_, wrapped) in made.items()
            ),
        )
    return {person: key for person, (key, _) in made.items()}


def open_keys(people: Collection[ResidentId]) -> dict[ResidentId, DataKey]:
    """Return the data keys of these people, open. One query.

    Raises:
        Closed: somebody has none any more: nothing can be kept for them.
    """
    if not people:
        return {}
    living_keys = DataKeyRow.objects.filter(person__in=people, destroyed_at__isnull=True)
    with shown_too(*people):
        found = list(living_keys.values("person", "version", "wrapped", "wrapped_by"))
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
    ring, token = settings.GENKAN.keyring, settings.GENKAN.token
    return keys.unwrap(ring, wrapped, about=place, token=token)


def destroy(person: ResidentId, *, now: datetime) -> int:
    """Erase the data keys of a person; returns how many there were."""
    living = DataKeyRow.objects.filter(person=person, destroyed_at__isnull=True)
    with shown_too(person):
        return living.update(wrapped=None, destroyed_at=now)


def counts() -> dict[str, int]:
    """Return how many living data keys each key-encryption key wraps."""
    found = rows(
        """
        SELECT wrapped_by, count(*) AS number
          FROM residents_data_key
         WHERE destroyed_at IS NULL
         GROUP BY wrapped_by
        """
    )
    return {row["wrapped_by"]: row["number"] for row in found}


def rewrap(current: str, *, after: UUID | None, limit: int) -> tuple[int, UUID | None]:
    """Wrap some data keys by the current key-encryption key that another one wraps.

    Args:
        current: its name.
        after: where the last call ended.
        limit: how many at most.

    Returns:
        How many, and where this call ended; None once there are no more.
    """
    found = rows(
        """
        SELECT id, person, version, wrapped, wrapped_by
          FROM residents_data_key
         WHERE id > %(after)s AND destroyed_at IS NULL AND wrapped_by <> %(current)s
         ORDER BY id
         LIMIT %(limit)s
           FOR NO KEY UPDATE
        """,
        after=after or UUID(int=0),
        current=current,
        limit=limit,
    )
    again = [_rewrapped(row) for row in found]
    rows(
        """
        UPDATE residents_data_key k
           SET wrapped = n.wrapped, wrapped_by = n.wrapped_by
          FROM unnest(%(ids)s::uuid[], %(wrapped)s::bytea[], %(names)s::text[])
               AS n(id, wrapped, wrapped_by)
         WHERE k.id = n.id
        """,
        ids=[row["id"] for row in found],
        wrapped=[one.key for one in again],
        names=[one.by for one in again],
    )
    return len(found), found[-1]["id"] if found else None


def nobody_wraps() -> bool:
    """Whether nobody is about to store a key wrapped by an older one; until the commit none can."""
    return bool(rows("SELECT pg_try_advisory_xact_lock(%(turn)s) AS got", turn=TURN)[0]["got"])


@contextmanager
def alone() -> Iterator[bool]:
    """Say whether no other rotation runs; while this one does, none begins."""
    got = bool(rows("SELECT pg_try_advisory_lock(%(one)s) AS got", one=ROTATING)[0]["got"])
    try:
        yield got
    finally:
        if got:
            rows("SELECT pg_advisory_unlock(%(one)s)", one=ROTATING)


def _rewrapped(row: Mapping[str, Any]) -> Wrapped:
    wrapped = Wrapped(bytes(row["wrapped"]), row["wrapped_by"])
    place = _place(ResidentId(row["person"]), row["version"])
    ring, token = settings.GENKAN.keyring, settings.GENKAN.token
    return keys.rewrap(ring, wrapped, about=place, token=token)


def _place(person: ResidentId, version: int) -> str:
    """Return what a wrapped key is bound to."""
    return f"{TENANT}/{person}/{version}"
