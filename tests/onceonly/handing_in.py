"""Certificates at the door."""

from genkan.lifecycle import api as lifecycle
from tests.onceonly.wsgi import call


def hand_in(disposal, token, *, content_type="application/jwt", **options):
    body = token if isinstance(token, bytes) else token.encode()
    return call(
        f"/api/disposals/{getattr(disposal, 'id', disposal)}/certificate",
        "POST",
        body=body,
        content_type=content_type,
        **options,
    )


def is_open(disposal):
    kept = [one for one in lifecycle.disposals_of(disposal.resident) if one.id == disposal.id]
    return kept[0].certified_at is None and not lifecycle.certificates([disposal.id])
