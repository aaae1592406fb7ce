"""Proof of possession: a request is signed by the key that its tokens are bound to.

Source:
    RFC 9449; FAPI 2.0 Security Profile section 5.3.2.1 (clocks differ by up to 10 seconds).
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from joserfc import jwk, jws

from genkan.sso.domain.jose import STRONG_ALGS, UNREADABLE, Registry, Unverified
from genkan.sso.domain.token import s256, unpadded
from genkan.sso.domain.uris import normalised
from genkan.sso.errors import InvalidDpopProof

PROOF_TYPE = "dpop+jwt"
PROOF_ALGS = STRONG_ALGS
OLDEST = timedelta(seconds=60)
"""How long ago a proof may have been made."""
AHEAD = timedelta(seconds=10)
"""How far the clock of its maker may be ahead of ours."""
MAX_JTI_LENGTH = 255
NONCE_WINDOW = timedelta(minutes=2)
"""A nonce is good in the window it was given in, and in the next."""

_COORDINATE = re.compile(r"[A-Za-z0-9\-_]{43}", re.ASCII)
_MODULUS = re.compile(
    r"[g-z0-9\-_][A-Za-z0-9\-_]{341}|[B-Za-z0-9\-_][A-Za-z0-9\-_]{342,682}", re.ASCII
)
"""2,048 to 4,096 bits that count: the first is not zero."""
_EXPONENT = re.compile(r"AQAB", re.ASCII)
_THUMBPRINT = _COORDINATE
_FIXED: Mapping[str, Mapping[str, str]] = {
    "ES256": {"kty": "EC", "crv": "P-256"},
    "PS256": {"kty": "RSA"},
    "EdDSA": {"kty": "OKP", "crv": "Ed25519"},
}
_FREE: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "ES256": {"x": _COORDINATE, "y": _COORDINATE},
    "PS256": {"n": _MODULUS, "e": _EXPONENT},
    "EdDSA": {"x": _COORDINATE},
}
"""Members of the key by algorithm."""
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_REGISTRY = Registry(*PROOF_ALGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The request that a proof has to have been made for.

    Attributes:
        method: of HTTP, as it came.
        address: of the endpoint, by our configuration and never by the Host header.
        access_token: what the request brings at a protected resource; None elsewhere.
    """

    method: str
    address: str
    access_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A proof that holds; whether it is used for the first time is not known yet.

    Attributes:
        jkt: thumbprint of the key that signed it (RFC 7638).
        nonce: the server's, as repeated by the client; None without one.
    """

    jkt: str
    jti: str
    nonce: str | None
    issued_at: datetime

    @property
    def digest(self) -> bytes:
        """Return what names this proof among all of them."""
        return sha256(f"{self.jkt}.{self.jti}".encode()).digest()

    @property
    def expires_at(self) -> datetime:
        """Return from when on its age alone refuses it."""
        return self.issued_at + OLDEST


@dataclass(frozen=True, slots=True)
class _Case:
    """A proof that is being looked at."""

    seen: Unverified
    target: Target
    now: datetime

    @property
    def alg(self) -> str:
        alg = self.seen.header.get("alg")
        return alg if isinstance(alg, str) else ""

    @property
    def key(self) -> Mapping[str, Any]:
        key = self.seen.header.get("jwk")
        return key if isinstance(key, dict) else {}


def _typ_says_what_it_is(case: _Case) -> str | None:
    return None if case.seen.header.get("typ") == PROOF_TYPE else f"typ is not {PROOF_TYPE}"


def _nothing_is_critical(case: _Case) -> str | None:
    return "crit is not understood" if "crit" in case.seen.header else None


def _algorithm_is_taken(case: _Case) -> str | None:
    return None if case.alg in PROOF_ALGS else f"alg is not one of {', '.join(PROOF_ALGS)}"


def _key_is_public(case: _Case) -> str | None:
    return "jwk holds a private key" if _PRIVATE & case.key.keys() else None


def _key_fits(case: _Case) -> str | None:
    """The key is of the algorithm's kind, and its members have the one form they can have."""
    fixed = all(case.key.get(name) == value for name, value in _FIXED[case.alg].items())
    free = all(
        pattern.fullmatch(value) if isinstance(value := case.key.get(name), str) else None
        for name, pattern in _FREE[case.alg].items()
    )
    return None if fixed and free else f"jwk is not a public key for {case.alg}"


def _method_is_this_one(case: _Case) -> str | None:
    return None if case.seen.claims.get("htm") == case.target.method else "htm is another method"


def _address_is_this_one(case: _Case) -> str | None:
    said = normalised(case.seen.text("htu") or "")
    return None if said == normalised(case.target.address) else "htu is another address"


def _made_just_now(case: _Case) -> str | None:
    made = case.seen.moment("iat")
    if made is None:
        return "iat is missing"
    if not case.now - OLDEST < made <= case.now + AHEAD:
        return "iat is too far from now"
    return None


def _begins_and_ends_around_now(case: _Case) -> str | None:
    """A proof needs neither; whoever sets a limit means it."""
    begin, end = case.seen.moment("nbf"), case.seen.moment("exp")
    if "nbf" in case.seen.claims and (begin is None or begin > case.now + AHEAD):
        return "nbf is in the future"
    if "exp" in case.seen.claims and (end is None or end <= case.now - AHEAD):
        return "exp is in the past"
    return None


def _has_a_name(case: _Case) -> str | None:
    length = len(case.seen.text("jti") or "")
    return None if 0 < length <= MAX_JTI_LENGTH else "jti is missing or too long"


def _nonce_is_text(case: _Case) -> str | None:
    missing = "nonce" in case.seen.claims and case.seen.text("nonce") is None
    return "nonce is not a text" if missing else None


def _is_about_this_token(case: _Case) -> str | None:
    if case.target.access_token is None:
        return None
    said = case.seen.text("ath") or ""
    made = ath(case.target.access_token)
    same = hmac.compare_digest(said.encode(), made.encode())
    return None if same else "ath is not the hash of the access token"


def _is_signed(case: _Case) -> str | None:
    try:
        jws.deserialize_compact(case.seen.compact, _imported(case), registry=_REGISTRY)
    except UNREADABLE:
        return "the signature does not verify with jwk"
    return None


_CHECKS: tuple[Callable[[_Case], str | None], ...] = (
    _typ_says_what_it_is,
    _nothing_is_critical,
    _algorithm_is_taken,
    _key_is_public,
    _key_fits,
    _method_is_this_one,
    _address_is_this_one,
    _has_a_name,
    _made_just_now,
    _begins_and_ends_around_now,
    _nonce_is_text,
    _is_about_this_token,
    _is_signed,
)
"""What costs nothing first; the signature last. Each returns what is wrong, or None."""


def checked(header: str, target: Target, *, now: datetime) -> Proof:
    """Return the proof in a `DPoP` header.

    Raises:
        InvalidDpopProof: it does not hold (RFC 9449 section 4.3); the text says why.
    """
    seen = Unverified.read(header)
    if seen is None:
        raise InvalidDpopProof("the DPoP header is not one JWT")
    case = _Case(seen, target, now)
    why = next(filter(None, (check(case) for check in _CHECKS)), None)
    if why is not None:
        raise InvalidDpopProof(f"the DPoP proof does not hold: {why}")
    made = seen.moment("iat")
    assert made is not None, "_made_just_now has seen it"
    return Proof(
        jkt=_imported(case).thumbprint(),
        jti=seen.text("jti") or "",
        nonce=seen.text("nonce"),
        issued_at=made,
    )


def _imported(case: _Case) -> jwk.Key:
    """Return the key of a proof, of the members that make it alone."""
    members = _FIXED[case.alg].keys() | _FREE[case.alg].keys()
    return jwk.import_key({name: case.key[name] for name in members})


def is_thumbprint(text: str) -> bool:
    """Whether a `dpop_jkt` can be one (RFC 9449 section 10)."""
    return _THUMBPRINT.fullmatch(text) is not None


def ath(access_token: str) -> str:
    """Return how a proof names the access token it goes with (RFC 9449 section 4.2)."""
    return s256(access_token)


def nonce_window(now: datetime) -> int:
    """Return the number of the span of time in which one nonce is given out."""
    return int(now.timestamp() // NONCE_WINDOW.total_seconds())


def nonces(name: Callable[[bytes], bytes], window: int) -> tuple[str, str]:
    """Return the nonce to give out in a window, and the one given out before, which is good still.

    Args:
        name: a keyed hash that only we can make.
        window: see `nonce_window`.
    """
    fresh, last = (unpadded(name(one.to_bytes(8, "big"))) for one in (window, window - 1))
    return fresh, last
