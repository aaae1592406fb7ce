"""Use cases of our signing keys: make, publish, sign, recognise, rotate, withdraw.

A process asks the database for the keys once a second at most. A rotation does no harm meanwhile:
the key that signed until then verifies for another week.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from joserfc import jws, jwt
from joserfc.errors import JoseError

from genkan.kernel.recent import Recent
from genkan.kernel.sealing import load_keyring
from genkan.ledger import api as ledger
from genkan.sso.domain import jose
from genkan.sso.domain import keys as domain
from genkan.sso.domain.keys import ALG, ALGS, Key, KeyState, SigningKey
from genkan.sso.errors import KeyUnknown, NoSigningKey
from genkan.sso.store import keys as store

REREAD_SECONDS = 1.0
_PAIR = (KeyState.CURRENT, KeyState.NEXT)


@transaction.atomic(durable=True)
def ensure_keys(*, algs: tuple[str, ...] = (ALG,), now: datetime) -> None:
    """Make current and next keys of algorithms that lack them; safe from several processes."""
    taken = {(key.alg, key.state) for key in store.every()}
    missing = [(alg, state) for alg in algs for state in _PAIR if (alg, state) not in taken]
    for alg, state in missing:
        store.add_unless_taken(_made(alg, state, now))
    if missing:
        _forget_now_and_after()


def _made(alg: str, state: KeyState, now: datetime) -> SigningKey:
    key = domain.fresh(alg)
    kid = key.thumbprint()
    private = json.dumps(key.as_dict(private=True)).encode()
    ring = load_keyring(settings.GENKAN.keyring)
    return SigningKey(
        kid=kid,
        alg=alg,
        public=domain.published(key, alg),
        sealed=ring.seal(private, about=_about(kid)),
        state=state,
        created_at=now,
        state_since=now,
    )


def _about(kid: str) -> str:
    return f"sso.signing_key {kid}"


@dataclass(slots=True)
class _Known:
    """What this process knows of our keys, and when it asked."""

    asked_at: float = float("-inf")
    keys: Mapping[str, SigningKey] = field(default_factory=dict)


_known = _Known()


def _every() -> Mapping[str, SigningKey]:
    """Return all keys by their identifier, as of a second ago at most."""
    if time.monotonic() - _known.asked_at >= REREAD_SECONDS:
        asked_at = time.monotonic()
        _known.keys = {key.kid: key for key in store.every()}
        _known.asked_at = asked_at
    return _known.keys


def forget() -> None:
    """Ask the database again before the next use."""
    _known.asked_at = float("-inf")


def _forget_now_and_after() -> None:
    """Forget for this transaction, and for whoever asked before it was committed."""
    forget()
    transaction.on_commit(forget)


def keys() -> list[SigningKey]:
    """Return all keys for the operator, oldest first, read anew."""
    return store.every()


def jwks(*, now: datetime) -> dict[str, object]:
    """Return the JWK Set that others verify our signatures with (RFC 7517 section 5)."""
    published = [key for key in _every().values() if domain.is_published(key, now=now)]
    return {"keys": [key.public for key in published]}


def sign(
    claims: Mapping[str, object], *, typ: str, alg: str = ALG, comes_back: bool = False
) -> str:
    """Return a compact JWS of `claims`, signed by the current key.

    Args:
        claims: JSON members.
        typ: what the token is, so that nobody takes it for another kind (RFC 8725 section 3.11).
        alg: one of `domain.keys.ALGS`.
        comes_back: it will be brought to us, and need not be verified then.

    Raises:
        NoSigningKey: `ensure_keys` never ran: there is no client that could be told anything.
    """
    kid, key = _signing_key(alg)
    token = jose.compact(_head(alg, kid, typ), claims, alg, key)
    if comes_back:
        _ours.keep(token, _Ours(kid, typ, claims))
    return token


@lru_cache(maxsize=64)
def _head(alg: str, kid: str, typ: str) -> bytes:
    return jose.head(alg=alg, kid=kid, typ=typ)


def _signing_key(alg: str) -> tuple[str, Key]:
    current = _current(alg)
    if current is None:
        forget()
        current = _current(alg)
    if current is None:
        raise NoSigningKey
    return current.kid, _unsealed(current.kid, current.sealed)


def _current(alg: str) -> SigningKey | None:
    found = (key for key in _every().values() if (key.alg, key.state) == (alg, KeyState.CURRENT))
    return next(found, None)


@lru_cache(maxsize=8)
def _unsealed(kid: str, sealed: bytes) -> Key:
    ring = load_keyring(settings.GENKAN.keyring)
    return domain.imported(json.loads(ring.unseal(sealed, about=_about(kid))))


@lru_cache(maxsize=32)
def _public(kid: str) -> Key:
    return domain.imported(_every()[kid].public)


def verified(token: str, *, typs: tuple[str | None, ...]) -> Mapping[str, Any] | None:
    """Return the claims of a token of ours, however old; None for anything else.

    Its header names one of our keys and that key's algorithm; a key that was withdrawn is none.

    Args:
        token: a compact JWS.
        typs: which kinds of token it may be.
    """
    known = _ours.get(token)
    if known is None:
        known = _checked(token)
        if known is None:
            return None
        _ours.keep(token, known)
    if known.typ not in typs or _named(known.kid) is None:
        return None
    return known.claims if known.claims.get("iss") == settings.GENKAN.issuer else None


@dataclass(frozen=True, slots=True)
class _Ours:
    """What a token says that one of our keys has signed."""

    kid: str
    typ: str | None
    claims: Mapping[str, Any]


KEPT = 6_000
"""Tokens that a process remembers to have signed or verified, or twice as many: 2 kB each."""
_ours: Recent[str, _Ours] = Recent(KEPT)


def _checked(token: str) -> _Ours | None:
    """Return what a token says whose signature is ours; None for anything else."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    key = _named(header.get("kid"))
    if key is None:
        return None
    try:
        found = jwt.decode(token, _public(key.kid), algorithms=[key.alg])
    except (JoseError, ValueError, TypeError):
        return None
    return _Ours(key.kid, header.get("typ"), found.claims)


def _named(kid: object) -> SigningKey | None:
    if not isinstance(kid, str):
        return None
    found = _every().get(kid)
    if found is None:
        forget()  # made by another process a moment ago, perhaps
        found = _every().get(kid)
    return None if found is None or found.state is KeyState.WITHDRAWN else found


def recognised(token: str) -> Mapping[str, Any] | None:
    """Return the claims of an ID token of ours, however old; None for anything else.

    Other tokens signed by the same keys, such as person data, carry another `typ`.
    """
    return verified(token, typs=(None, "JWT"))


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did with the keys of one algorithm."""

    current: str
    next: str
    retired: str


def rotate(*, at_once: bool = False, now: datetime) -> Rotated | None:
    """Let the next keys sign, make other next ones, retire the current; all algorithms together.

    Args:
        at_once: do not wait until the next key has been published long enough; for an emergency.
        now: the present moment.

    Returns:
        The turn of the keys for `ALG`, or None if its next key was not published long enough.
    """
    turned = rotate_all(at_once=at_once, now=now)
    return turned.get(ALG)


@transaction.atomic(durable=True)
def rotate_all(*, at_once: bool = False, now: datetime) -> Mapping[str, Rotated]:
    """Do the turns that are due, by algorithm; see `rotate`."""
    store.lock_rotation()
    every = store.every()
    turned = {alg: _turn(alg, every, at_once=at_once, now=now) for alg in ALGS}
    _forget_now_and_after()
    return {alg: one for alg, one in turned.items() if one is not None}


def rotate_if_old(*, now: datetime) -> bool:
    """Rotate once the current key has signed for `SIGNS_FOR`; return whether it was due."""
    current = _current(ALG)
    if current is None or now - current.state_since < domain.SIGNS_FOR:
        return False
    return rotate(now=now) is not None


def _turn(alg: str, every: list[SigningKey], *, at_once: bool, now: datetime) -> Rotated | None:
    pair = {key.state: key for key in every if key.alg == alg and key.state in _PAIR}
    if len(pair) < len(_PAIR):
        return None
    if at_once:
        waited = now - domain.JWKS_CACHE
        pair[KeyState.NEXT] = replace(pair[KeyState.NEXT], state_since=waited)
    turn = domain.turn(pair, now=now)
    if turn is None:
        return None
    store.save_state(turn.retire, KeyState.RETIRED, now=now)
    store.save_state(turn.promote, KeyState.CURRENT, now=now)
    coming = _made(alg, KeyState.NEXT, now)
    store.add_unless_taken(coming)
    _record("sso.key_rotated", {"current": turn.promote, "retired": turn.retire}, now=now)
    return Rotated(current=turn.promote, next=coming.kid, retired=turn.retire)


@transaction.atomic(durable=True)
def withdraw(kid: str, *, now: datetime) -> None:
    """Withdraw a retired key that leaked: within a second nothing it signed counts here.

    Others may hold it for as long as they keep our JWKS (`JWKS_CACHE`).

    Raises:
        KeyUnknown: no retired key has that name; one that signs has to be rotated away first.
    """
    store.lock_rotation()
    found = next((key for key in store.every() if key.kid == kid), None)
    if found is None or found.state is not KeyState.RETIRED:
        raise KeyUnknown
    store.save_state(kid, KeyState.WITHDRAWN, now=now)
    _forget_now_and_after()
    _record("sso.key_withdrawn", {"key": kid}, now=now)


def _record(event: str, facts: dict[str, str], *, now: datetime) -> None:
    ledger.append(
        ledger.Entry(
            event=event,
            subject=None,
            actor=ledger.SYSTEM,
            service=None,
            happened_at=now,
            facts=facts,
        )
    )
