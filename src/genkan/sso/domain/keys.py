"""Our signing keys and how they take turns.

A key is published before it signs and long after: `next` is in the JWKS and signs nothing yet,
`current` signs, `retired` only verifies. At any moment exactly one key of an algorithm is current.
A key that leaked is `withdrawn`: from then on nothing it signed is worth anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc.jwk import ECKey, RSAKey

ALG = "ES256"
"""Signs whatever no client has asked to have signed by another algorithm."""
ALGS = (ALG, "RS256")
"""RS256 is for those who know nothing else (Discovery section 3 wants it offered)."""
RSA_BITS = 2048
JWKS_CACHE = timedelta(minutes=1)
"""How long others may keep our JWKS; a key is `next` at least this long before it signs."""
RETIRED_FOR = timedelta(days=7)
"""How long a retired key stays published: longer than any token it signed."""
SIGNS_FOR = timedelta(days=90)
"""How long a key signs before the next one takes its turn by itself."""

Key = ECKey | RSAKey


class KeyState(StrEnum):
    """Where a key stands in its life."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key of ours.

    Attributes:
        kid: RFC 7638 thumbprint.
        alg: the one algorithm it signs with.
        public: its public JWK, as published.
        sealed: its private JWK as JSON, sealed.
        state_since: when it came to its state.
    """

    kid: str
    public: Mapping[str, Any]
    sealed: bytes
    state: KeyState
    created_at: datetime
    state_since: datetime
    alg: str = ALG


@dataclass(frozen=True, slots=True)
class Turn:
    """What a rotation does: which keys change state, and whether a new `next` is made."""

    retire: str
    promote: str


def turn(keys: Mapping[KeyState, SigningKey], *, now: datetime) -> Turn | None:
    """Return the turn that is due, or None while `next` has not been published long enough.

    Args:
        keys: the current and the next key.
        now: the present moment.
    """
    coming = keys[KeyState.NEXT]
    if now - coming.state_since < JWKS_CACHE:
        return None
    return Turn(retire=keys[KeyState.CURRENT].kid, promote=coming.kid)


def is_published(key: SigningKey, *, now: datetime) -> bool:
    """Whether the key belongs into the JWKS."""
    if key.state is KeyState.WITHDRAWN:
        return False
    return key.state is not KeyState.RETIRED or now - key.state_since < RETIRED_FOR


def fresh(alg: str = ALG) -> Key:
    """Return a new key for an algorithm, named by its thumbprint."""
    made: Key = ECKey.generate_key("P-256") if alg == ALG else RSAKey.generate_key(RSA_BITS)
    return imported({**made.as_dict(private=True), "kid": made.thumbprint()})


def imported(jwk: Mapping[str, Any]) -> Key:
    """Return a key of ours from its JWK."""
    kind = ECKey if jwk["kty"] == "EC" else RSAKey
    return kind.import_key(dict(jwk))


def published(key: Key, alg: str = ALG) -> dict[str, Any]:
    """Return the public JWK of a key as the JWKS shows it."""
    return {**key.as_dict(private=False), "use": "sig", "alg": alg}
