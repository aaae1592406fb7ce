"""Queries of interactions. Which browser one belongs to is part of every query."""

from datetime import datetime

from genkan.kernel.db import rows
from genkan.sso.domain.values import ClientId, Interaction, InteractionId, PushedId
from genkan.sso.models import InteractionRow

_COLUMNS = (
    "id",
    "client_id",
    "parameters",
    "started_at",
    "expires_at",
    "completed_at",
    "pushed_id",
)


def add(interaction: Interaction, *, browser_digest: bytes) -> None:
    """Write an interaction of one browser."""
    InteractionRow.objects.create(
        id=interaction.id,
        client_id=interaction.client,
        browser_digest=browser_digest,
        parameters=dict(interaction.parameters),
        pushed_id=interaction.pushed,
        started_at=interaction.started_at,
        expires_at=interaction.expires_at,
    )


def of_browser(interaction: InteractionId, *, browser_digest: bytes) -> Interaction | None:
    """Return an interaction of this browser, in whatever state, or None."""
    found = InteractionRow.objects.filter(pk=interaction, browser_digest=browser_digest)
    row = found.values(*_COLUMNS).first()
    if row is None:
        return None
    return Interaction(
        id=InteractionId(row["id"]),
        client=ClientId(row["client_id"]),
        parameters=row["parameters"],
        started_at=row["started_at"],
        expires_at=row["expires_at"],
        completed_at=row["completed_at"],
        pushed=row["pushed_id"] and PushedId(row["pushed_id"]),
    )


def complete(interaction: InteractionId, *, browser_digest: bytes, now: datetime) -> bool:
    """End an interaction; of any number of attempts at once exactly one gets True."""
    ended = rows(
        """
        UPDATE sso_interaction
           SET completed_at = %(now)s
         WHERE id = %(interaction)s
           AND browser_digest = %(browser)s
           AND completed_at IS NULL
           AND %(now)s < expires_at
        RETURNING id
        """,
        interaction=interaction,
        browser=browser_digest,
        now=now,
    )
    return bool(ended)


def delete_older_than(moment: datetime) -> None:
    """Forget interactions that ended before `moment`."""
    InteractionRow.objects.filter(expires_at__lt=moment).delete()
