"""Queries of the keys that clients publish themselves."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from genkan.kernel.db import rows
from genkan.sso.domain.values import ClientId


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is kept of a client's `jwks_uri`.

    Attributes:
        keys: as last read.
        read_at: when that was; None for never.
        tried_at: the last attempt.
        outcome: why that failed; empty if it did not.
    """

    keys: tuple[Mapping[str, Any], ...]
    read_at: datetime | None
    tried_at: datetime
    outcome: str


def published(client: ClientId) -> Published | None:
    """Return what was read of a client's keys, or None if nobody tried yet."""
    found = rows(
        """
        SELECT keys, read_at, tried_at, outcome
          FROM sso_published_keys
         WHERE client_id = %(client)s
        """,
        client=client,
    )
    return _to_published(found[0]) if found else None


def problems() -> dict[ClientId, str]:
    """Return why the keys of clients could not be read at the last attempt, if they could not."""
    found = rows("SELECT client_id, outcome FROM sso_published_keys WHERE outcome <> ''")
    return {ClientId(row["client_id"]): row["outcome"] for row in found}


def claim(client: ClientId, *, pause: timedelta, now: datetime) -> bool:
    """Take the turn to read a client's keys; of any number at once one gets it, then a pause."""
    claimed = rows(
        """
        INSERT INTO sso_published_keys AS known (client_id, keys, tried_at)
        VALUES (%(client)s, '[]', %(now)s)
            ON CONFLICT (client_id) DO UPDATE SET tried_at = EXCLUDED.tried_at
         WHERE known.tried_at <= %(before)s
        RETURNING client_id
        """,
        client=client,
        now=now,
        before=now - pause,
    )
    return bool(claimed)


def save(client: ClientId, keys: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Write what was read."""
    rows(
        """
        UPDATE sso_published_keys
           SET keys = %(keys)s::jsonb, read_at = %(now)s, outcome = ''
         WHERE client_id = %(client)s
        """,
        client=client,
        keys=json.dumps([dict(key) for key in keys]),
        now=now,
    )


def save_failure(client: ClientId, outcome: str) -> None:
    """Write why nothing was read; what was read before stays."""
    rows(
        "UPDATE sso_published_keys SET outcome = %(outcome)s WHERE client_id = %(client)s",
        client=client,
        outcome=outcome,
    )


def forget(client: ClientId) -> None:
    """Forget what was read: the client publishes elsewhere now, or not at all."""
    rows("DELETE FROM sso_published_keys WHERE client_id = %(client)s", client=client)


def _to_published(row: Mapping[str, Any]) -> Published:
    keys = json.loads(row["keys"]) if isinstance(row["keys"], str) else row["keys"]
    return Published(
        keys=tuple(keys),
        read_at=row["read_at"],
        tried_at=row["tried_at"],
        outcome=row["outcome"],
    )
