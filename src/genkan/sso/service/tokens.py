"""Use cases of access tokens, for whoever serves something behind one."""

from datetime import datetime
from hashlib import sha256

from genkan.sso.domain.values import TokenFacts
from genkan.sso.store import codes as store


def check_access_token(token: str, *, now: datetime) -> TokenFacts | None:
    """Return what an access token stands for, or None if it is not worth anything (any more).

    Refused are unknown, expired and revoked tokens, and every token whose link has ended, whose
    resident is not active or whose service is suspended. One round trip.
    """
    return store.token_facts(sha256(token.encode()).digest(), now=now)
