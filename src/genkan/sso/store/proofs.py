"""Queries of what may be used once: assertions of clients, proofs of possession."""

from datetime import datetime

from genkan.kernel.db import prepared, rows


def use(digest: bytes, *, expires_at: datetime) -> bool:
    """Remember that a proof was used; of any number of uses at once one gets True."""
    added = prepared(
        """
        INSERT INTO sso_proof (digest, expires_at)
        VALUES (%(digest)s, %(expires_at)s)
            ON CONFLICT (digest) DO NOTHING
        RETURNING digest
        """,
        digest=digest,
        expires_at=expires_at,
    )
    return bool(added)


def delete_expired(*, now: datetime) -> None:
    """Forget proofs that their age refuses anyway."""
    rows("DELETE FROM sso_proof WHERE expires_at < %(now)s", now=now)
