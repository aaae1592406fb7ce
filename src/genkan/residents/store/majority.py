"""Queries of who was told that they are of age."""

from datetime import datetime
from uuid import UUID

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId
from genkan.residents.domain.guardians import FOR_MINORS

FIRST = UUID(int=0)


def untold(*, after: ResidentId | None, limit: int) -> list[ResidentId]:
    """Return people over whom a parent or guardian had a right, and who were not told; by ID."""
    found = rows(
        """
        SELECT DISTINCT r.person_id
          FROM residents_representation r
         WHERE r.role = ANY(%(roles)s)
           AND r.person_id > %(after)s
           AND NOT EXISTS (SELECT FROM residents_majority m WHERE m.resident_id = r.person_id)
         ORDER BY r.person_id
         LIMIT %(limit)s
        """,
        roles=sorted(FOR_MINORS),
        after=after or FIRST,
        limit=limit,
    )
    return [ResidentId(row["person_id"]) for row in found]


def claim(resident: ResidentId, *, now: datetime) -> bool:
    """Note that somebody is told; of two workers at once one is answered yes."""
    return bool(
        rows(
            """
            INSERT INTO residents_majority (id, resident_id, noted_at)
            VALUES (gen_random_uuid(), %(resident)s, %(now)s)
                ON CONFLICT (resident_id) DO NOTHING
            RETURNING id
            """,
            resident=resident,
            now=now,
        )
    )
