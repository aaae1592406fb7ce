"""What a client has agreed on with us for the protocol: the members of its metadata that decide.

They are stored as one document of RFC 7591 members; here they have types and defaults.

Source:
    RFC 7591 section 2; OpenID Connect Dynamic Client Registration 1.0 section 2; RFC 9126 section
    6; RFC 9449 section 5.2; RFC 9101 section 10.5; JARM section 3; OpenID Connect CIBA Core 1.0
    section 4; RFC 9701 section 6.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any


class Profile(StrEnum):
    """Which set of rules a client is held to, at every endpoint."""

    BASELINE = "baseline"
    """PKCE and exact addresses for all; the rest as registered."""
    FAPI2 = "fapi2"
    """FAPI 2.0 Security Profile: pushed requests, signed proofs, tokens bound to a key."""


class GrantType(StrEnum):
    """What a client may bring to the token endpoint."""

    CODE = "authorization_code"
    REFRESH = "refresh_token"
    CLIENT_CREDENTIALS = "client_credentials"
    CIBA = "urn:openid:params:grant-type:ciba"
    TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a registered name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Protocol settings of a client.

    Attributes:
        profile: the rules it is held to.
        grant_types: what it may bring to the token endpoint.
        id_token_alg: signs its ID tokens and logout tokens.
        userinfo_alg, introspection_alg, authorization_alg: sign these answers; None for plain ones.
        request_object_alg: the one algorithm of its request objects; None for any that we take.
        require_par: its requests have to be pushed (RFC 9126).
        require_request_object: its requests have to be signed (RFC 9101).
        dpop_bound: its access tokens are bound to a key, always (RFC 9449).
        require_pkce: its codes are bound to a verifier; False is for trying us out alone.
        default_max_age: seconds, where a request names none.
        default_acrs: where a request names none, best first.
        resources: identifiers of the resource servers whose tokens it may introspect.
        detail_types: of `authorization_details` it may ask for (RFC 9396).
        sector_identifier_uri: lists the addresses of its sector, as checked at registration.
        initiate_login_uri: where a sign-in at the service starts; None for its front page.
        pages: addresses shown to residents, by member: client_uri, logo_uri, policy_uri, tos_uri.
        ciba_mode: how it learns of an answer, "poll" or "ping"; None for a client without CIBA.
        ciba_endpoint: where a ping goes.
        contacts: of its makers, for us.
    """

    profile: Profile = Profile.BASELINE
    grant_types: frozenset[GrantType] = frozenset({GrantType.CODE})
    id_token_alg: str = "ES256"  # noqa: S105 - a registered name
    userinfo_alg: str | None = None
    introspection_alg: str | None = None
    authorization_alg: str | None = None
    request_object_alg: str | None = None
    require_par: bool = False
    require_request_object: bool = False
    dpop_bound: bool = False
    require_pkce: bool = True
    default_max_age: int | None = None
    default_acrs: tuple[str, ...] = ()
    resources: frozenset[str] = frozenset()
    detail_types: frozenset[str] = frozenset()
    sector_identifier_uri: str | None = None
    initiate_login_uri: str | None = None
    pages: tuple[tuple[str, str], ...] = ()
    ciba_mode: str | None = None
    ciba_endpoint: str | None = None
    contacts: tuple[str, ...] = ()


_TEXTS: Mapping[str, str] = {
    "userinfo_alg": "userinfo_signed_response_alg",
    "introspection_alg": "introspection_signed_response_alg",
    "authorization_alg": "authorization_signed_response_alg",
    "request_object_alg": "request_object_signing_alg",
    "sector_identifier_uri": "sector_identifier_uri",
    "initiate_login_uri": "initiate_login_uri",
    "ciba_mode": "backchannel_token_delivery_mode",
    "ciba_endpoint": "backchannel_client_notification_endpoint",
    "default_max_age": "default_max_age",
}
"""Members that may be missing, by attribute."""
_FLAGS: Mapping[str, str] = {
    "require_par": "require_pushed_authorization_requests",
    "require_request_object": "require_signed_request_object",
    "dpop_bound": "dpop_bound_access_tokens",
}
PAGES = ("client_uri", "logo_uri", "policy_uri", "tos_uri")
"""Addresses that residents are shown, as text or link: nothing is loaded from there."""


def document(settings: Settings) -> dict[str, Any]:
    """Return the settings as RFC 7591 members; what has no value is left out."""
    texts = {member: getattr(settings, name) for name, member in _TEXTS.items()}
    flags = {member: getattr(settings, name) for name, member in _FLAGS.items()}
    told: dict[str, Any] = {
        "profile": settings.profile.value,
        "grant_types": sorted(settings.grant_types),
        "id_token_signed_response_alg": settings.id_token_alg,
        **{member: value for member, value in texts.items() if value is not None},
        **{member: True for member, value in flags.items() if value},
        **dict(settings.pages),
    }
    if not settings.require_pkce:
        told["require_pkce"] = False
    if settings.default_acrs:
        told["default_acr_values"] = list(settings.default_acrs)
    if settings.contacts:
        told["contacts"] = list(settings.contacts)
    if settings.resources:
        told["resource_identifiers"] = sorted(settings.resources)
    if settings.detail_types:
        told["authorization_details_types"] = sorted(settings.detail_types)
    return told


def settings(document: Mapping[str, Any]) -> Settings:
    """Return the settings of a stored document, which was checked when it was registered."""
    texts: dict[str, Any] = {name: document.get(member) for name, member in _TEXTS.items()}
    flags: dict[str, Any] = {name: document.get(member, False) for name, member in _FLAGS.items()}
    return Settings(
        profile=Profile(document.get("profile", Profile.BASELINE)),
        grant_types=frozenset(
            GrantType(grant) for grant in document.get("grant_types", [GrantType.CODE])
        ),
        id_token_alg=document.get("id_token_signed_response_alg", "ES256"),
        require_pkce=document.get("require_pkce", True),
        default_acrs=tuple(document.get("default_acr_values", ())),
        resources=frozenset(document.get("resource_identifiers", ())),
        detail_types=frozenset(document.get("authorization_details_types", ())),
        contacts=tuple(document.get("contacts", ())),
        pages=tuple((name, document[name]) for name in PAGES if name in document),
        **texts,
        **flags,
    )


@lru_cache(maxsize=1_024)
def of_text(document: str) -> Settings:
    """Return the settings of a stored document as text; hot paths ask for the same again."""
    return settings(json.loads(document))
