"""Our signing keys and how they take turns.

A key is published before it signs and long after: `next` is in the JWKS and signs nothing yet,
`current` signs, `retired` only verifies. At any moment exactly one key is current.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc.jwk import ECKey

ALG = "ES256"
JWKS_CACHE = timedelta(minutes=1)
"""How long others may keep our JWKS; a key is `next` at least this long before it signs."""
RETIRED_FOR = timedelta(days=7)
"""How long a retired key stays published: longer than any token it signed."""


class KeyState(StrEnum):
    """Where a key stands in its life."""

    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key of ours.

    Attributes:
        kid: RFC 7638 thumbprint.
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
    return key.state is not KeyState.RETIRED or now - key.state_since < RETIRED_FOR


def fresh() -> ECKey:
    """Return a new P-256 key, named by its thumbprint."""
    key = ECKey.generate_key("P-256")
    return ECKey.import_key({**key.as_dict(private=True), "kid": key.thumbprint()})


def published(key: ECKey) -> dict[str, Any]:
    """Return the public JWK of a key as the JWKS shows it."""
    return {**key.as_dict(private=False), "use": "sig", "alg": ALG}
