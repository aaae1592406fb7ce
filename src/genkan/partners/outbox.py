"""Queries of the messages to services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genkan.kernel.db import rows
from genkan.kernel.ids import ServiceId
from genkan.partners.domain.messages import Message, pause_after
from genkan.partners.models import MessageRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message with what is needed to send it."""

    message: Message
    url: str
    sealed_secret: bytes


def add(message: Message, kind: str) -> None:
    """Write a message that is due at once."""
    MessageRow.objects.create(
        id=message.id,
        service_id=message.service,
        kind=kind,
        body=message.body,
        created_at=message.created_at,
        next_attempt_at=message.created_at,
    )


def claim(*, now: datetime) -> Delivery | None:
    """Take one due message: nobody else gets it until its next attempt is due.

    The attempt counts before it is made, so a worker killed halfway costs a pause, not a message.
    """
    found = rows(
        """
        SELECT message.id, message.service_id, message.body, message.attempts, message.created_at,
               service.webhook_url, service.webhook_secret
          FROM partners_message AS message
          JOIN partners_service AS service ON service.id = message.service_id
         WHERE message.delivered_at IS NULL AND message.next_attempt_at <= %(now)s
         ORDER BY message.next_attempt_at, message.id
         LIMIT 1
           FOR UPDATE OF message SKIP LOCKED
        """,
        now=now,
    )
    if not found:
        return None
    delivery = _to_delivery(found[0])
    attempts = delivery.message.attempts + 1
    MessageRow.objects.filter(pk=delivery.message.id).update(
        attempts=attempts, next_attempt_at=now + pause_after(attempts)
    )
    return delivery


def save_outcome(message: Message, outcome: str, *, delivered_at: datetime | None) -> None:
    """Write down how an attempt ended; once delivered stays delivered."""
    found = MessageRow.objects.filter(pk=message.id, delivered_at__isnull=True)
    found.update(last_outcome=outcome[:80], delivered_at=delivered_at)


def _to_delivery(row: Mapping[str, Any]) -> Delivery:
    return Delivery(
        message=Message(
            id=row["id"],
            service=ServiceId(row["service_id"]),
            body=bytes(row["body"]),
            attempts=row["attempts"],
            created_at=row["created_at"],
        ),
        url=row["webhook_url"],
        sealed_secret=bytes(row["webhook_secret"]),
    )
