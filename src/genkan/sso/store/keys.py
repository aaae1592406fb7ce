"""Queries of our signing keys."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import new_id
from genkan.sso.domain.keys import KeyState, SigningKey
from genkan.sso.models import SigningKeyRow

_COLUMNS = ("kid", "alg", "public", "sealed", "state", "created_at", "state_since")
_ROTATION_LOCK = 0x67656E6B616E73  # "genkans": one rotation at a time


def lock_rotation() -> None:
    """Wait until nobody else rotates keys, until the transaction ends."""
    rows("SELECT pg_advisory_xact_lock(%(key)s)", key=_ROTATION_LOCK)


def every() -> list[SigningKey]:
    """Return all keys, oldest first."""
    found = SigningKeyRow.objects.order_by("created_at", "kid").values(*_COLUMNS)
    return [_to_key(row) for row in found]


def add_unless_taken(key: SigningKey) -> None:
    """Write a key; where its state is taken already, keep that one."""
    rows(
        """
        INSERT INTO sso_signing_key (id, kid, alg, public, sealed, state, created_at, state_since)
        VALUES (%(id)s, %(kid)s, %(alg)s, %(public)s, %(sealed)s, %(state)s, %(created_at)s,
                %(state_since)s)
            ON CONFLICT DO NOTHING
        """,
        id=new_id(),
        kid=key.kid,
        alg=key.alg,
        public=json.dumps(dict(key.public)),
        sealed=key.sealed,
        state=key.state.value,
        created_at=key.created_at,
        state_since=key.state_since,
    )


def save_state(kid: str, state: KeyState, *, now: datetime) -> None:
    """Bring a key to a state."""
    SigningKeyRow.objects.filter(kid=kid).update(state=state.value, state_since=now)


def _to_key(row: Mapping[str, Any]) -> SigningKey:
    return SigningKey(
        kid=row["kid"],
        alg=row["alg"],
        public=row["public"],
        sealed=bytes(row["sealed"]),
        state=KeyState(row["state"]),
        created_at=row["created_at"],
        state_since=row["state_since"],
    )
