"""Access tokens: what they say, and that nothing else we sign is taken for one (P0.6, P1.4)."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.sso import api as sso
from genkan.sso.domain import access_tokens
from genkan.sso.service import tokens
from genkan.sso.service.keys import sign
from tests.sso.stage import COMMITS, Service, call, code_in, userinfo


def opened(text):
    """Verify an access token as a resource server does (RFC 9068 section 4)."""
    published = KeySet.import_key_set(call("/oauth2/jwks").json())
    found = jwt.decode(text, published, algorithms=["ES256"])
    assert found.header["typ"] == "at+jwt"
    assert found.header["kid"] in {key.kid for key in published.keys}
    return found.claims


def tokens_of(visitor, service, *, changed="", **parameters):
    code = code_in(visitor.open(service.address(**parameters)))
    if changed:
        rows(f"UPDATE sso_code SET {changed} WHERE spent_at IS NULL")
    return service.redeem(code).json()


def test_it_says_what_rfc_9068_asks_for(linked, service):
    told = tokens_of(linked, service, scope="openid email")

    claims = opened(told["access_token"])
    id_token = service.id_token(told["id_token"])
    assert set(claims) == {
        *("iss", "sub", "aud", "client_id", "exp", "iat", "jti", "scope", "auth_time", "acr"),
        *("amr", "grant"),
    }
    assert claims["iss"] == claims["aud"] == settings.GENKAN.issuer
    assert (claims["client_id"], claims["scope"]) == (service.client_id, "openid email")
    assert claims["exp"] - claims["iat"] == told["expires_in"] == 600
    for name in ("sub", "auth_time", "acr", "amr"):
        assert claims[name] == id_token[name]


def test_no_row_is_written_for_it(linked, service):
    tokens_of(linked, service)

    assert rows("SELECT count(*) AS n FROM sso_grant")[0]["n"] == 1
    assert rows("SELECT count(*) AS n FROM sso_refresh")[0]["n"] == 0
    assert rows("SELECT count(*) AS n FROM sso_revoked_token")[0]["n"] == 0


def test_two_tokens_have_two_names(linked, service):
    first, second = (opened(tokens_of(linked, service)["access_token"]) for _ in range(2))

    assert first["jti"] != second["jti"]


DETAILS = """authorization_details = '[{"type": "person_data"}]', jkt = ''"""


def test_details_stand_in_the_token_and_in_the_answer(linked, service):
    told = tokens_of(linked, service, changed=DETAILS)

    assert told["authorization_details"] == [{"type": "person_data"}]
    assert opened(told["access_token"])["authorization_details"] == [{"type": "person_data"}]
    facts = sso.check_access_token(told["access_token"], now=clock.now())
    assert facts.details == ({"type": "person_data"},)


@COMMITS
def test_a_token_for_somebody_else_opens_none_of_our_doors(linked, service):
    resource = "resources = ARRAY['https://records.example']"
    token = tokens_of(linked, service, changed=resource, scope="openid person_data")["access_token"]

    assert opened(token)["aud"] == "https://records.example"
    assert userinfo(token).status == 401
    assert call("/api/person-data", authorization=f"Bearer {token}").status == 401


def test_a_token_for_two_resources_says_so(linked, service):
    resources = "resources = ARRAY['https://a.example', 'https://b.example']"

    told = tokens_of(linked, service, changed=resources)

    assert opened(told["access_token"])["aud"] == ["https://a.example", "https://b.example"]


def with_type(token, typ):
    """The same claims, signed by our key as another kind of token."""
    return sign(json.loads(jws.extract_compact(token.encode()).payload), typ=typ)


@pytest.mark.parametrize(
    "typ",
    [
        *("JWT", "logout+jwt", "token-introspection+jwt", "oauth-authz-req+jwt", "dpop+jwt"),
        *("person-data+jwt", "disposal-certificate+jwt", "AT+JWT"),
    ],
)
def test_nothing_else_that_our_key_signed_is_an_access_token(linked, service, typ):
    token = tokens_of(linked, service)["access_token"]

    assert userinfo(with_type(token, typ)).status == 401
    assert userinfo(with_type(token, "application/at+jwt")).status == 200


def test_an_id_token_is_no_access_token_and_the_reverse(linked, service):
    told = tokens_of(linked, service)

    assert userinfo(told["id_token"]).status == 401
    answer = linked.open(
        service.address(prompt="none", id_token_hint=told["access_token"], scope="openid")
    )
    assert "code=" not in answer.headers["Location"]
    assert "error=invalid_request" in answer.headers["Location"]


def test_a_clients_assertion_is_no_access_token(linked, service):
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    now = int(clock.now().timestamp())
    claims = {"iss": service.client_id, "aud": settings.GENKAN.issuer, "exp": now + 60}

    for header in ({"alg": "ES256", "kid": "k1"}, {"alg": "ES256", "kid": "k1", "typ": "at+jwt"}):
        assert userinfo(jwt.encode(header, claims, key)).status == 401


def test_a_token_of_another_installation_with_our_keys_is_none(linked, service, settings):
    token = tokens_of(linked, service)["access_token"]

    settings.GENKAN = settings.GENKAN.model_copy(update={"issuer": "https://other.example"})

    assert userinfo(token).status == 401


def test_a_token_whose_claims_were_changed_is_none(linked, service):
    head, body, signature = tokens_of(linked, service)["access_token"].split(".")
    other = tokens_of(linked, service)["access_token"].split(".")

    for changed in (
        [head, other[1], signature],
        [head, body, other[2]],
        [head, body, ""],
        [head, body],
    ):
        assert userinfo(".".join(changed)).status == 401


def test_it_ends_by_the_clock_though_its_grant_goes_on(linked, service):
    token = tokens_of(linked, service)["access_token"]
    rows("UPDATE sso_grant SET expires_at = expires_at + interval '90 days'")
    now = clock.now()

    assert tokens.check_access_token(token, now=now + timedelta(seconds=598))
    assert tokens.check_access_token(token, now=now + timedelta(seconds=600)) is None


def test_the_facts_name_the_key_that_has_to_be_proved(linked, service):
    token = tokens_of(linked, service)["access_token"]
    rows("UPDATE sso_grant SET jkt = 'the key'")

    assert sso.check_access_token(token, now=clock.now()).jkt == "the key"


def test_a_very_long_text_is_not_even_looked_at(installed):
    assert tokens.read("x" * (access_tokens.MAX_LENGTH + 1), now=clock.now()) is None


def test_another_services_token_tells_nothing_of_this_one(linked, service):
    other = Service(slug="library")
    page = linked.browser.get(other.address(), follow=True)
    theirs = other.redeem(code_in(linked.press(page, "allow"))).json()["access_token"]

    facts = sso.check_access_token(theirs, now=clock.now())
    assert facts.service == other.id != service.id
