"""The members of a certificate, checked one by one; what person data looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from genkan.kernel.ids import DisposalId, ProvisionId
from genkan.onceonly.errors import CertificateUnreadable

PERSON_DATA_TYPE = "person-data+jwt"
CERTIFICATE_TYPE = "disposal-certificate+jwt"
PERSON_DATA_LIFE = timedelta(minutes=5)
CERTIFICATE_LIFE = timedelta(minutes=10)
CLOCK_SKEW = timedelta(minutes=1)
METHODS = frozenset({"erased", "overwritten", "crypto_shredded"})
TEXT_LIMIT = 2_000
PROVISION_LIMIT = 10_000
LATEST = 2**37
"""Seconds since 1970 that still are a date: the year 6325."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a certificate states.

    Attributes:
        disposal: the request that it answers.
        provisions: what was disposed of.
        method: one of `METHODS`.
        copies: where copies were, backups and processors included, in words.
        responsible: who answers for it, in words.
        completed_at: when the disposal was complete.
    """

    disposal: DisposalId
    provisions: frozenset[ProvisionId]
    method: str
    copies: str
    responsible: str
    completed_at: datetime


def read_certificate(
    claims: Mapping[str, Any], *, client: str, issuer: str, now: datetime
) -> Statement:
    """Return what a certificate states, its signature already checked.

    Raises:
        CertificateUnreadable: a member is missing, malformed or does not fit; `field` names it.
    """
    _expect(claims.get("iss") == client, "iss")
    _expect(claims.get("sub") == client, "sub")
    _expect(claims.get("aud") in (issuer, [issuer]), "aud")
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    _expect(issued <= now + CLOCK_SKEW, "iat")
    _expect(now < expires <= issued + CERTIFICATE_LIFE + CLOCK_SKEW, "exp")
    _text(claims, "jti")
    _expect(claims.get("outcome") == "disposed", "outcome")
    method = claims.get("method")
    _expect(isinstance(method, str) and method in METHODS, "method")
    listed = claims.get("provisions")
    _expect(isinstance(listed, list) and 0 < len(listed) <= PROVISION_LIMIT, "provisions")
    assert isinstance(listed, list)
    return Statement(
        disposal=DisposalId(_uuid(claims.get("disposal"), "disposal")),
        provisions=frozenset(ProvisionId(_uuid(one, "provisions")) for one in listed),
        method=str(method),
        copies=_text(claims, "copies"),
        responsible=_text(claims, "responsible"),
        completed_at=_stamp(claims, "completed_at"),
    )


def _expect(holds: bool, field: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise CertificateUnreadable(field=field)


def _text(claims: Mapping[str, Any], field: str) -> str:
    value = claims.get(field)
    _expect(isinstance(value, str) and bool(value.strip()) and len(value) <= TEXT_LIMIT, field)
    text = str(value)
    _expect("\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text), field)
    return text


def _moment(claims: Mapping[str, Any], field: str) -> datetime:
    value: Any = claims.get(field)
    _expect(type(value) in (int, float) and 0 <= value < LATEST, field)
    return datetime.fromtimestamp(float(value or 0), UTC)


def _stamp(claims: Mapping[str, Any], field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(claims, field))
        _expect(moment.tzinfo is not None, field)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CertificateUnreadable(field=field) from error


def _uuid(value: object, field: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise CertificateUnreadable(field=field) from error
