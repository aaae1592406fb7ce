"""Use cases of access tokens, for whoever serves something behind one."""

from datetime import datetime

from django.conf import settings

from genkan.sso.domain import access_tokens
from genkan.sso.domain.access_tokens import AccessToken
from genkan.sso.domain.values import TokenFacts
from genkan.sso.service import mandates
from genkan.sso.service.keys import verified
from genkan.sso.store import grants as store


def check_access_token(token: str, *, now: datetime) -> TokenFacts | None:
    """Return what an access token stands for, or None if it is not worth anything (any more).

    Refused are tokens that are not known (see below), and every token whose resident is not active,
    whose service or client is stopped, or whose consent was withdrawn. One round trip.
    """
    facts = known_access_token(token, now=now)
    return facts if facts is not None and facts.is_open else None


def known_access_token(token: str, *, now: datetime) -> TokenFacts | None:
    """Return what an access token stands for, for a door that says itself who is stopped.

    Refused is what is not an access token of ours for our own doors, is expired or revoked, and
    every token whose grant or link has ended, whose account is closed, or whose sign-in is older
    than a sign-in afresh that was asked for. Whether resident and service are stopped is for the
    decision about a release: it is recorded there. One round trip.

    The caller still has to ask for a proof of the key where `jkt` names one.
    """
    found = read(token, now=now)
    if found is None or found.grant is None or settings.GENKAN.issuer not in found.audience:
        return None
    return facts_of(found, now=now)


def facts_of(token: AccessToken, *, now: datetime) -> TokenFacts | None:
    """Return what an access token of a grant stands for, whoever it is for; one round trip.

    One about somebody acted for asks for who acts as well.
    """
    if "act" in token.claims:
        return mandates.known(token, now=now)
    return store.token_facts(token, now=now)


def read(token: str, *, now: datetime) -> AccessToken | None:
    """Return an access token of ours that has not expired, whoever it is for; asks nobody."""
    if len(token) > access_tokens.MAX_LENGTH:
        return None
    claims = verified(token, typs=access_tokens.TYPS)
    if claims is None:
        return None
    return access_tokens.read(claims, issuer=settings.GENKAN.issuer, now=now)
