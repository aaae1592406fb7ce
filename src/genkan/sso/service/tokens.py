"""Use cases of access tokens, for whoever serves something behind one."""

from datetime import datetime
from hashlib import sha256

from genkan.sso.domain.values import TokenFacts
from genkan.sso.store import codes as store


def check_access_token(token: str, *, now: datetime) -> TokenFacts | None:
    """Return what an access token stands for, or None if it is not worth anything (any more).

    Refused are tokens that are not known (see below), and every token whose resident is not active
    or whose service is suspended. One round trip.
    """
    facts = known_access_token(token, now=now)
    return facts if facts is not None and facts.is_open else None


def known_access_token(token: str, *, now: datetime) -> TokenFacts | None:
    """Return what an access token stands for, for a door that says itself who is stopped.

    Refused are unknown, expired and revoked tokens, and every token whose link has ended, whose
    account is closed, or whose sign-in is older than a sign-in afresh that was asked for. Whether
    resident and service are stopped is for the decision about a release: it is recorded there. One
    round trip.
    """
    return store.token_facts(sha256(token.encode()).digest(), now=now)
