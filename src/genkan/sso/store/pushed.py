"""Queries of pushed requests. Whose one is belongs to every query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from genkan.kernel.db import rows
from genkan.sso.domain.values import ClientId, PushedId
from genkan.sso.models import PushedRequestRow


@dataclass(frozen=True, slots=True)
class Found:
    """A pushed request that can still be answered."""

    id: PushedId
    parameters: Mapping[str, str]


def add(
    pushed: PushedId,
    client: ClientId,
    parameters: Mapping[str, str],
    *,
    digest: bytes,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Write a pushed request."""
    PushedRequestRow.objects.create(
        id=pushed,
        digest=digest,
        client_id=client,
        parameters=dict(parameters),
        pushed_at=now,
        expires_at=expires_at,
    )


def waiting(digest: bytes, client: ClientId, *, now: datetime) -> Found | None:
    """Return what this client pushed, unless it was answered or is too old."""
    found = PushedRequestRow.objects.filter(
        digest=digest, client_id=client, answered_at__isnull=True, expires_at__gt=now
    )
    row = found.values("id", "parameters").first()
    return None if row is None else Found(PushedId(row["id"]), row["parameters"])


def answer(pushed: PushedId, *, now: datetime) -> bool:
    """Use a pushed request up; of any number of answers at once exactly one gets True."""
    ended = rows(
        """
        UPDATE sso_pushed_request
           SET answered_at = %(now)s
         WHERE id = %(pushed)s
           AND answered_at IS NULL
        RETURNING id
        """,
        pushed=pushed,
        now=now,
    )
    return bool(ended)


def delete_older_than(moment: datetime) -> None:
    """Forget pushed requests that ended before `moment` and that no interaction came from."""
    rows(
        """
        DELETE FROM sso_pushed_request pushed
         WHERE expires_at < %(moment)s
           AND NOT EXISTS (
               SELECT FROM sso_interaction interaction WHERE interaction.pushed_id = pushed.id
           )
        """,
        moment=moment,
    )
