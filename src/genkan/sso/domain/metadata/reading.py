"""A registration request: from a parsed JSON document to values, or an error naming the member."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genkan.sso.domain import client_keys, scopes
from genkan.sso.domain.client_keys import Jwk, KeyFaulty
from genkan.sso.domain.metadata import protocol
from genkan.sso.domain.metadata.members import Members, is_list_of
from genkan.sso.domain.metadata.protocol import Allowance
from genkan.sso.domain.settings import GrantType, Profile, Settings
from genkan.sso.domain.values import ClientAuth
from genkan.sso.errors import InvalidClientMetadata

MAX_NAME_LENGTH = 100
UNSUPPORTED = (
    "id_token_encrypted_response_alg",
    "userinfo_encrypted_response_alg",
    "authorization_encrypted_response_alg",
    "introspection_encrypted_response_alg",
    "request_object_encryption_alg",
    "frontchannel_logout_uri",
    "tls_client_certificate_bound_access_tokens",
    "backchannel_authentication_request_signing_alg",
    "backchannel_user_code_parameter",
)
"""Members whose meaning we cannot honour: silence would promise something."""
_OPERATOR: Allowance = Allowance()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a client registers.

    Attributes:
        auth_alg: the one algorithm of its assertions; empty where each published key says its own.
        keys: its public JWKs; none where it publishes them at `jwks_uri`.
    """

    name: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    auth: ClientAuth
    auth_alg: str
    scopes: frozenset[str]
    keys: tuple[Jwk, ...]
    jwks_uri: str | None
    logout_uri: str | None
    logout_needs_sid: bool
    settings: Settings


def read(document: Mapping[str, Any], allowance: Allowance = _OPERATOR) -> Metadata:
    """Return the metadata of a parsed JSON document.

    Raises:
        InvalidRedirectUri: an address cannot be registered.
        InvalidClientMetadata: any other member is wrong; the error names it.
    """
    members = Members(document)
    for name in UNSUPPORTED:
        if document.get(name):
            raise InvalidClientMetadata(name, "is not supported")
    members.choice("subject_type", ["pairwise"])
    profile = protocol.profile_of(members)
    auth = _auth(members, profile)
    settings = protocol.read(members, profile, auth, allowance)
    has_codes = GrantType.CODE in settings.grant_types
    _check_response_types(members, has_codes=has_codes)
    keys, jwks_uri = _keys(members, auth, allowance)
    return Metadata(
        name=(members.text("client_name", most=MAX_NAME_LENGTH) or "").strip(),
        redirect_uris=members.addresses("redirect_uris", at_least=1 if has_codes else 0),
        post_logout_redirect_uris=members.addresses("post_logout_redirect_uris", at_least=0),
        auth=auth,
        auth_alg=_auth_alg(members, profile, keys, jwks_uri),
        scopes=_scopes(members, settings.grant_types),
        keys=keys,
        jwks_uri=jwks_uri,
        logout_uri=members.address("backchannel_logout_uri"),
        logout_needs_sid=members.flag("backchannel_logout_session_required") or False,
        settings=settings,
    )


def _auth(members: Members, profile: Profile) -> ClientAuth:
    """Return how the client proves itself; `fapi2` knows signatures alone."""
    name = "token_endpoint_auth_method"
    said = members.choice(name, [way.value for way in ClientAuth])
    if profile is Profile.BASELINE:
        return ClientAuth(said or ClientAuth.BASIC)
    if said not in (None, ClientAuth.PRIVATE_KEY_JWT):
        raise InvalidClientMetadata(name, "profile fapi2 needs private_key_jwt")
    return ClientAuth.PRIVATE_KEY_JWT


def _check_response_types(members: Members, *, has_codes: bool) -> None:
    """Check that codes alone are answered, and only where the client may redeem them."""
    name = "response_types"
    allowed = ["code"] if has_codes else []
    said = members.get(name)
    if said is not None and (not is_list_of(said, str) or said != allowed):
        raise InvalidClientMetadata(name, f"only {allowed} goes with these grant types")


def _keys(
    members: Members, auth: ClientAuth, allowance: Allowance
) -> tuple[tuple[Jwk, ...], str | None]:
    """Return the client's keys or where it publishes them, never both (RFC 7591 section 2)."""
    jwks, uri = members.get("jwks"), members.address("jwks_uri")
    if jwks is not None and uri is not None:
        raise InvalidClientMetadata("jwks_uri", "and jwks exclude each other")
    signs = auth is ClientAuth.PRIVATE_KEY_JWT and not allowance.by_operator
    if jwks is None and uri is None and signs:
        raise InvalidClientMetadata("jwks", "or jwks_uri is needed for private_key_jwt")
    if jwks is None:
        return (), uri
    try:
        return client_keys.key_set(jwks), None
    except KeyFaulty as why:
        raise InvalidClientMetadata("jwks", str(why)) from why


def _auth_alg(
    members: Members, profile: Profile, keys: tuple[Jwk, ...], jwks_uri: str | None
) -> str:
    """Return the one algorithm of assertions: as said, else what the keys stand for (P0.6)."""
    name, algs = "token_endpoint_auth_signing_alg", protocol.THEIR_ALGS[profile]
    said = members.choice(name, algs)
    if said is not None:
        if keys and said not in client_keys.usable_algorithms(keys):
            raise InvalidClientMetadata(name, "is not the algorithm of any registered key")
        return said
    if not keys:
        return "" if jwks_uri else "ES256"
    found = client_keys.algorithms(keys, protocol.RSA_ALG[profile])
    if not found & set(algs):
        raise InvalidClientMetadata("jwks", f"profile {profile} takes {', '.join(algs)}")
    return next(iter(found)) if len(found) == 1 else ""


def _scopes(members: Members, grants: frozenset[GrantType]) -> frozenset[str]:
    """Return the scopes registered; without the member, every standard one for who gets codes."""
    said = members.text("scope")
    signs_in = bool(grants & {GrantType.CODE, GrantType.CIBA})
    if said is None:
        lasting = {scopes.OFFLINE_ACCESS} if GrantType.REFRESH in grants else frozenset()
        return scopes.STANDARD | lasting if signs_in else frozenset()
    wanted = scopes.understood(said)
    if signs_in and scopes.OPENID not in wanted:
        raise InvalidClientMetadata("scope", "must contain openid")
    return wanted
