"""Queries of initial access tokens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from genkan.kernel.ids import ServiceId
from genkan.sso.domain.registrations import InitialToken
from genkan.sso.models import InitialTokenRow

_COLUMNS = (
    "id",
    "service_id",
    "without_pkce",
    "uses_left",
    "created_at",
    "expires_at",
    "revoked_at",
)


def add(token: InitialToken, *, digest: bytes) -> None:
    """Write an initial access token."""
    InitialTokenRow.objects.create(
        id=token.id,
        digest=digest,
        service_id=token.service,
        without_pkce=token.without_pkce,
        uses_left=token.uses_left,
        created_at=token.created_at,
        expires_at=token.expires_at,
    )


def usable(digest: bytes, *, now: datetime) -> InitialToken | None:
    """Return the token if it still registers somebody."""
    row = _usable(now).filter(digest=digest).values(*_COLUMNS).first()
    return None if row is None else _to_token(row)


def use(token: UUID, *, now: datetime) -> bool:
    """Use a token once; of any number of uses at once as many get True as were left."""
    return bool(_usable(now).filter(pk=token).update(uses_left=F("uses_left") - 1))


def revoke(token: UUID, *, now: datetime) -> bool:
    """Take a token back; whether this call did."""
    found = InitialTokenRow.objects.filter(pk=token, revoked_at__isnull=True)
    return bool(found.update(revoked_at=now))


def all_usable(*, now: datetime) -> list[InitialToken]:
    """Return the tokens that still register somebody, oldest first."""
    found = _usable(now).order_by("created_at", "id").values(*_COLUMNS)
    return [_to_token(row) for row in found]


def delete_ended_before(moment: datetime) -> None:
    """Forget tokens that ended before `moment`."""
    InitialTokenRow.objects.filter(expires_at__lt=moment).delete()


def _usable(now: datetime) -> Any:  # noqa: ANN401 - a queryset, which does not leave this file
    return InitialTokenRow.objects.filter(
        uses_left__gt=0, expires_at__gt=now, revoked_at__isnull=True
    )


def _to_token(row: Mapping[str, Any]) -> InitialToken:
    service = row["service_id"]
    return InitialToken(
        id=row["id"],
        service=None if service is None else ServiceId(service),
        without_pkce=row["without_pkce"],
        uses_left=row["uses_left"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
