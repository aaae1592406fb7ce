"""Use cases of our signing keys: make, publish, sign, recognise, rotate."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from genkan.kernel.sealing import load_keyring
from genkan.ledger import api as ledger
from genkan.sso.domain import keys as domain
from genkan.sso.domain.keys import ALG, KeyState, SigningKey
from genkan.sso.errors import NoSigningKey
from genkan.sso.store import keys as store


@transaction.atomic(durable=True)
def ensure_keys(*, now: datetime) -> None:
    """Make the first current and next key, unless they are there; safe from several processes."""
    for state in (KeyState.CURRENT, KeyState.NEXT):
        store.add_unless_taken(_made(state, now))


def _made(state: KeyState, now: datetime) -> SigningKey:
    key = domain.fresh()
    kid = key.thumbprint()
    private = json.dumps(key.as_dict(private=True)).encode()
    ring = load_keyring(settings.GENKAN.keyring)
    return SigningKey(
        kid=kid,
        public=domain.published(key),
        sealed=ring.seal(private, about=_about(kid)),
        state=state,
        created_at=now,
        state_since=now,
    )


def _about(kid: str) -> str:
    return f"sso.signing_key {kid}"


def jwks(*, now: datetime) -> dict[str, object]:
    """Return the JWK Set that others verify our signatures with (RFC 7517 section 5)."""
    published = [key for key in store.every() if domain.is_published(key, now=now)]
    return {"keys": [key.public for key in published]}


def sign(claims: Mapping[str, object], *, typ: str) -> str:
    """Return a compact JWS of `claims`, signed by the current key.

    Args:
        claims: JSON members.
        typ: what the token is, so that nobody takes it for another kind (RFC 8725 section 3.11).

    Raises:
        NoSigningKey: `ensure_keys` never ran: there is no client that could be told anything.
    """
    key = _signing_key()
    header = {"alg": ALG, "kid": key.kid, "typ": typ}
    return jwt.encode(header, dict(claims), key, algorithms=[ALG], default_type=None)


def _signing_key() -> ECKey:
    row = store.current()
    if row is None:
        raise NoSigningKey
    return _unsealed(row.kid, row.sealed)


@lru_cache(maxsize=8)
def _unsealed(kid: str, sealed: bytes) -> ECKey:
    """Return a private key; which one signs is asked each time, so a rotation works at once."""
    ring = load_keyring(settings.GENKAN.keyring)
    return ECKey.import_key(json.loads(ring.unseal(sealed, about=_about(kid))))


def recognised(token: str) -> Mapping[str, Any] | None:
    """Return the claims of an ID token of ours, however old; None for anything else.

    Other tokens signed by the same keys, such as person data, carry another `typ`.
    """
    try:
        seen = jws.extract_compact(token.encode())
        header = seen.headers()
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if header.get("typ") not in (None, "JWT") or not isinstance(header.get("kid"), str):
        return None
    row = store.called(header["kid"])
    if row is None:
        return None
    try:
        found = jwt.decode(token, ECKey.import_key(dict(row.public)), algorithms=[ALG])
    except (JoseError, ValueError, TypeError):
        return None
    return found.claims if found.claims.get("iss") == settings.GENKAN.issuer else None


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did."""

    current: str
    next: str
    retired: str


@transaction.atomic(durable=True)
def rotate(*, at_once: bool = False, now: datetime) -> Rotated | None:
    """Let the next key sign, make another next one, retire the current.

    Args:
        at_once: do not wait until the next key has been published long enough; for an emergency.
        now: the present moment.

    Returns:
        The turn, or None if the next key has not been published long enough.
    """
    store.lock_rotation()
    by_state: dict[KeyState, SigningKey] = {
        key.state: key for key in store.every() if key.state is not KeyState.RETIRED
    }
    if at_once:
        waited = now - domain.JWKS_CACHE
        by_state[KeyState.NEXT] = replace(by_state[KeyState.NEXT], state_since=waited)
    turn = domain.turn(by_state, now=now)
    if turn is None:
        return None
    store.save_state(turn.retire, KeyState.RETIRED, now=now)
    store.save_state(turn.promote, KeyState.CURRENT, now=now)
    coming = _made(KeyState.NEXT, now)
    store.add_unless_taken(coming)
    ledger.append(
        ledger.Entry(
            event="sso.key_rotated",
            subject=None,
            actor=ledger.SYSTEM,
            service=None,
            happened_at=now,
            facts={"current": turn.promote, "retired": turn.retire},
        )
    )
    return Rotated(current=turn.promote, next=coming.kid, retired=turn.retire)
