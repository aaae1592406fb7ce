"""Members that decide about the protocol: each is read, written and refused by its name."""

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from genkan.kernel.ids import ServiceId, new_id
from genkan.sso.domain import client_keys, metadata
from genkan.sso.domain.metadata import Allowance
from genkan.sso.domain.settings import GrantType, Profile, document
from genkan.sso.domain.settings import settings as stored
from genkan.sso.domain.values import Client, ClientAuth, ClientId
from genkan.sso.errors import InvalidClientMetadata

EC = ECKey.generate_key("P-256", {"kid": "ec"}).as_dict(private=False)
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"}).as_dict(private=False)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False)
PLAIN = {name: RSA[name] for name in ("kty", "n", "e")}
BACK = "https://shinsei.example/callback"
GOOD = {"redirect_uris": [BACK]}
SIGNS = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [EC]}}
FAPI = {"profile": "fapi2", "jwks": {"keys": [EC]}}
CIBA = "urn:openid:params:grant-type:ciba"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
PING = "https://shinsei.example/ping"

SAID = [
    ("id_token_signed_response_alg", "RS256", "id_token_alg"),
    ("userinfo_signed_response_alg", "RS256", "userinfo_alg"),
    ("userinfo_signed_response_alg", "ES256", "userinfo_alg"),
    ("introspection_signed_response_alg", "ES256", "introspection_alg"),
    ("authorization_signed_response_alg", "ES256", "authorization_alg"),
    ("request_object_signing_alg", "PS256", "request_object_alg"),
    ("request_object_signing_alg", "RS256", "request_object_alg"),
    ("require_pushed_authorization_requests", True, "require_par"),
    ("require_signed_request_object", True, "require_request_object"),
    ("dpop_bound_access_tokens", True, "dpop_bound"),
    ("require_pkce", False, "require_pkce"),
    ("default_max_age", 0, "default_max_age"),
    ("sector_identifier_uri", "https://shinsei.example/sector", "sector_identifier_uri"),
    ("initiate_login_uri", "https://shinsei.example/login", "initiate_login_uri"),
]


@pytest.mark.parametrize(
    ("member", "value", "attribute"), SAID, ids=[f"{case[0]}={case[1]}" for case in SAID]
)
def test_a_member_is_read_kept_and_told(member, value, attribute):
    read = metadata.read(GOOD | {member: value})

    assert getattr(read.settings, attribute) == value
    assert stored(document(read.settings)) == read.settings
    assert described(read)[member] == value


LISTS = {
    "default_acr_values": ("default_acrs", ("urn:genkan:acr:2", "urn:genkan:acr:1")),
    "resource_identifiers": ("resources", frozenset({"https://api.example"})),
    "authorization_details_types": ("detail_types", frozenset({"once_only"})),
    "contacts": ("contacts", ("ops@shinsei.example",)),
}


@pytest.mark.parametrize("member", LISTS)
def test_a_list_is_read_kept_and_told(member):
    attribute, value = LISTS[member]

    read = metadata.read(GOOD | {member: list(value)})

    assert getattr(read.settings, attribute) == value
    assert stored(document(read.settings)) == read.settings
    assert described(read)[member] == list(value)


def test_pages_for_residents_are_kept():
    pages = {
        name: f"https://shinsei.example/{name}"
        for name in ("client_uri", "logo_uri", "policy_uri", "tos_uri")
    }

    read = metadata.read(GOOD | pages)

    assert dict(read.settings.pages) == pages
    assert described(read).items() >= pages.items()
    assert stored(document(read.settings)) == read.settings


def described(read):
    client = Client(
        id=ClientId(new_id()),
        service=ServiceId(new_id()),
        sector="s",
        name=read.name,
        redirect_uris=frozenset(read.redirect_uris),
        post_logout_redirect_uris=frozenset(),
        auth=read.auth,
        auth_alg=read.auth_alg,
        secret_digest=None,
        scopes=read.scopes,
        settings=read.settings,
        keys=read.keys,
        jwks_uri=read.jwks_uri,
    )
    told = metadata.document(client)
    assert metadata.read(told) == read
    return told


def test_what_is_described_can_be_registered_again():
    full = {
        **GOOD,
        **FAPI,
        "client_name": "しんせい",
        "grant_types": ["authorization_code", "refresh_token", CIBA],
        "backchannel_token_delivery_mode": "ping",
        "backchannel_client_notification_endpoint": PING,
        "require_signed_request_object": True,
    }

    assert described(metadata.read(full))["profile"] == "fapi2"


WRONG = [
    ({"profile": "strict"}, "profile"),
    ({"id_token_signed_response_alg": "HS256"}, "id_token_signed_response_alg"),
    ({"id_token_signed_response_alg": "PS256"}, "id_token_signed_response_alg"),
    ({"userinfo_signed_response_alg": "none"}, "userinfo_signed_response_alg"),
    ({"request_object_signing_alg": "none"}, "request_object_signing_alg"),
    ({"request_object_signing_alg": "HS256"}, "request_object_signing_alg"),
    ({"authorization_signed_response_alg": "none"}, "authorization_signed_response_alg"),
    ({"introspection_signed_response_alg": 1}, "introspection_signed_response_alg"),
    ({"require_signed_request_object": "true"}, "require_signed_request_object"),
    ({"require_pkce": 0}, "require_pkce"),
    ({"default_max_age": -1}, "default_max_age"),
    ({"default_max_age": True}, "default_max_age"),
    ({"default_max_age": 1.5}, "default_max_age"),
    ({"default_max_age": 10**12}, "default_max_age"),
    ({"default_acr_values": "one"}, "default_acr_values"),
    ({"default_acr_values": [""]}, "default_acr_values"),
    ({"default_acr_values": ["a\nb"]}, "default_acr_values"),
    ({"default_acr_values": ["x"] * 51}, "default_acr_values"),
    ({"contacts": [1]}, "contacts"),
    ({"client_uri": "javascript:alert(1)"}, "client_uri"),
    ({"logo_uri": "data:image/png;base64,AAAA"}, "logo_uri"),
    ({"policy_uri": "http://shinsei.example/policy"}, "policy_uri"),
    ({"tos_uri": 1}, "tos_uri"),
    ({"initiate_login_uri": "https://a.example/#x"}, "initiate_login_uri"),
    ({"sector_identifier_uri": "http://127.0.0.1/sector"}, "sector_identifier_uri"),
    ({"client_name": "a\u202eb"}, "client_name"),
    ({"client_name": "a\ud800b"}, "client_name"),
    ({"grant_types": []}, "grant_types"),
    ({"grant_types": ["refresh_token"]}, "grant_types"),
    ({"grant_types": ["password"]}, "grant_types"),
    ({"grant_types": "authorization_code"}, "grant_types"),
    ({"response_types": ["id_token"]}, "response_types"),
    ({"response_types": "code"}, "response_types"),
    ({"response_types": []}, "response_types"),
    ({"grant_types": ["client_credentials"], "response_types": ["code"]}, "response_types"),
    (
        {"grant_types": [CIBA], "backchannel_token_delivery_mode": "push"},
        "backchannel_token_delivery_mode",
    ),
    (
        {"grant_types": [CIBA], "backchannel_token_delivery_mode": "ping"},
        "backchannel_client_notification_endpoint",
    ),
    (
        {"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]},
        "grant_types",
    ),
    ({"token_endpoint_auth_method": "none", "require_pkce": False}, "require_pkce"),
    ({"id_token_encrypted_response_alg": "RSA-OAEP"}, "id_token_encrypted_response_alg"),
    ({"frontchannel_logout_uri": "https://a.example"}, "frontchannel_logout_uri"),
    (
        {"tls_client_certificate_bound_access_tokens": True},
        "tls_client_certificate_bound_access_tokens",
    ),
    (SIGNS | {"jwks_uri": "https://a.example/jwks"}, "jwks_uri"),
    (SIGNS | {"token_endpoint_auth_signing_alg": "RS256"}, "token_endpoint_auth_signing_alg"),
]


@pytest.mark.parametrize(
    ("change", "member"), WRONG, ids=[f"{n}-{case[1]}" for n, case in enumerate(WRONG)]
)
def test_a_wrong_member_is_named(change, member):
    with pytest.raises(InvalidClientMetadata) as refused:
        metadata.read(GOOD | change)

    assert refused.value.field == member


def test_a_client_without_a_browser_has_no_address_and_no_answer():
    read = metadata.read({"grant_types": ["client_credentials"]})

    assert read.redirect_uris == ()
    assert read.scopes == frozenset()
    assert described(read)["response_types"] == []


def test_somebody_who_calls_needs_openid_too():
    read = metadata.read({"grant_types": [CIBA]})

    assert "openid" in read.scopes
    assert read.settings.ciba_mode == "poll"
    assert read.settings.ciba_endpoint is None


def test_what_ciba_says_counts_with_its_grant_alone():
    read = metadata.read(GOOD | {"backchannel_token_delivery_mode": "poll"})

    assert read.settings.ciba_mode is None


def test_fapi2_switches_on_what_it_needs():
    read = metadata.read(GOOD | FAPI)

    assert read.auth is ClientAuth.PRIVATE_KEY_JWT
    assert read.auth_alg == "ES256"
    assert read.settings.require_par
    assert read.settings.dpop_bound
    assert read.settings.require_pkce
    assert read.settings.id_token_alg == "ES256"


CONTRADICTIONS = [
    ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
    ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
    ({"require_pushed_authorization_requests": False}, "require_pushed_authorization_requests"),
    ({"dpop_bound_access_tokens": False}, "dpop_bound_access_tokens"),
    ({"require_pkce": False}, "require_pkce"),
    ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg"),
    ({"userinfo_signed_response_alg": "RS256"}, "userinfo_signed_response_alg"),
    ({"token_endpoint_auth_signing_alg": "RS256"}, "token_endpoint_auth_signing_alg"),
    ({"request_object_signing_alg": "RS256"}, "request_object_signing_alg"),
    ({"jwks": {"keys": [RSA | {"alg": "RS256"}]}}, "jwks"),
]


@pytest.mark.parametrize(
    ("change", "member"), CONTRADICTIONS, ids=[case[1] for case in CONTRADICTIONS]
)
def test_what_contradicts_fapi2_is_refused_by_name(change, member):
    with pytest.raises(InvalidClientMetadata) as refused:
        metadata.read(GOOD | FAPI | change)

    assert refused.value.field == member


def test_who_registers_all_of_fapi2_is_held_to_it():
    marks = {"require_pushed_authorization_requests": True, "dpop_bound_access_tokens": True}

    assert metadata.read(GOOD | SIGNS | marks).settings.profile is Profile.FAPI2
    named = metadata.read(GOOD | SIGNS | marks | {"profile": "baseline"})
    assert named.settings.profile is Profile.BASELINE
    assert metadata.read(GOOD | marks).settings.profile is Profile.BASELINE


KEYS = [
    ([EC], {}, "ES256"),
    ([ED], {}, "EdDSA"),
    ([RSA], {}, "RS256"),
    ([PLAIN], {}, "RS256"),
    ([RSA | {"alg": "PS256"}], {}, "PS256"),
    ([RSA], {"token_endpoint_auth_signing_alg": "PS256"}, "PS256"),
    ([RSA], {"profile": "fapi2"}, "PS256"),
    ([EC, ED], {}, ""),
    ([EC, ED], {"token_endpoint_auth_signing_alg": "EdDSA"}, "EdDSA"),
    ([EC, {"use": "enc", "kty": "RSA", "n": "x", "e": "y"}], {}, "ES256"),
]


@pytest.mark.parametrize(
    ("keys", "change", "alg"), KEYS, ids=[f"{n}-{case[2]}" for n, case in enumerate(KEYS)]
)
def test_the_algorithm_of_assertions_is_fixed_by_what_is_registered(keys, change, alg):
    read = metadata.read(GOOD | SIGNS | {"jwks": {"keys": keys}} | change)

    assert read.auth_alg == alg


def test_where_keys_are_published_later_each_says_its_own_algorithm():
    uri = {"jwks": None, "jwks_uri": "https://shinsei.example/jwks"}

    assert metadata.read(GOOD | SIGNS | uri).auth_alg == ""
    said = metadata.read(GOOD | SIGNS | uri | {"token_endpoint_auth_signing_alg": "PS256"})
    assert said.auth_alg == "PS256"


P384 = ECKey.generate_key("P-384", {"kid": "p"}).as_dict(private=False)
BAD_KEYS = {
    "another curve": [P384],
    "a short modulus": [PLAIN | {"n": "AQAB" * 60}],
    "an odd exponent": [PLAIN | {"e": "Aw"}],
    "no exponent": [{"kty": "RSA", "n": RSA["n"]}],
    "not base64": [PLAIN | {"n": "!!!"}],
    "no point of the curve": [EC | {"x": EC["y"]}],
    "a private part": [EC | {"d": "AAAA"}],
    "a shared secret": [{"kty": "oct", "k": "AAAA"}],
    "another algorithm": [EC | {"alg": "ES384"}],
    "a kid that is no text": [EC | {"kid": 1}],
    "a long kid": [EC | {"kid": "x" * 201}],
    "one kid twice": [EC, ED | {"kid": "ec"}],
    "no kid among several": [EC, PLAIN],
    "none for signatures": [EC | {"use": "enc"}],
    "nothing": [{}],
}


@pytest.mark.parametrize("keys", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_key_that_proves_nothing_is_refused(keys):
    with pytest.raises(InvalidClientMetadata) as refused:
        metadata.read(GOOD | SIGNS | {"jwks": {"keys": keys}})

    assert refused.value.field == "jwks"


def test_only_public_members_of_keys_are_kept():
    noisy = EC | {"use": "sig", "x5u": "https://evil.example", "note": "hello"}

    [kept] = metadata.read(GOOD | SIGNS | {"jwks": {"keys": [noisy]}}).keys

    assert set(kept) == {"kty", "crv", "x", "y", "kid"}


def test_of_several_keys_the_header_names_one():
    assert client_keys.key_for({"kid": "ed"}, [EC, ED]) == ED
    assert client_keys.key_for({}, [EC]) == EC
    assert client_keys.key_for({}, [EC, ED]) is None
    assert client_keys.key_for({"kid": "ec"}, [EC, EC]) is None


PROGRAM = Allowance(by_operator=False)


def test_an_operator_may_register_what_a_program_may_not():
    resources = {"resource_identifiers": ["https://api.example"]}
    exchange = {"grant_types": ["authorization_code", EXCHANGE]}

    assert metadata.read(GOOD | resources).settings.resources == {"https://api.example"}
    assert GrantType.TOKEN_EXCHANGE in metadata.read(GOOD | exchange).settings.grant_types
    for change in (resources, exchange):
        with pytest.raises(InvalidClientMetadata):
            metadata.read(GOOD | change, PROGRAM)


@pytest.mark.parametrize(
    ("allowance", "said", "required"),
    [
        (Allowance(), None, True),
        (Allowance(), False, False),
        (Allowance(without_pkce=True), None, False),
        (Allowance(without_pkce=True), True, True),
        (Allowance(without_pkce=True, in_production=True), None, True),
        (Allowance(in_production=True), False, None),
        (PROGRAM, False, None),
        (Allowance(by_operator=False, without_pkce=True), False, False),
    ],
)
def test_pkce_may_be_left_out_for_trial_alone(allowance, said, required):
    def settle():
        return metadata.read(GOOD | {"require_pkce": said}, allowance).settings.require_pkce

    if required is None:
        with pytest.raises(InvalidClientMetadata):
            settle()
    else:
        assert settle() is required
