"""Use cases of messages: write one with its fact, deliver what is due."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from standardwebhooks import Webhook

from genkan.kernel import jobs, outbound, strict_json
from genkan.kernel.db import require_transaction
from genkan.kernel.ids import ServiceId, new_id
from genkan.kernel.sealing import SealBroken, load_keyring
from genkan.partners import outbox
from genkan.partners.domain.messages import Message

ACCEPTED = range(200, 300)


def send(service: ServiceId, kind: str, data: Mapping[str, Any], *, now: datetime) -> None:
    """Write a message to a service; joins the transaction of the fact it tells.

    Args:
        service: to whom.
        kind: its type, such as "disposal.requested".
        data: JSON; knows the resident by pairwise `sub` only.
        now: when it is written.
    """
    require_transaction()
    body = {"type": kind, "timestamp": stamp(now), "data": data}
    message = Message(
        id=new_id(),
        service=service,
        body=strict_json.dumps(body),
        attempts=0,
        created_at=now,
    )
    outbox.add(message, kind)
    jobs.defer("partners.deliver_messages")


def stamp(moment: datetime) -> str:
    """Return a moment as messages tell it: ISO 8601, UTC, whole seconds, `Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def deliver_next(*, now: datetime) -> bool:
    """Deliver one message that is due.

    The claim is committed before the call, so that a slow neighbour holds no row; the outcome is
    written after it. Killed in between, the message comes again under the same id.

    Returns:
        Whether there was one.
    """
    delivery = _claim(now)
    if delivery is None:
        return False
    outcome, accepted = _attempt(delivery, now)
    outbox.save_outcome(delivery.message, outcome, delivered_at=now if accepted else None)
    return True


@transaction.atomic(durable=True)
def _claim(now: datetime) -> outbox.Delivery | None:
    return outbox.claim(now=now)


def _attempt(delivery: outbox.Delivery, now: datetime) -> tuple[str, bool]:
    """Send a message once; return how it ended and whether it was accepted."""
    message = delivery.message
    try:
        secret = load_keyring(settings.GENKAN.keyring).unseal(
            delivery.sealed_secret, about="partners.webhook_secret"
        )
        headers = {
            "content-type": "application/json",
            "webhook-id": str(message.id),
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret.decode()).sign(
                str(message.id), now, message.body.decode()
            ),
        }
        answer = outbound.post(
            delivery.url,
            content=message.body,
            headers=headers,
            allow_loopback=settings.GENKAN.allow_loopback_fetch,
        )
    except (outbound.AddressRefused, outbound.Unreachable, SealBroken) as error:
        return type(error).__name__, False
    return str(answer.status), answer.status in ACCEPTED
