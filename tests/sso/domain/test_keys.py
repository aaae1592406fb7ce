"""Signing keys take turns without a gap."""

from datetime import UTC, datetime, timedelta

from genkan.sso.domain import discovery, keys
from genkan.sso.domain.keys import JWKS_CACHE, RETIRED_FOR, KeyState, SigningKey, is_published, turn

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def a_key(kid, state, since=NOON):
    return SigningKey(
        kid=kid, public={}, sealed=b"", state=state, created_at=NOON, state_since=since
    )


PAIR = {
    KeyState.CURRENT: a_key("old", KeyState.CURRENT),
    KeyState.NEXT: a_key("new", KeyState.NEXT),
}


def test_the_next_key_signs_once_everybody_can_know_it():
    assert turn(PAIR, now=NOON + JWKS_CACHE - TICK) is None
    assert turn(PAIR, now=NOON + JWKS_CACHE) == keys.Turn(retire="old", promote="new")


def test_a_retired_key_stays_published_for_a_week():
    retired = a_key("old", KeyState.RETIRED)

    assert is_published(retired, now=NOON + RETIRED_FOR - TICK)
    assert not is_published(retired, now=NOON + RETIRED_FOR)


def test_current_and_next_are_always_published():
    much_later = NOON + timedelta(days=3650)

    assert all(is_published(key, now=much_later) for key in PAIR.values())


def test_a_fresh_key_is_named_by_its_thumbprint_and_published_without_its_secret():
    key = keys.fresh()
    public = keys.published(key)

    assert public["kid"] == key.thumbprint()
    assert (public["kty"], public["crv"], public["use"], public["alg"]) == (
        "EC",
        "P-256",
        "sig",
        "ES256",
    )
    assert "d" not in public
    assert keys.fresh().thumbprint() != key.thumbprint()


def test_discovery_promises_what_this_provider_does():
    told = discovery.document("https://genkan.example")

    assert told["issuer"] == "https://genkan.example"
    assert told["response_types_supported"] == ["code"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
    ]
    assert told["registration_endpoint"] == "https://genkan.example/oauth2/register"
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["request_uri_parameter_supported"] is False
    assert told["revocation_endpoint"] == "https://genkan.example/oauth2/revoke"
    assert told["introspection_endpoint"] == "https://genkan.example/oauth2/introspect"
