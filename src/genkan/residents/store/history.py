"""Queries of values that hold no longer."""

from collections.abc import Mapping
from datetime import datetime

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId


def delete_closed(item: str, *, before: datetime, limit: int) -> Mapping[ResidentId, int]:
    """Delete values of an item that ended before a moment, oldest first, at most `limit`.

    Those that somebody else is deleting are left to them. One look into residents_value_closed.

    Returns:
        How many were deleted, by whose they were.
    """
    found = rows(
        """
        WITH gone AS (
            DELETE FROM residents_value
             WHERE id IN (SELECT id
                            FROM residents_value
                           WHERE item = %(item)s AND valid_to < %(before)s
                           ORDER BY valid_to
                           LIMIT %(limit)s
                             FOR UPDATE SKIP LOCKED)
            RETURNING resident_id)
        SELECT resident_id, count(*) AS number FROM gone GROUP BY resident_id ORDER BY resident_id
        """,
        item=item,
        before=before,
        limit=limit,
    )
    return {ResidentId(row["resident_id"]): row["number"] for row in found}
