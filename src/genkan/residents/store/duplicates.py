"""Queries of likenesses: kept as keyed hashes, compared as such."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from genkan.kernel.db import copy_rows, rows
from genkan.kernel.ids import ResidentId, new_id
from genkan.kernel.sealing import Keyring, load_keyring
from genkan.residents.domain.likeness import Case, Likeness
from genkan.residents.models import CardRow, DuplicateRow


def add(people: Iterable[tuple[ResidentId, Likeness]], *, now: datetime) -> None:
    """Keep what new people are compared by."""
    ring = load_keyring(settings.GENKAN.keyring)
    copy_rows(
        "residents_duplicate",
        ("id", "resident_id", "name_and_birth", "all_four", "noted_at"),
        ((new_id(), resident, *_hashes(ring, like), now) for resident, like in people),
    )


def save(resident: ResidentId, like: Likeness, *, now: datetime) -> None:
    """Keep what somebody is compared by from now on; the same as before stays settled."""
    name_and_birth, all_four = _hashes(load_keyring(settings.GENKAN.keyring), like)
    rows(
        """
        INSERT INTO residents_duplicate (id, resident_id, name_and_birth, all_four, noted_at)
        VALUES (%(id)s, %(resident)s, %(name_and_birth)s, %(all_four)s, %(now)s)
            ON CONFLICT (resident_id) DO UPDATE
           SET name_and_birth = EXCLUDED.name_and_birth, all_four = EXCLUDED.all_four,
               noted_at = EXCLUDED.noted_at, settled_at = NULL
         WHERE residents_duplicate.all_four <> EXCLUDED.all_four
        """,
        id=new_id(),
        resident=resident,
        name_and_birth=name_and_birth,
        all_four=all_four,
        now=now,
    )


def forget(resident: ResidentId) -> None:
    """Delete what somebody is compared by."""
    DuplicateRow.objects.filter(resident=resident).delete()


def settle(resident: ResidentId, *, now: datetime) -> bool:
    """Note that somebody is a person of their own; whether there was anything to settle."""
    found = DuplicateRow.objects.filter(resident=resident, settled_at__isnull=True)
    cards, _ = CardRow.objects.filter(resident=resident, is_tied=False).delete()
    return bool(found.update(settled_at=now) or cards)


def cases(*, limit: int) -> list[Case]:
    """Return who is like somebody who was there before and was not settled, oldest first."""
    found = rows(
        """
        SELECT later.resident_id AS resident, earlier.resident_id AS "like",
               later.all_four = earlier.all_four AS all_four, later.noted_at, false AS by_card
          FROM residents_duplicate later
          JOIN residents_duplicate earlier
            ON earlier.name_and_birth = later.name_and_birth
           AND (earlier.noted_at, earlier.id) < (later.noted_at, later.id)
         WHERE later.settled_at IS NULL
         UNION ALL
        SELECT shown.resident_id, tied.resident_id, false, shown.first_at, true
          FROM residents_card shown
          JOIN residents_card tied ON tied.sub_hash = shown.sub_hash AND tied.is_tied
         WHERE NOT shown.is_tied
         ORDER BY noted_at, resident, "like"
         LIMIT %(limit)s
        """,
        limit=limit,
    )
    return [
        Case(
            resident=ResidentId(row["resident"]),
            like=ResidentId(row["like"]),
            all_four=row["all_four"],
            noted_at=row["noted_at"],
            by_card=row["by_card"],
        )
        for row in found
    ]


def _hashes(ring: Keyring, like: Likeness) -> tuple[bytes, bytes]:
    return (
        ring.keyed_hash("duplicate:name_and_birth", like.name_and_birth.encode()),
        ring.keyed_hash("duplicate:all_four", like.all_four.encode()),
    )
