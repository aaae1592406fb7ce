"""Userinfo: the subject, and the standard claims that the resident lets out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from genkan.consent import api as consent
from genkan.partners import api as partners
from genkan.sso.domain import claims
from genkan.sso.domain.claims import Datum, Wishes
from genkan.sso.domain.values import TokenFacts

DOOR = "userinfo"


@dataclass(frozen=True, slots=True)
class Told:
    """What userinfo says.

    Attributes:
        release: what was recorded as leaving; None if nothing but the subject leaves.
    """

    claims: Mapping[str, object]
    release: consent.Release | None


def tell(holder: TokenFacts, *, now: datetime) -> Told:
    """Return what a token's client may know of its resident.

    The subject alone is no release: it names the resident to this client and nobody else. Anything
    more is released, recorded, and filtered to what was wished for; what may not leave is left out.
    """
    subject = subject_only(holder)
    wanted = claims.wanted_at_userinfo(holder.scopes, holder.claims)
    if not wanted or not _stands(holder, now=now):
        return Told(subject, None)
    return _released(holder, wanted, now=now)


def subject_only(holder: TokenFacts) -> dict[str, object]:
    """Return what userinfo says of a resident who lets nothing out."""
    return {"sub": partners.pairwise_subject(holder.sector, holder.resident)}


def _stands(holder: TokenFacts, *, now: datetime) -> bool:
    return consent.standing(holder.resident, holder.service, now=now) is consent.Standing.ACTIVE


@transaction.atomic(durable=True)
def _released(holder: TokenFacts, wanted: Wishes, *, now: datetime) -> Told:
    released = consent.release(
        resident=holder.resident,
        service=holder.service,
        wanted=claims.items_for(wanted),
        door=DOOR,
        now=now,
    )
    subject = subject_only(holder)
    if isinstance(released, consent.Refused):
        return Told(subject, None)
    data = {
        key: Datum(value.content, verified=value.verified) for key, value in released.items.items()
    }
    return Told({**claims.fulfilled(wanted, data), **subject}, released)
