"""Queries of linked accounts and of the links that staff decide about."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import ResidentId, ServiceId, new_id
from genkan.sso.domain.linking import (
    Conflict,
    ConflictId,
    ExternalAccount,
    ExternalAccountId,
    Outcome,
    Reason,
)
from genkan.sso.domain.values import ClientId, Link, LinkId
from genkan.sso.models import LinkRow
from genkan.sso.store.links import to_link

_ACCOUNT = """
    SELECT account.id, account.link_id, link.resident_id, account.service_id, account.digest,
           account.linked_at, account.open_matters, account.evidence
      FROM sso_external_account account
      JOIN sso_link link ON link.id = account.link_id
"""
_CONFLICT = """
    SELECT conflict.*, link.resident_id AS holder_id
      FROM sso_conflict conflict
      JOIN sso_external_account obstacle ON obstacle.id = conflict.obstacle_id
      JOIN sso_link link ON link.id = obstacle.link_id
"""


def hold_link_of_session(sid: str, client: ClientId) -> Link | None:
    """Return the link a client's session stands on, held until the transaction ends."""
    found = rows(
        """
        SELECT link.id, link.resident_id, link.service_id, link.linked_at, link.last_used_at,
               link.pending_until
          FROM sso_session session
          JOIN sso_link link ON link.id = session.link_id
         WHERE session.sid = %(sid)s AND session.client_id = %(client)s
           AND session.ended_at IS NULL AND link.unlinked_at IS NULL
           FOR UPDATE OF link
        """,
        sid=sid,
        client=client,
    )
    return to_link(found[0]) if found else None


def account_of_link(link: LinkId) -> ExternalAccount | None:
    """Return the account that a link names, or None."""
    return _one_account(
        _ACCOUNT + " WHERE account.link_id = %(link)s AND account.unlinked_at IS NULL", link=link
    )


def account_called(service: ServiceId, digest: bytes) -> ExternalAccount | None:
    """Return a service's linked account, or None."""
    condition = (
        " WHERE account.service_id = %(service)s AND account.digest = %(digest)s"
        " AND account.unlinked_at IS NULL"
    )
    return _one_account(_ACCOUNT + condition, service=service, digest=digest)


def account_of(resident: ResidentId, service: ServiceId) -> ExternalAccount | None:
    """Return the account of a resident at a service, or None."""
    condition = (
        " WHERE link.resident_id = %(resident)s AND account.service_id = %(service)s"
        " AND account.unlinked_at IS NULL"
    )
    return _one_account(_ACCOUNT + condition, resident=resident, service=service)


def add(
    link: Link,
    *,
    digest: bytes,
    token_digest: bytes,
    open_matters: int,
    evidence: Mapping[str, object],
    now: datetime,
) -> bool:
    """Link an account, unless the account, the link or the proof is used: the database settles it.

    Returns:
        Whether this call linked it.
    """
    found = rows(
        """
        INSERT INTO sso_external_account (id, link_id, service_id, digest, token_digest, linked_at,
                                          open_matters, evidence)
        VALUES (%(id)s, %(link)s, %(service)s, %(digest)s, %(token)s, %(now)s, %(matters)s,
                %(evidence)s)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        id=new_id(),
        link=link.id,
        service=link.service,
        digest=digest,
        token=token_digest,
        now=now,
        matters=open_matters,
        evidence=json.dumps(dict(evidence)),
    )
    return bool(found)


def stand(link: LinkId) -> None:
    """Let a link that waited for its account stand."""
    LinkRow.objects.filter(pk=link).update(pending_until=None)


def set_matters(account: ExternalAccountId, open_matters: int) -> None:
    """Write down how many applications are under way."""
    rows(
        "UPDATE sso_external_account SET open_matters = %(matters)s WHERE id = %(id)s",
        matters=open_matters,
        id=account,
    )


def rename(account: ExternalAccountId, digest: bytes) -> bool:
    """Let a linked account have another reference; False if that one is linked meanwhile."""
    found = rows(
        """
        UPDATE sso_external_account account SET digest = %(digest)s
         WHERE account.id = %(id)s AND account.unlinked_at IS NULL
           AND NOT EXISTS (SELECT FROM sso_external_account other
                            WHERE other.service_id = account.service_id
                              AND other.digest = %(digest)s AND other.unlinked_at IS NULL)
        RETURNING account.id
        """,
        digest=digest,
        id=account,
    )
    return bool(found)


def due(*, now: datetime, limit: int) -> list[Link]:
    """Return links that waited too long for their account, held; others' are skipped."""
    found = rows(
        """
        SELECT id, resident_id, service_id, linked_at, last_used_at, pending_until
          FROM sso_link
         WHERE pending_until <= %(now)s AND unlinked_at IS NULL
         ORDER BY pending_until, id
         LIMIT %(limit)s
           FOR UPDATE SKIP LOCKED
        """,
        now=now,
        limit=limit,
    )
    return [to_link(row) for row in found]


def open_conflict(
    link: Link,
    reason: Reason,
    obstacle: ExternalAccount,
    *,
    digest: bytes,
    evidence: Mapping[str, object],
    now: datetime,
) -> tuple[ConflictId, bool]:
    """Queue a conflict, or return the same one that waits already; and whether it is new."""
    found = rows(
        """
        INSERT INTO sso_conflict (id, service_id, reason, resident_id, digest, obstacle_id,
                                  opened_at, evidence, outcome, decided_by, note)
        VALUES (%(id)s, %(service)s, %(reason)s, %(resident)s, %(digest)s, %(obstacle)s, %(now)s,
                %(evidence)s, '', '', '')
            ON CONFLICT (service_id, resident_id, digest) WHERE decided_at IS NULL
            DO UPDATE SET evidence = EXCLUDED.evidence
        RETURNING id, (xmax = 0) AS is_new
        """,
        id=new_id(),
        service=link.service,
        reason=str(reason),
        resident=link.resident,
        digest=digest,
        obstacle=obstacle.id,
        now=now,
        evidence=json.dumps(dict(evidence)),
    )
    return ConflictId(found[0]["id"]), found[0]["is_new"]


def waiting(service: ServiceId | None = None) -> list[Conflict]:
    """Return the conflicts that wait, the oldest first."""
    found = rows(
        _CONFLICT + " WHERE conflict.decided_at IS NULL"
        " AND (%(service)s::uuid IS NULL OR conflict.service_id = %(service)s)"
        " ORDER BY conflict.opened_at, conflict.id",
        service=service,
    )
    return [_to_conflict(row) for row in found]


def waiting_for(person: ResidentId, service: ServiceId) -> list[Conflict]:
    """Return the open conflicts at a service that concern a person, the newest first."""
    found = rows(
        _CONFLICT + " WHERE conflict.decided_at IS NULL AND conflict.service_id = %(service)s"
        " AND (conflict.resident_id = %(person)s OR link.resident_id = %(person)s)"
        " ORDER BY conflict.opened_at DESC, conflict.id",
        person=person,
        service=service,
    )
    return [_to_conflict(row) for row in found]


def has_claim(resident: ResidentId, service: ServiceId) -> bool:
    """Whether a person waits for a decision about a link they tried."""
    found = rows(
        "SELECT EXISTS (SELECT FROM sso_conflict WHERE decided_at IS NULL"
        " AND resident_id = %(resident)s AND service_id = %(service)s) AS waits",
        resident=resident,
        service=service,
    )
    return bool(found[0]["waits"])


def is_disputed(service: ServiceId, digest: bytes) -> bool:
    """Whether somebody waits for a decision about this account of a service."""
    found = rows(
        "SELECT EXISTS (SELECT FROM sso_conflict WHERE decided_at IS NULL"
        " AND service_id = %(service)s AND digest = %(digest)s) AS waits",
        service=service,
        digest=digest,
    )
    return bool(found[0]["waits"])


def hold_conflict(conflict: ConflictId) -> Conflict | None:
    """Return a conflict, held until the transaction ends."""
    found = rows(_CONFLICT + " WHERE conflict.id = %(id)s FOR UPDATE OF conflict", id=conflict)
    return _to_conflict(found[0]) if found else None


def conflict(conflict: ConflictId) -> Conflict | None:
    """Return a conflict."""
    found = rows(_CONFLICT + " WHERE conflict.id = %(id)s", id=conflict)
    return _to_conflict(found[0]) if found else None


def decide(conflict: ConflictId, outcome: Outcome, *, by: str, note: str, now: datetime) -> None:
    """Write a decision down."""
    rows(
        """
        UPDATE sso_conflict
           SET decided_at = %(now)s, outcome = %(outcome)s, decided_by = %(by)s, note = %(note)s
         WHERE id = %(id)s
        """,
        id=conflict,
        outcome=str(outcome),
        by=by,
        note=note,
        now=now,
    )


def hold_obstacle(account: ExternalAccountId) -> Link | None:
    """Return the link of a linked account, held; None if it stands no more."""
    found = rows(
        """
        SELECT link.id, link.resident_id, link.service_id, link.linked_at, link.last_used_at,
               link.pending_until
          FROM sso_external_account account
          JOIN sso_link link ON link.id = account.link_id
         WHERE account.id = %(id)s AND account.unlinked_at IS NULL AND link.unlinked_at IS NULL
           FOR UPDATE OF link
        """,
        id=account,
    )
    return to_link(found[0]) if found else None


def counts() -> list[tuple[ServiceId, int, int]]:
    """Return for each service how many accounts are linked, and how many conflicts wait."""
    found = rows(
        """
        SELECT service.id,
               (SELECT count(*) FROM sso_external_account account
                 WHERE account.service_id = service.id AND account.unlinked_at IS NULL) AS linked,
               (SELECT count(*) FROM sso_conflict conflict
                 WHERE conflict.service_id = service.id AND conflict.decided_at IS NULL) AS waiting
          FROM partners_service service
         ORDER BY service.slug
        """
    )
    return [(ServiceId(row["id"]), row["linked"], row["waiting"]) for row in found]


def _one_account(statement: str, **values: object) -> ExternalAccount | None:
    found = rows(statement, **values)
    return _to_account(found[0]) if found else None


def _to_account(row: Mapping[str, Any]) -> ExternalAccount:
    return ExternalAccount(
        id=ExternalAccountId(row["id"]),
        link=LinkId(row["link_id"]),
        resident=ResidentId(row["resident_id"]),
        service=ServiceId(row["service_id"]),
        digest=bytes(row["digest"]),
        linked_at=row["linked_at"],
        open_matters=row["open_matters"],
        evidence=_document(row["evidence"]),
    )


def _to_conflict(row: Mapping[str, Any]) -> Conflict:
    return Conflict(
        id=ConflictId(row["id"]),
        service=ServiceId(row["service_id"]),
        reason=Reason(row["reason"]),
        resident=ResidentId(row["resident_id"]),
        holder=ResidentId(row["holder_id"]),
        obstacle=ExternalAccountId(row["obstacle_id"]),
        opened_at=row["opened_at"],
        evidence=_document(row["evidence"]),
        decided_at=row["decided_at"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        decided_by=row["decided_by"],
        note=row["note"],
    )


def _document(stored: Any) -> dict[str, object]:  # noqa: ANN401 - jsonb, as text or read
    found: dict[str, object] = json.loads(stored) if isinstance(stored, str) else stored
    return found
