"""Use cases of once-only: release person data, take in certificates."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from genkan.consent import api as consent
from genkan.kernel.ids import DisposalId, new_id
from genkan.lifecycle import api as lifecycle
from genkan.onceonly.domain import (
    CERTIFICATE_TYPE,
    PERSON_DATA_LIFE,
    PERSON_DATA_TYPE,
    read_certificate,
)
from genkan.onceonly.errors import CertificateUnreadable, SignatureInvalid
from genkan.partners import api as partners
from genkan.sso import api as sso

DOOR = "person_data"
SCOPE = "person_data"
UNREADABLE = (JoseError, ValueError, TypeError, RecursionError)
"""What reading a stranger's bytes as JSON or JOSE may end in, thousands of brackets included."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A recorded release, signed and ready to be handed over."""

    release: consent.Release
    token: str


@transaction.atomic(durable=True)
def release(holder: sso.TokenFacts, *, now: datetime) -> Signed | consent.Refused:
    """Release everything the offer contains and the resident allows, and sign it.

    Where the service asked for one procedure in detail (RFC 9396), only what was granted for it.

    Args:
        holder: what the access token stands for.
        now: moment of the decision.
    """
    released = consent.release(
        resident=holder.resident,
        service=holder.service,
        wanted=sso.attributes_of(holder.details),
        door=DOOR,
        now=now,
    )
    if isinstance(released, consent.Refused):
        return released
    claims = _claims(released, holder, now)
    return Signed(released, sso.sign(claims, typ=PERSON_DATA_TYPE))


def _claims(released: consent.Release, holder: sso.TokenFacts, now: datetime) -> dict[str, Any]:
    """Return the claims of the person-data JWT."""
    sector = partners.service(holder.service).sector
    return {
        "iss": settings.GENKAN.issuer,
        "aud": holder.client_id,
        "sub": partners.pairwise_subject(sector, holder.resident),
        "iat": int(now.timestamp()),
        "exp": int((now + PERSON_DATA_LIFE).timestamp()),
        "jti": str(new_id()),
        "purpose": released.purpose,
        "offer": {"id": str(released.offer), "version": released.offer_version},
        "consent": str(released.consent),
        "by_representative": released.by_representative,
        "provision": str(released.provision) if released.provision else None,
        "items": consent.payload(released.items),
        "missing": list(released.missing),
        "refused": list(released.refused),
    }


def certify(disposal_id: DisposalId, token: str, *, now: datetime) -> bool:
    """Take in a partner's certificate for a disposal.

    Returns:
        True if it closed the disposal now, False if the same certificate did before.

    Raises:
        CertificateUnreadable: not a certificate for this disposal; `field` names the member.
        SignatureInvalid: not signed by a registered key of the service it names.
        UnknownDisposal, AlreadyCertified, CertificateIncomplete, CertificateImplausible: see
            lifecycle.
    """
    client, kid = _claimed(token)
    service = sso.service_of_client(client)
    keys = [] if service is None else partners.verification_keys(service)
    named = [key for key in keys if key["kid"] == kid]
    if service is None or not named:
        raise SignatureInvalid
    try:
        opened = jws.deserialize_compact(
            token, KeySet.import_key_set({"keys": named}), algorithms=["ES256"]
        )
    except (JoseError, ValueError) as error:
        raise SignatureInvalid from error
    claims = _object(opened.payload)
    said = read_certificate(claims, client=client, issuer=settings.GENKAN.issuer, now=now)
    if said.disposal != disposal_id:
        raise CertificateUnreadable(field="disposal")
    certificate = lifecycle.Certificate(
        token=token,
        provisions=said.provisions,
        method=said.method,
        copies=said.copies,
        responsible=said.responsible,
        completed_at=said.completed_at,
    )
    return lifecycle.certify(disposal_id, service=service, certificate=certificate, now=now)


def _claimed(token: str) -> tuple[str, str]:
    """Return which client and key a token claims to come from; nothing is believed yet."""
    try:
        seen = jws.extract_compact(token.encode())
    except UNREADABLE as error:
        raise CertificateUnreadable(field="jws") from error
    header = seen.headers()
    if header.get("typ") != CERTIFICATE_TYPE:
        raise CertificateUnreadable(field="typ")
    if header.get("alg") != "ES256":
        raise SignatureInvalid
    return str(_object(seen.payload).get("iss", "")), str(header.get("kid", ""))


def _object(raw: bytes) -> dict[str, object]:
    try:
        document = json.loads(raw)
    except UNREADABLE as error:
        raise CertificateUnreadable(field="jws") from error
    if not isinstance(document, dict):
        raise CertificateUnreadable(field="jws")
    return document
