"""Public keys of clients, and what they have signed: assertions and request objects.

A key has one algorithm: the one its client registered, else the one it says itself, else the one of
its type. Nothing in a header decides but `kid`, which chooses among registered keys.

Source:
    RFC 7515 section 4.1 (jku, jwk, x5u and x5c are ignored), RFC 7517 section 5, RFC 8725 section
    3.1, FAPI 2.0 Security Profile section 5.4 (algorithms), FIPS 186-5 section 5.1 (RSA).
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from joserfc import jwk, jws
from joserfc.errors import JoseError

from genkan.sso.domain.jose import MIN_RSA_BITS, STRONG_ALGS, UNREADABLE, Registry

BASELINE_ALGS = (*STRONG_ALGS, "RS256")
MAX_KEYS = 10
MAX_KID_LENGTH = 200
RSA_BITS = range(MIN_RSA_BITS, 8193)
_EXPONENTS = range(65_537, 1 << 32)
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "EC": ("crv", "x", "y"),
    "OKP": ("crv", "x"),
    "RSA": ("n", "e"),
}
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_ALGS: Mapping[str, tuple[str, ...]] = {
    "EC": ("ES256",),
    "OKP": ("EdDSA",),
    "RSA": ("RS256", "PS256"),
}
_NAMES = {"Ed25519": "EdDSA"}
"""RFC 9864 gives EdDSA on this curve a name of its own."""
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Jwk = Mapping[str, Any]


class KeyFaulty(ValueError):
    """A JWK, or a set of them, that cannot be a client's; the text says why."""


def key_set(document: object) -> tuple[Jwk, ...]:
    """Return the keys of a JWK Set that a client registers: each has to be one that we take.

    Raises:
        KeyFaulty: it is no set, it is empty or too large, or a key is faulty.
    """
    found = [checked(key) for key in _listed(document) if not _is_for_encryption(key)]
    if not found:
        raise KeyFaulty("holds no key for signatures")
    kids = [key.get("kid") for key in found]
    if len(found) > 1 and (None in kids or len(set(kids)) != len(kids)):
        raise KeyFaulty("holds several keys, so each needs a kid of its own")
    return tuple(found)


def published_keys(document: object) -> tuple[Jwk, ...]:
    """Return those keys of a fetched JWK Set that we take; others are ignored (RFC 7517 section 5).

    Raises:
        KeyFaulty: it is no set, it is too large, or none of its keys can be taken.
    """
    found = tuple(_good(_listed(document)))
    if not found:
        raise KeyFaulty("holds no key for signatures that we take")
    return found


def _good(keys: Sequence[Jwk]) -> Iterator[Jwk]:
    for key in keys:
        if _is_for_encryption(key):
            continue
        try:
            yield checked(key)
        except KeyFaulty:
            continue


def _listed(document: object) -> list[Jwk]:
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise KeyFaulty("must be a JWK Set")
    if not 1 <= len(keys) <= MAX_KEYS:
        raise KeyFaulty(f"must be a JWK Set of 1 to {MAX_KEYS} keys")
    return keys


def _is_for_encryption(key: Jwk) -> bool:
    return key.get("use") == "enc"


def checked(key: Jwk) -> dict[str, Any]:
    """Return the public members of a key that may sign for a client.

    Raises:
        KeyFaulty: it has a private part, is no EC P-256, RSA or Ed25519 key, or is too weak.
    """
    if _PRIVATE_MEMBERS & set(key):
        raise KeyFaulty("holds a private key: make a new one, this one is no longer secret")
    kind = key.get("kty")
    if kind not in ("EC", "OKP", "RSA") or key.get("crv") != _CURVES.get(kind):
        raise KeyFaulty("holds a key that is not EC P-256, RSA or Ed25519")
    public: dict[str, Any] = {"kty": kind}
    public |= {name: key[name] for name in _NEEDED[kind] if isinstance(key.get(name), str)}
    public |= _named(key, "kid")
    public |= _named(key, "alg")
    if public.get("alg") not in (None, *_ALGS[kind], *_NAMES):
        raise KeyFaulty("holds a key for an algorithm that is not taken")
    if kind == "RSA":
        _check_rsa(public)
    try:
        jwk.import_key(dict(public)).get_op_key("verify")
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeyFaulty("holds a key that cannot be read") from error
    return public


def _named(key: Jwk, name: str) -> dict[str, str]:
    value = key.get(name)
    if value is None:
        return {}
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= MAX_KID_LENGTH
        or not value.isprintable()
    ):
        raise KeyFaulty(f"holds a key whose {name} is not a short text")
    return {name: value}


def _check_rsa(key: Jwk) -> None:
    """Refuse moduli that are too weak, or so large that checking them costs us."""
    try:
        modulus, exponent = (_number(key[name]) for name in ("n", "e"))
    except (KeyError, ValueError) as error:
        raise KeyFaulty("holds a key that cannot be read") from error
    if modulus.bit_length() not in RSA_BITS or exponent not in _EXPONENTS:
        raise KeyFaulty("holds an RSA key with fewer than 2048 bits, or an odd exponent")


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def _bytes(text: str) -> bytes:
    """Return what unpadded base64url says."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def algorithms(keys: Sequence[Jwk], default_rsa: str) -> frozenset[str]:
    """Return the algorithms that keys stand for; RSA keys that do not say have the default."""
    return frozenset(algorithm_of(key, default_rsa) for key in keys)


def usable_algorithms(keys: Sequence[Jwk]) -> frozenset[str]:
    """Return every algorithm that one of the keys may be used with."""
    return frozenset(
        alg for key in keys for alg in _ALGS[key["kty"]] if algorithm_of(key, alg) == alg
    )


def algorithm_of(key: Jwk, default_rsa: str) -> str:
    """Return the one algorithm of a key that was checked."""
    said = key.get("alg")
    if isinstance(said, str):
        return _NAMES.get(said, said)
    return default_rsa if key["kty"] == "RSA" else _ALGS[key["kty"]][0]


def key_for(header: Mapping[str, Any], keys: Sequence[Jwk]) -> Jwk | None:
    """Return the key that a header names; a header without kid needs exactly one key."""
    kid = header.get("kid")
    fitting = keys if kid is None else [key for key in keys if key.get("kid") == kid]
    return fitting[0] if len(fitting) == 1 else None


def is_signed(compact: str, key: Jwk, alg: str) -> bool:
    """Whether a compact JWS is signed by a key with exactly this algorithm."""
    if alg not in _ALGS[key["kty"]] or algorithm_of(key, alg) != alg:
        return False
    names = {name for name, meant in _NAMES.items() if meant == alg} | {alg}
    try:
        jws.deserialize_compact(compact, jwk.import_key(dict(key)), registry=Registry(*names))
    except UNREADABLE:
        return False
    return True
