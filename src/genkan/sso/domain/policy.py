"""What a client has to bring, at every endpoint: one table, one function, a name for what lacks.

A mechanism that a client is registered for is no offer to it: a request without it is refused
wherever it comes in, by the profile the client is held to or by its own settings. That the key of a
code or a refresh token is the proof's own is a step of those grants.

Source:
    FAPI 2.0 Security Profile sections 5.3.2 and 5.4; RFC 9126 section 6; RFC 9101 section 10.5;
    RFC 9449 sections 5.2, 7.2, 8 and 10; RFC 7636.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from genkan.sso.domain.jose import STRONG_ALGS
from genkan.sso.domain.settings import Profile, Settings
from genkan.sso.domain.values import ClientAuth
from genkan.sso.errors import (
    InvalidDpopProof,
    InvalidRequest,
    InvalidToken,
    MechanismMissing,
    OAuthError,
    UseDpopNonce,
)


class Endpoint(StrEnum):
    """Where a request of a client can come in."""

    AUTHORIZE = "authorize"
    PAR = "par"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    USERINFO = "userinfo"
    PERSON_DATA = "person_data"
    INTROSPECTION = "introspection"
    REVOCATION = "revocation"
    CIBA = "ciba"
    LINKS = "links"


class About(StrEnum):
    """What a rule is about: it can be known at once, or after a request was read."""

    CALLER = "caller"
    """Who calls, and how they prove it."""
    REQUEST = "request"
    """How an authorization request came, and what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a request brought; what an endpoint has no use for stays as it is here.

    Attributes:
        pushed: the authorization request came by a `request_uri` of ours.
        request_object: it was signed by the client.
        challenge: PKCE, S256.
        auth: how the client proved itself; None where a browser or a token speaks for it.
        auth_alg: what its assertion was signed with.
        proof: thumbprint of the key of a DPoP proof that holds; None without one.
        nonce_is_good: the proof repeats a nonce of ours.
        bound_to: thumbprint that the access token is bound to.
        sent_as_bearer: the access token came as `Bearer`, or in a form.
    """

    pushed: bool = False
    request_object: bool = False
    challenge: bool = False
    auth: ClientAuth | None = None
    auth_alg: str | None = None
    proof: str | None = None
    nonce_is_good: bool = False
    bound_to: str | None = None
    sent_as_bearer: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One mechanism.

    Attributes:
        name: of the mechanism.
        at: the endpoints it is checked at.
        demanded: whether this client, bringing this, has to use it.
        used: whether the request does.
        refusal: what a request without it is told.
        about: the caller, or what they ask.
    """

    name: str
    at: frozenset[Endpoint]
    demanded: Callable[[Settings, Brought], bool]
    used: Callable[[Brought], bool]
    refusal: Callable[[], OAuthError]
    about: About = About.CALLER


FRONT = frozenset({Endpoint.AUTHORIZE})
REQUESTS = frozenset({Endpoint.AUTHORIZE, Endpoint.PAR})
SIGNED_REQUESTS = REQUESTS | {Endpoint.CIBA}
DIRECT = frozenset(
    {
        Endpoint.PAR,
        Endpoint.TOKEN,
        Endpoint.INTROSPECTION,
        Endpoint.REVOCATION,
        Endpoint.CIBA,
        Endpoint.LINKS,
    }
)
"""Where the client itself speaks, and proves itself."""
ISSUING = frozenset({Endpoint.TOKEN})
RESOURCES = frozenset({Endpoint.USERINFO, Endpoint.PERSON_DATA})
PROVING = frozenset({Endpoint.PAR, Endpoint.TOKEN, *RESOURCES})
"""Where a DPoP proof is read."""


def is_fapi(settings: Settings, _brought: Brought) -> bool:
    """Whether the client is held to FAPI 2.0."""
    return settings.profile is Profile.FAPI2


def is_bound(settings: Settings, _brought: Brought) -> bool:
    """Whether every token of the client is bound to a key."""
    return settings.dpop_bound or settings.profile is Profile.FAPI2


def _pushes(settings: Settings, _brought: Brought) -> bool:
    return settings.require_par or settings.profile is Profile.FAPI2


def _signs_requests(settings: Settings, brought: Brought) -> bool:
    return settings.require_request_object and not brought.pushed


def _challenges(settings: Settings, _brought: Brought) -> bool:
    return settings.require_pkce or settings.profile is Profile.FAPI2


RULES: tuple[Rule, ...] = (
    Rule(
        "PAR",
        FRONT,
        demanded=_pushes,
        used=lambda brought: brought.pushed,
        refusal=lambda: InvalidRequest("this client must use pushed authorization requests"),
        about=About.REQUEST,
    ),
    Rule(
        "request object",
        SIGNED_REQUESTS,
        demanded=_signs_requests,
        used=lambda brought: brought.request_object,
        refusal=lambda: InvalidRequest("this client must sign its requests: request is missing"),
        about=About.REQUEST,
    ),
    Rule(
        "PKCE",
        REQUESTS,
        demanded=_challenges,
        used=lambda brought: brought.challenge,
        refusal=lambda: InvalidRequest("this client must use PKCE: code_challenge is missing"),
        about=About.REQUEST,
    ),
    Rule(
        "private_key_jwt",
        DIRECT,
        demanded=is_fapi,
        used=lambda brought: brought.auth is ClientAuth.PRIVATE_KEY_JWT,
        refusal=lambda: MechanismMissing("this client must prove itself by private_key_jwt"),
    ),
    Rule(
        "strong algorithm",
        DIRECT,
        demanded=is_fapi,
        used=lambda brought: brought.auth_alg in STRONG_ALGS,
        refusal=lambda: MechanismMissing(
            f"this client must sign by one of {', '.join(STRONG_ALGS)}"
        ),
    ),
    Rule(
        "DPoP",
        ISSUING,
        demanded=is_bound,
        used=lambda brought: brought.proof is not None,
        refusal=lambda: InvalidDpopProof(
            "this client must prove possession of a key: the DPoP header is missing"
        ),
    ),
    Rule(
        "bound token",
        RESOURCES,
        demanded=is_bound,
        used=lambda brought: brought.bound_to is not None,
        refusal=lambda: InvalidToken("this client must use access tokens bound by DPoP"),
    ),
    Rule(
        "DPoP scheme",
        RESOURCES,
        demanded=lambda _settings, brought: brought.bound_to is not None,
        used=lambda brought: not brought.sent_as_bearer,
        refusal=lambda: InvalidToken("the access token is bound to a key: send it as DPoP"),
    ),
    Rule(
        "Bearer scheme",
        RESOURCES,
        demanded=lambda _settings, brought: brought.bound_to is None,
        used=lambda brought: brought.sent_as_bearer,
        refusal=lambda: InvalidToken("the access token is bound to no key: send it as Bearer"),
    ),
    Rule(
        "proof of a bound token",
        RESOURCES,
        demanded=lambda _settings, brought: brought.bound_to is not None,
        used=lambda brought: brought.proof is not None,
        refusal=lambda: InvalidDpopProof(
            "the access token is bound to a key: the DPoP header is missing"
        ),
    ),
    Rule(
        "nonce",
        PROVING,
        demanded=lambda settings, brought: is_fapi(settings, brought) and brought.proof is not None,
        used=lambda brought: brought.nonce_is_good,
        refusal=lambda: UseDpopNonce("use the nonce of the DPoP-Nonce header in the DPoP proof"),
    ),
    Rule(
        "the same key at a resource",
        RESOURCES,
        demanded=lambda _settings, brought: brought.bound_to is not None,
        used=lambda brought: brought.proof == brought.bound_to,
        refusal=lambda: InvalidToken("the access token is bound to another key than the proof's"),
    ),
)
"""Every mechanism, in the order in which a lack is told."""


EVERYTHING = frozenset(About)


def check(
    endpoint: Endpoint,
    settings: Settings,
    brought: Brought,
    *,
    about: Collection[About] = EVERYTHING,
) -> None:
    """Hold a request against what its client has to bring at an endpoint.

    Args:
        endpoint: where it came in.
        settings: what the client agreed on with us.
        brought: what the request shows.
        about: what is known of it yet.

    Raises:
        OAuthError: the first mechanism that lacks, by name.
    """
    for rule in RULES:
        if (
            endpoint in rule.at
            and rule.about in about
            and rule.demanded(settings, brought)
            and not rule.used(brought)
        ):
            raise rule.refusal()
