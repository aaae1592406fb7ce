"""Client metadata: what may be registered.

Unknown members are ignored (RFC 7591 section 2); a member we know must be right, and the error
names it.

Source:
    RFC 7591 section 2; OpenID Connect Dynamic Client Registration 1.0 section 2; OpenID Connect
    Back-Channel Logout 1.0 section 2.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jwk
from joserfc.errors import JoseError

from genkan.sso.domain import redirects, scopes
from genkan.sso.domain.values import ASSERTION_ALGS, WITH_SECRET_OR_KEY, Client, ClientAuth
from genkan.sso.errors import InvalidClientMetadata, InvalidRedirectUri

MAX_URIS = 50
MAX_NAME_LENGTH = 100
MAX_KEYS = 10
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

FIXED: Mapping[str, object] = {
    "response_types": ["code"],
    "grant_types": ["authorization_code"],
    "subject_type": "pairwise",
    "id_token_signed_response_alg": "ES256",
}
"""Members that have one value here: a client may leave them out or say the same."""

UNSUPPORTED = (
    "jwks_uri",
    "sector_identifier_uri",
    "id_token_encrypted_response_alg",
    "userinfo_signed_response_alg",
    "userinfo_encrypted_response_alg",
    "request_object_signing_alg",
    "frontchannel_logout_uri",
    "require_pushed_authorization_requests",
    "dpop_bound_access_tokens",
    "require_signed_request_object",
    "tls_client_certificate_bound_access_tokens",
    "default_max_age",
)
"""Members whose meaning we cannot honour yet: silence would promise something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a client registers.

    Attributes:
        keys: public JWKs, for a client that signs; they are kept by `partners`.
    """

    name: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    auth: ClientAuth
    auth_alg: str
    scopes: frozenset[str]
    keys: tuple[Mapping[str, Any], ...]
    logout_uri: str | None
    logout_needs_sid: bool


def read(document: Mapping[str, Any]) -> Metadata:
    """Return the metadata of a parsed JSON document.

    Raises:
        InvalidRedirectUri: an address cannot be registered.
        InvalidClientMetadata: any other member is wrong; the error names it.
    """
    for name, value in FIXED.items():
        if document.get(name, value) != value:
            raise InvalidClientMetadata(name, f"only {value} is supported")
    for name in UNSUPPORTED:
        if document.get(name):
            raise InvalidClientMetadata(name, "is not supported")
    auth = _choice(document, "token_endpoint_auth_method", WITH_SECRET_OR_KEY, ClientAuth.BASIC)
    return Metadata(
        name=_name(document),
        redirect_uris=_addresses(document, "redirect_uris", at_least=1),
        post_logout_redirect_uris=_addresses(document, "post_logout_redirect_uris", at_least=0),
        auth=ClientAuth(auth),
        auth_alg=_choice(document, "token_endpoint_auth_signing_alg", ASSERTION_ALGS, "ES256"),
        scopes=_scopes(document),
        keys=_keys(document),
        logout_uri=_logout_uri(document),
        logout_needs_sid=_logout_needs_sid(document),
    )


def _text(document: Mapping[str, Any], name: str, default: str) -> str:
    value = document.get(name, default)
    if not isinstance(value, str):
        raise InvalidClientMetadata(name, "must be a text")
    return value


def _name(document: Mapping[str, Any]) -> str:
    name = _text(document, "client_name", "").strip()
    if len(name) > MAX_NAME_LENGTH or any(ord(character) < ord(" ") for character in name):
        raise InvalidClientMetadata("client_name", f"at most {MAX_NAME_LENGTH} printed characters")
    return name


def _choice(document: Mapping[str, Any], name: str, allowed: Sequence[str], default: str) -> str:
    value = _text(document, name, default)
    if value not in allowed:
        raise InvalidClientMetadata(name, f"must be one of {', '.join(allowed)}")
    return value


def _addresses(document: Mapping[str, Any], name: str, *, at_least: int) -> tuple[str, ...]:
    value = document.get(name, [])
    if not _is_list_of(value, str) or not at_least <= len(value) <= MAX_URIS:
        raise InvalidRedirectUri(name, f"must be a list of {at_least} to {MAX_URIS} addresses")
    for uri in value:
        if why := redirects.why_not_registrable(uri):
            raise InvalidRedirectUri(name, f"{uri} {why}")
    return tuple(dict.fromkeys(value))


def _logout_uri(document: Mapping[str, Any]) -> str | None:
    """Return where logout tokens go: an address like those a browser is sent to, or None."""
    uri = document.get("backchannel_logout_uri")
    if uri is None:
        return None
    why = redirects.why_not_registrable(uri) if isinstance(uri, str) else "must be an address"
    if why:
        raise InvalidClientMetadata("backchannel_logout_uri", why)
    return str(uri)


def _logout_needs_sid(document: Mapping[str, Any]) -> bool:
    needed = document.get("backchannel_logout_session_required", False)
    if not isinstance(needed, bool):
        raise InvalidClientMetadata("backchannel_logout_session_required", "must be true or false")
    return needed


def _scopes(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the scopes registered; without the member, every standard one."""
    wanted = scopes.understood(_text(document, "scope", scopes.as_text(scopes.STANDARD)))
    if scopes.OPENID not in wanted:
        raise InvalidClientMetadata("scope", "must contain openid")
    return wanted


def _keys(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    if document.get("jwks") is None:
        return ()
    jwks = document["jwks"]
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not _is_list_of(keys, dict) or not 1 <= len(keys) <= MAX_KEYS:
        raise InvalidClientMetadata("jwks", f"must be a JWK Set of 1 to {MAX_KEYS} keys")
    for key in keys:
        if why := _why_not_a_public_key(key):
            raise InvalidClientMetadata("jwks", why)
    return tuple(keys)


def _why_not_a_public_key(key: Mapping[str, Any]) -> str | None:
    if _PRIVATE_MEMBERS & set(key):
        return "holds a private key: make a new one, this one is no longer secret"
    try:
        jwk.import_key(dict(key))
    except (JoseError, ValueError, TypeError, KeyError):
        return "holds a key that cannot be read"
    return None


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


def document(client: Client, *, secret: str | None = None) -> dict[str, object]:
    """Return a client as RFC 7591 metadata; the secret is known only when it was just made."""
    described: dict[str, object] = {
        "client_id": str(client.id),
        "client_name": client.name,
        "redirect_uris": sorted(client.redirect_uris),
        "post_logout_redirect_uris": sorted(client.post_logout_redirect_uris),
        "token_endpoint_auth_method": client.auth.value,
        "scope": scopes.as_text(client.scopes),
        **FIXED,
    }
    if client.auth is ClientAuth.PRIVATE_KEY_JWT:
        described["token_endpoint_auth_signing_alg"] = client.auth_alg
    if client.logout_uri is not None:
        described["backchannel_logout_uri"] = client.logout_uri
        described["backchannel_logout_session_required"] = client.logout_needs_sid
    if secret is not None:
        described |= {"client_secret": secret, "client_secret_expires_at": 0}
    return described
