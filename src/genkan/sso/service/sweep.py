"""Forgetting what has ended."""

from datetime import datetime, timedelta

from django.db import transaction

from genkan.sso.service import outcomes
from genkan.sso.store import ciba as ciba_store
from genkan.sso.store import clients as client_store
from genkan.sso.store import codes as code_store
from genkan.sso.store import grants as grant_store
from genkan.sso.store import interactions as interaction_store
from genkan.sso.store import proofs as proof_store
from genkan.sso.store import pushed as pushed_store
from genkan.sso.store import registrations as registration_store
from genkan.sso.store import sessions as session_store

KEPT = timedelta(days=1)
"""How long what has ended stays, so that a code that comes back is recognised as spent."""

SESSIONS_KEPT = timedelta(days=30)
"""How long a session at a client can be told over after it was last used."""


@transaction.atomic(durable=True)
def sweep(*, now: datetime) -> None:
    """Delete what has ended some time ago: requests, codes, grants, proofs, sessions."""
    interaction_store.delete_older_than(now - KEPT)
    pushed_store.delete_older_than(now - KEPT)
    grant_store.delete_older_than(now - KEPT)
    code_store.delete_older_than(now - KEPT)
    ciba_store.delete_older_than(now - KEPT)
    client_store.delete_expired_assertions(now=now)
    registration_store.delete_ended_before(now - KEPT)
    proof_store.delete_expired(now=now)
    session_store.delete_unused(since=now - SESSIONS_KEPT)
    outcomes.forget(now=now)
