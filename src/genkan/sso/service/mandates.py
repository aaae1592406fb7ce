"""For whom a resident may act at a service, and whether a token given out for that still counts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from genkan.consent import api as consent
from genkan.kernel.ids import ResidentId
from genkan.partners import api as partners
from genkan.residents import api as residents
from genkan.residents.api import Area
from genkan.sso.domain.access_tokens import AccessToken
from genkan.sso.domain.exchange import Mandate
from genkan.sso.domain.values import GrantId, TokenFacts
from genkan.sso.store import grants as store

RESIDENT = "resident"
GRANT = "grant"
"""Members of a grant's actor that stay with us: who acts, and by which grant of theirs."""


def of(holder: TokenFacts, *, now: datetime) -> list[Mandate]:
    """Return for whom a token's resident may act at its service: people who share with it now."""
    found = residents.acts_for(holder.resident, now=now)
    return [
        Mandate(
            id=one.id,
            person=one.person,
            subject=partners.pairwise_subject(holder.sector, one.person),
        )
        for one in found
        if Area.SERVICES in one.scope
        and consent.standing(one.person, holder.service, now=now) is consent.Standing.ACTIVE
    ]


def told(holder: TokenFacts, *, now: datetime) -> list[dict[str, str]]:
    """Return the same as a client reads it at userinfo."""
    return [{"sub": one.subject, "mandate": str(one.id)} for one in of(holder, now=now)]


def known(token: AccessToken, *, now: datetime) -> TokenFacts | None:
    """Return what a token about somebody acted for stands for, or None if it is worth nothing.

    It is worth as much as who acts is there: their own grant, their account, and their right.
    """
    facts = store.represented_facts(token, now=now)
    if facts is None or facts.actor is None:
        return None
    acting = store.token_facts(_of_actor(token, facts.actor), now=now)
    if acting is None:
        return None
    may_act = residents.may_act_for(
        ResidentId(UUID(facts.actor[RESIDENT])), facts.resident, Area.SERVICES, now=now
    )
    return replace(facts, is_open=facts.is_open and acting.is_open) if may_act else None


def _of_actor(token: AccessToken, actor: Mapping[str, Any]) -> AccessToken:
    return replace(token, grant=GrantId(UUID(actor[GRANT])))
