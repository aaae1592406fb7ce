"""Client metadata: unknown members are ignored, wrong ones named."""

import pytest
from joserfc.jwk import ECKey

from genkan.kernel.ids import ServiceId, new_id
from genkan.sso.domain import metadata
from genkan.sso.domain.values import Client, ClientAuth, ClientId
from genkan.sso.errors import InvalidClientMetadata, InvalidRedirectUri

KEY = ECKey.generate_key("P-256", {"kid": "k1"})
GOOD = {"redirect_uris": ["https://shinsei.example/callback"]}


def test_the_least_metadata_is_filled_with_defaults():
    read = metadata.read(GOOD)

    assert read.redirect_uris == ("https://shinsei.example/callback",)
    assert (read.auth, read.auth_alg, read.name) == (ClientAuth.BASIC, "ES256", "")
    assert read.scopes == {"openid", "profile", "email", "address", "phone"}
    assert read.post_logout_redirect_uris == ()
    assert read.keys == ()


def test_everything_can_be_said():
    read = metadata.read(
        GOOD
        | {
            "client_name": "しんせい",
            "redirect_uris": ["http://127.0.0.1:8001/cb", "http://127.0.0.1:8001/cb"],
            "post_logout_redirect_uris": ["http://127.0.0.1:8001/"],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256",
            "scope": "openid person_data telepathy",
            "jwks": {"keys": [KEY.as_dict(private=False)]},
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "subject_type": "pairwise",
            "id_token_signed_response_alg": "ES256",
            "jwks_uri": None,
            "sector_identifier_uri": None,
            "dpop_bound_access_tokens": False,
            "contacts": ["a@b.example"],
            "something_new": 1,
        }
    )

    assert read.redirect_uris == ("http://127.0.0.1:8001/cb",)
    assert read.scopes == {"openid", "person_data"}
    assert read.auth is ClientAuth.PRIVATE_KEY_JWT
    assert read.keys[0]["kid"] == "k1"


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"redirect_uris": None}, "redirect_uris"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": "https://a.example"}, "redirect_uris"),
        ({"redirect_uris": [1]}, "redirect_uris"),
        ({"redirect_uris": ["https://a.example"] * 51}, "redirect_uris"),
        ({"redirect_uris": ["http://a.example"]}, "redirect_uris"),
        ({"post_logout_redirect_uris": ["https://a.example#x"]}, "post_logout_redirect_uris"),
        ({"post_logout_redirect_uris": 1}, "post_logout_redirect_uris"),
        ({"client_name": 1}, "client_name"),
        ({"client_name": "x" * 101}, "client_name"),
        ({"client_name": "a\nb"}, "client_name"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": 1}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_signing_alg": "HS256"}, "token_endpoint_auth_signing_alg"),
        ({"token_endpoint_auth_signing_alg": "none"}, "token_endpoint_auth_signing_alg"),
        ({"scope": "profile"}, "scope"),
        ({"scope": ["openid"]}, "scope"),
        ({"response_types": ["code", "token"]}, "response_types"),
        ({"grant_types": ["implicit"]}, "grant_types"),
        ({"subject_type": "public"}, "subject_type"),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg"),
        ({"jwks_uri": "http://a.example/jwks"}, "jwks_uri"),
        ({"dpop_bound_access_tokens": "yes"}, "dpop_bound_access_tokens"),
        ({"require_pushed_authorization_requests": 1}, "require_pushed_authorization_requests"),
        ({"backchannel_logout_uri": "http://a.example/out"}, "backchannel_logout_uri"),
        ({"backchannel_logout_uri": "https://a.example/out#x"}, "backchannel_logout_uri"),
        ({"backchannel_logout_uri": "/out"}, "backchannel_logout_uri"),
        ({"backchannel_logout_uri": ["https://a.example"]}, "backchannel_logout_uri"),
        ({"backchannel_logout_uri": ""}, "backchannel_logout_uri"),
        ({"backchannel_logout_session_required": 1}, "backchannel_logout_session_required"),
        ({"jwks": []}, "jwks"),
        ({"jwks": {"keys": []}}, "jwks"),
        ({"jwks": {"keys": [1]}}, "jwks"),
        ({"jwks": {"keys": "x"}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "EC"}]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "new"}]}}, "jwks"),
        ({"jwks": {"keys": [KEY.as_dict(private=True)]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}}, "jwks"),
        ({"jwks": {"keys": [KEY.as_dict(private=False)] * 11}}, "jwks"),
    ],
)
def test_a_wrong_member_is_named(change, member):
    with pytest.raises(InvalidClientMetadata) as refused:
        metadata.read(GOOD | change)

    assert refused.value.field == member
    assert str(refused.value).startswith(f"{member}: ")
    assert isinstance(refused.value, InvalidRedirectUri) is member.endswith("redirect_uris")


def a_client(auth):
    return Client(
        id=ClientId(new_id()),
        service=ServiceId(new_id()),
        sector="s",
        name="n",
        redirect_uris=frozenset({"https://a.example/b", "https://a.example/a"}),
        post_logout_redirect_uris=frozenset(),
        auth=auth,
        auth_alg="ES256",
        secret_digest=None,
        scopes=frozenset({"openid", "email"}),
    )


def test_a_client_is_described_as_it_could_be_registered_again():
    for auth in ClientAuth:
        described = metadata.document(a_client(auth))
        assert metadata.read(described).redirect_uris == (
            "https://a.example/a",
            "https://a.example/b",
        )
        assert "client_secret" not in described


def test_a_secret_is_told_only_when_it_was_just_made():
    told = metadata.document(a_client(ClientAuth.BASIC), secret="s")

    assert (told["client_secret"], told["client_secret_expires_at"]) == ("s", 0)
