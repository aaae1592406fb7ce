"""Members that decide about the protocol: profile, grants, algorithms, what is required.

The profile `fapi2` switches on by itself what it needs; a member that contradicts it is refused by
name. A client that registers signed proofs, pushed requests and bound tokens without naming a
profile is held to it, too: it said everything the profile is about.

Source:
    FAPI 2.0 Security Profile sections 5.3.2 and 5.4; RFC 9126 section 6; RFC 9449 section 5.2; RFC
    9101 section 10.5; JARM section 3; CIBA Core 1.0 section 4; RFC 9701 section 6; RFC 9396
    section 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from genkan.sso.domain.client_keys import BASELINE_ALGS
from genkan.sso.domain.jose import STRONG_ALGS
from genkan.sso.domain.metadata.members import Members
from genkan.sso.domain.settings import PAGES, GrantType, Profile, Settings
from genkan.sso.domain.values import ClientAuth
from genkan.sso.errors import InvalidClientMetadata

OUR_ALGS: Mapping[Profile, tuple[str, ...]] = {
    Profile.BASELINE: ("ES256", "RS256"),
    Profile.FAPI2: ("ES256",),
}
"""With what we sign for clients."""
THEIR_ALGS: Mapping[Profile, tuple[str, ...]] = {
    Profile.BASELINE: BASELINE_ALGS,
    Profile.FAPI2: STRONG_ALGS,
}
"""With what clients sign for us."""
RSA_ALG: Mapping[Profile, str] = {Profile.BASELINE: "RS256", Profile.FAPI2: "PS256"}
"""Algorithm of an RSA key that does not say its own."""
MAX_AGE = 10 * 366 * 24 * 3600
CIBA_MODES = ("poll", "ping")
_MARKS = {
    "token_endpoint_auth_method": ClientAuth.PRIVATE_KEY_JWT.value,
    "require_pushed_authorization_requests": True,
    "dpop_bound_access_tokens": True,
}
"""What `fapi2` is about; together they mean it, where no profile is named."""
_OURS = {
    "userinfo_alg": "userinfo_signed_response_alg",
    "introspection_alg": "introspection_signed_response_alg",
    "authorization_alg": "authorization_signed_response_alg",
}
_BY_OPERATOR_ALONE = ("resource_identifiers",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What may be registered here.

    Attributes:
        by_operator: an operator registers it, not a program with a token.
        in_production: real residents are here.
        without_pkce: clients that say nothing of `require_pkce` may go without it.
    """

    by_operator: bool = True
    in_production: bool = False
    without_pkce: bool = False


def profile_of(members: Members) -> Profile:
    """Return the profile a client asks for, by its name or by everything it is about."""
    named = members.choice("profile", [profile.value for profile in Profile])
    if named is not None:
        return Profile(named)
    is_marked = all(members.get(name) == value for name, value in _MARKS.items())
    return Profile.FAPI2 if is_marked else Profile.BASELINE


def read(members: Members, profile: Profile, auth: ClientAuth, allowance: Allowance) -> Settings:
    """Return the protocol settings of a document.

    Raises:
        InvalidClientMetadata: a member is wrong, not for this profile, or not for this registrar.
    """
    grants = _grants(members, auth, allowance)
    ciba_mode, ciba_endpoint = _ciba(members, grants)
    their_algs, our_algs = THEIR_ALGS[profile], OUR_ALGS[profile]
    ours = {name: members.choice(member, our_algs) for name, member in _OURS.items()}
    return Settings(
        profile=profile,
        grant_types=grants,
        id_token_alg=members.choice("id_token_signed_response_alg", our_algs)
        or _usual_alg(profile, allowance),
        **ours,
        request_object_alg=members.choice("request_object_signing_alg", their_algs),
        require_par=_required(members, "require_pushed_authorization_requests", profile),
        require_request_object=members.flag("require_signed_request_object") or False,
        dpop_bound=_required(members, "dpop_bound_access_tokens", profile),
        require_pkce=_pkce(members, profile, auth, allowance),
        default_max_age=members.number("default_max_age", most=MAX_AGE),
        default_acrs=members.texts("default_acr_values") or (),
        resources=_resources(members, allowance),
        detail_types=frozenset(members.texts("authorization_details_types") or ()),
        sector_identifier_uri=_https(members, "sector_identifier_uri"),
        initiate_login_uri=members.address("initiate_login_uri"),
        pages=tuple((name, uri) for name in PAGES if (uri := members.address(name)) is not None),
        ciba_mode=ciba_mode,
        ciba_endpoint=ciba_endpoint,
        contacts=members.texts("contacts") or (),
    )


def _usual_alg(profile: Profile, allowance: Allowance) -> str:
    """Return what signs ID tokens where nothing is said.

    A program that registers itself may count on RS256 (OpenID Connect Dynamic Client Registration
    section 2); what an operator registers gets the shorter signatures.
    """
    is_by_itself = profile is Profile.BASELINE and not allowance.by_operator
    return "RS256" if is_by_itself else "ES256"


def _grants(members: Members, auth: ClientAuth, allowance: Allowance) -> frozenset[GrantType]:
    """Return what the client may bring to the token endpoint."""
    name = "grant_types"
    said = members.texts(name)
    known = {grant.value: grant for grant in GrantType}
    for grant in said or ():
        if grant not in known:
            raise InvalidClientMetadata(name, f"only {', '.join(known)} are supported")
    grants = frozenset({GrantType.CODE} if said is None else {known[grant] for grant in said})
    if not grants:
        raise InvalidClientMetadata(name, "must not be empty")
    if grants == {GrantType.REFRESH}:
        raise InvalidClientMetadata(name, "refresh_token comes after another one")
    if auth is ClientAuth.NONE and not grants <= {GrantType.CODE, GrantType.REFRESH}:
        raise InvalidClientMetadata(name, "a client without a proof has authorization_code alone")
    if GrantType.TOKEN_EXCHANGE in grants and not allowance.by_operator:
        raise InvalidClientMetadata(name, "token exchange is registered by the operator alone")
    return grants


def _ciba(members: Members, grants: frozenset[GrantType]) -> tuple[str | None, str | None]:
    """Return how a client learns of an answer that is given on another device."""
    mode = members.choice("backchannel_token_delivery_mode", CIBA_MODES)
    endpoint = members.address("backchannel_client_notification_endpoint")
    if GrantType.CIBA not in grants:
        return None, None
    if mode == "ping" and endpoint is None:
        raise InvalidClientMetadata(
            "backchannel_client_notification_endpoint", "is needed to be pinged"
        )
    return mode or "poll", endpoint if mode == "ping" else None


def _required(members: Members, name: str, profile: Profile) -> bool:
    """Return a flag that `fapi2` switches on, and that may not be switched off there."""
    said = members.flag(name)
    if profile is Profile.BASELINE:
        return said or False
    if said is False:
        raise InvalidClientMetadata(name, "profile fapi2 needs it")
    return True


def _pkce(members: Members, profile: Profile, auth: ClientAuth, allowance: Allowance) -> bool:
    """Return whether codes are bound to a verifier: always, but for trying us out (P0.2)."""
    name = "require_pkce"
    may_go_without = profile is Profile.BASELINE and auth is not ClientAuth.NONE
    said = members.flag(name)
    if said is None:
        return not (allowance.without_pkce and may_go_without and not allowance.in_production)
    if said:
        return True
    if not may_go_without:
        raise InvalidClientMetadata(name, "profile fapi2 and clients without a proof need it")
    if allowance.in_production or not (allowance.by_operator or allowance.without_pkce):
        raise InvalidClientMetadata(name, "only clients for trial may go without it")
    return False


def _resources(members: Members, allowance: Allowance) -> frozenset[str]:
    """Return whose tokens the client may introspect, which is not for it to say."""
    name = "resource_identifiers"
    said = members.texts(name, most=300)
    if said and not allowance.by_operator:
        raise InvalidClientMetadata(name, "is registered by the operator alone")
    return frozenset(said or ())


def _https(members: Members, name: str) -> str | None:
    uri = members.address(name)
    if uri is not None and not uri.startswith("https://"):
        raise InvalidClientMetadata(name, "must be an https address")
    return uri
