"""Request objects: an authorization request inside a JWT that its client signed.

Source:
    RFC 9101 sections 4, 6 and 10; FAPI 2.0 Message Signing section 5.3.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwk, jws

from genkan.sso.domain.authorize.asked import KNOWN, SEVERAL
from genkan.sso.domain.client_keys import key_for
from genkan.sso.domain.client_proof import SKEW
from genkan.sso.domain.jose import STRONG_ALGS, UNREADABLE, Registry, Unverified
from genkan.sso.domain.settings import Profile
from genkan.sso.domain.steps import ARRIVING, Step
from genkan.sso.domain.values import Client
from genkan.sso.errors import InvalidRequestObject

ALGS = (*STRONG_ALGS, "RS256")
"""Never none, never HS*."""
TYPS = (None, "JWT", "oauth-authz-req+jwt")
"""Header types: an assertion, a DPoP proof or a logout token is no request."""
LONGEST_LIFE = timedelta(minutes=60)

_JSON = frozenset({"claims", "authorization_details"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who should have signed, and what we know about them.

    Attributes:
        client: named outside of the object.
        keys: its public JWKs.
        issuer: our own name.
    """

    client: Client
    keys: Sequence[Mapping[str, Any]]
    issuer: str
    now: datetime

    @property
    def is_strict(self) -> bool:
        """Whether the rules of FAPI 2.0 Message Signing count."""
        return self.client.settings.profile is Profile.FAPI2

    @property
    def algs(self) -> Sequence[str]:
        """Return the algorithms it may use: the registered one, or all."""
        registered = self.client.settings.request_object_alg
        allowed = STRONG_ALGS if self.is_strict else ALGS
        return [alg for alg in allowed if registered in (None, alg)]


def type_is_right(seen: Unverified, _signer: Signer) -> None:
    """The header says that it is a request, or nothing (RFC 9101 section 10.8)."""
    if seen.header.get("typ") not in TYPS:
        raise InvalidRequestObject("typ is that of another kind of JWT")


def algorithm_is_allowed(seen: Unverified, signer: Signer) -> None:
    """The registered algorithm, or one that we take."""
    if seen.header.get("alg") not in signer.algs:
        raise InvalidRequestObject(f"alg must be one of {', '.join(signer.algs)}")


def signature_is_right(seen: Unverified, signer: Signer) -> None:
    """By a registered key of the client; a key in the header is ignored."""
    key = key_for(seen.header, signer.keys)
    if key is None:
        raise InvalidRequestObject("no key of the client has this kid")
    try:
        jws.deserialize_compact(
            seen.compact, jwk.import_key(dict(key)), registry=Registry(*signer.algs)
        )
    except UNREADABLE as error:
        raise InvalidRequestObject("the signature is not right") from error


def it_comes_from_the_client(seen: Unverified, signer: Signer) -> None:
    """Issuer and client_id are whom the request names (RFC 9101 section 5)."""
    name = str(signer.client.id)
    if seen.claims.get("iss", None if signer.is_strict else name) != name:
        raise InvalidRequestObject("iss must be the client_id")
    if seen.claims.get("client_id") != name:
        raise InvalidRequestObject("client_id must be the one outside")
    if seen.claims.get("sub") == name:
        raise InvalidRequestObject("sub must not be the client_id (RFC 9101 section 10.8)")


def it_is_for_us(seen: Unverified, signer: Signer) -> None:
    """The audience is, or contains, our issuer."""
    audience = seen.claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if signer.issuer not in named:
        raise InvalidRequestObject("aud must be, or contain, our issuer")


def it_is_timely(seen: Unverified, signer: Signer) -> None:
    """What is told about time is true now; FAPI wants begin and end, an hour apart at most."""
    for name in ("nbf", "exp"):
        if (name in seen.claims or signer.is_strict) and seen.moment(name) is None:
            raise InvalidRequestObject(f"{name} must be a number of seconds")
    begin, end = seen.moment("nbf"), seen.moment("exp")
    if end is not None and end <= signer.now - SKEW:
        raise InvalidRequestObject("exp is over")
    if begin is not None and begin > signer.now + SKEW:
        raise InvalidRequestObject("nbf lies in the future")
    if signer.is_strict and begin is not None and end is not None:
        _is_short(begin, end, signer.now)


def _is_short(begin: datetime, end: datetime, now: datetime) -> None:
    if begin < now - LONGEST_LIFE - SKEW:
        raise InvalidRequestObject("nbf is more than 60 minutes ago")
    if end - begin > LONGEST_LIFE:
        raise InvalidRequestObject("exp is more than 60 minutes after nbf")


def it_refers_to_nothing_else(seen: Unverified, _signer: Signer) -> None:
    """A request object holds no other one (RFC 9101 section 4)."""
    if {"request", "request_uri"} & seen.claims.keys():
        raise InvalidRequestObject("request and request_uri must not be inside")


def parameters_are_texts(seen: Unverified, _signer: Signer) -> None:
    """Values are as they would be outside, or JSON where JSON is meant."""
    for name in KNOWN & seen.claims.keys():
        if _as_text(name, seen.claims[name]) is None:
            raise InvalidRequestObject(f"{name} has no value that can be read")


STEPS: tuple[Step[Unverified, Signer], ...] = (
    Step(type_is_right,             ARRIVING),
    Step(algorithm_is_allowed,      ARRIVING),
    Step(signature_is_right,        ARRIVING),
    Step(it_comes_from_the_client,  ARRIVING),
    Step(it_is_for_us,              ARRIVING),
    Step(it_is_timely,              ARRIVING),
    Step(it_refers_to_nothing_else, ARRIVING),
    Step(parameters_are_texts,      ARRIVING),
)  # fmt: skip


def parameters(seen: Unverified) -> dict[str, str]:
    """Return the request inside, as if it had come outside; what cannot be read is left out."""
    texts = {name: _as_text(name, seen.claims[name]) for name in KNOWN & seen.claims.keys()}
    return {name: text for name, text in texts.items() if text}


def _as_text(name: str, value: object) -> str | None:
    if isinstance(value, str):
        return value if _can_be_kept(value) else None
    if name == "max_age" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if name in SEVERAL and isinstance(value, list):
        return " ".join(map(str, value))
    return json.dumps(value) if name in _JSON and isinstance(value, dict | list) else None


def _can_be_kept(text: str) -> bool:
    """Whether a text has no NUL and no half characters, which JSON can write."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
