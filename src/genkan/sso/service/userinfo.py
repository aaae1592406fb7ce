"""Userinfo: the subject, and the standard claims that the resident lets out."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from genkan.partners import api as partners
from genkan.sso.domain import claims, exchange
from genkan.sso.domain import wanted as wants
from genkan.sso.domain.values import TOKEN_LIFE, TokenFacts
from genkan.sso.domain.wanted import Wanted
from genkan.sso.service import mandates
from genkan.sso.service.keys import sign
from genkan.sso.service.release import Released, release, stands

DOOR = "userinfo"
TYP = "userinfo+jwt"
"""Says what a signed answer is: nobody takes it for an ID token (RFC 8725 section 3.11)."""


def subject_only(holder: TokenFacts, *, now: datetime) -> dict[str, object]:
    """Return what userinfo says of a resident who lets nothing out."""
    told: dict[str, object] = {"sub": partners.pairwise_subject(holder.sector, holder.resident)}
    if exchange.CLAIM in claims.wishes(holder.claims, "userinfo") and holder.actor is None:
        told[exchange.CLAIM] = mandates.told(holder, now=now)
    return told


def tell(holder: TokenFacts, *, now: datetime) -> Released:
    """Return what a token's client may know of its resident.

    The subject alone is no release: it names the resident to this client and nobody else. Anything
    more is released and recorded.
    """
    wanted = wants.at_userinfo(holder.scopes, holder.claims)
    if not wanted or not stands(holder.resident, holder.service, now=now):
        return Released(subject_only(holder, now=now), None)
    return _released(holder, wanted, now=now)


@transaction.atomic(durable=True)
def _released(holder: TokenFacts, wanted: Wanted, *, now: datetime) -> Released:
    found = release(holder.resident, holder.service, wanted, door=DOOR, now=now)
    return Released({**found.claims, **subject_only(holder, now=now)}, found.record)


def spoken(
    holder: TokenFacts, claims: Mapping[str, object], *, now: datetime
) -> Mapping[str, object] | str:
    """Return claims as the token's client wants them: as they are, or signed (Core 5.3.2)."""
    alg = holder.settings.userinfo_alg
    if alg is None:
        return claims
    said = {
        **claims,
        "iss": settings.GENKAN.issuer,
        "aud": holder.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + TOKEN_LIFE).timestamp()),
    }
    return sign(said, typ=TYP, alg=alg)
