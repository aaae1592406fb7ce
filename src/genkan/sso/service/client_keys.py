"""Use cases of clients' keys: its own, those it publishes, else those of its service (P0.7).

What stands at a `jwks_uri` is kept in the database for all processes. It is read again when it is
old, and once when a key id is not known; an attempt is followed by a pause, so that nobody makes us
call a client's address in a row. When the address fails, what was read last counts for an hour.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from genkan.kernel import wire
from genkan.partners import api as partners
from genkan.sso.domain import client_keys as domain
from genkan.sso.domain.client_keys import KeyFaulty
from genkan.sso.domain.values import Client
from genkan.sso.service.outside import FetchFailed, fetch_json
from genkan.sso.store import published_keys as store
from genkan.sso.store.published_keys import Published

FRESH_FOR = timedelta(minutes=10)
"""How long a document is taken as it was read; a key taken out of it counts no longer than that."""
KEPT_FOR = timedelta(hours=1)
"""How long it counts where the address fails."""
PAUSE = timedelta(seconds=30)
"""Between two attempts; test suites wait a minute after they have changed their keys."""

Jwk = Mapping[str, Any]


def keys_of(client: Client, header: Mapping[str, Any], *, now: datetime) -> Sequence[Jwk]:
    """Return the public keys that may have signed something with this header."""
    if client.keys:
        return client.keys
    if client.jwks_uri is None:
        return partners.verification_keys(client.service)
    known = store.published(client.id)
    if not _is_enough(known, header, now) and read_again(client, now=now):
        known = store.published(client.id)
    return _counting(known, now)


def read_again(client: Client, *, now: datetime) -> bool:
    """Read a client's published keys, unless somebody tried a moment ago.

    The turn is taken and committed before the call, so that a slow address holds no row and no
    connection.

    Returns:
        Whether they were read.
    """
    if client.jwks_uri is None or not store.claim(client.id, pause=PAUSE, now=now):
        return False
    wire.give_back_connection()
    try:
        keys = domain.published_keys(fetch_json(client.jwks_uri))
    except (FetchFailed, KeyFaulty) as why:
        store.save_failure(client.id, str(why))
        return False
    store.save(client.id, keys, now=now)
    return True


def health(client: Client) -> Published | None:
    """Return how reading a client's published keys went; None for one that publishes none."""
    return None if client.jwks_uri is None else store.published(client.id)


def _is_enough(known: Published | None, header: Mapping[str, Any], now: datetime) -> bool:
    if known is None or known.read_at is None or now - known.read_at >= FRESH_FOR:
        return False
    return domain.key_for(header, known.keys) is not None


def _counting(known: Published | None, now: datetime) -> Sequence[Jwk]:
    if known is None or known.read_at is None or now - known.read_at >= KEPT_FOR:
        return ()
    return known.keys
