"""Introspection, revocation and tokens of a client alone (P1.4, RFC 7662, 9701, 7009)."""

import pytest
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import KeySet

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.sso import api as sso
from tests.sso.stage import Service, call, code_in, credentials, userinfo
from tests.sso.tokens import as_public, may_refresh, redeem, refresh, refresh_token, send

RECORDS = "https://records.example"
STOPPED = "UPDATE sso_client SET stopped_at = now() WHERE NOT metadata ? 'resource_identifiers'"


def introspect(service, token, **changes):
    return send(service, "/oauth2/introspect", token=token, **changes)


def revoke(service, token, **changes):
    return send(service, "/oauth2/revoke", token=token, **changes)


@pytest.fixture
def records(installed):
    """A service that serves a resource of its own."""
    service = Service(slug="records", with_offer=False)
    change = '{"resource_identifiers": ["https://records.example"]}'
    rows(
        "UPDATE sso_client SET metadata = metadata || %(change)s WHERE id = %(client)s",
        change=change,
        client=service.client_id,
    )
    return service


def token_for(visitor, service, *resources):
    code = code_in(visitor.open(service.address(scope="openid email")))
    rows("UPDATE sso_code SET resources = %(to)s WHERE spent_at IS NULL", to=list(resources))
    return redeem(service, code).json()["access_token"]


@pytest.fixture
def token(linked, service):
    return token_for(linked, service, RECORDS)


def is_nothing(answer):
    assert (answer.status, answer.json()) == (200, {"active": False})
    assert answer.headers["Cache-Control"] == "no-store"
    return True


def test_who_serves_the_resource_learns_what_a_token_is_worth(linked, service, records, token):
    told = introspect(records, token).json()

    assert (
        told.items()
        >= {
            "active": True,
            "token_type": "Bearer",
            "iss": settings.GENKAN.issuer,
            "aud": RECORDS,
            "client_id": service.client_id,
            "scope": "openid email",
        }.items()
    )
    own = token_for(linked, service)
    assert told["sub"] == userinfo(own).json()["sub"]
    assert "grant" not in told


def test_a_client_learns_about_its_own_tokens_and_nobody_elses(linked, service, records, token):
    assert introspect(service, token).json()["active"]
    assert is_nothing(introspect(records, token_for(linked, service)))
    assert is_nothing(introspect(Service(slug="thief"), token))


@pytest.mark.parametrize("text", ["unknown", "a.b.c", "𠮷", "x" * 20_000])
def test_what_is_no_token_is_nothing(records, text):
    assert is_nothing(introspect(records, text))


def test_an_id_token_is_nothing(linked, service):
    told = service.redeem(code_in(linked.open(service.address()))).json()

    assert is_nothing(introspect(service, told["id_token"]))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sso_grant SET revoked_at = now()",
        "UPDATE sso_link SET unlinked_at = now()",
        "UPDATE residents_resident SET state = 'suspended'",
        "UPDATE residents_resident SET sign_in_after = now() + interval '1 minute'",
        "UPDATE residents_account SET is_active = false",
        "UPDATE partners_service SET state = 'suspended' WHERE slug = 'shinsei'",
        STOPPED,
        "UPDATE consent_consent SET ended_at = clock_timestamp(), ending = 'withdrawn'",
    ],
)
def test_a_token_is_nothing_once_its_ground_is_gone(records, token, change):
    assert introspect(records, token).json()["active"]
    rows(change)

    assert is_nothing(introspect(records, token))


def test_a_refresh_token_is_told_to_its_client_alone(linked, service, records):
    may_refresh(service)
    token = refresh_token(linked, service, scope="openid email")

    told = introspect(service, token).json()
    assert (told["active"], told["client_id"]) == (True, service.client_id)
    assert told["scope"] == "openid email offline_access"
    assert is_nothing(introspect(records, token))
    rows("UPDATE residents_resident SET state = 'suspended'")
    assert is_nothing(introspect(service, token))


def test_a_token_has_to_be_named_and_the_client_has_to_prove_itself(records, token):
    nameless = introspect(records, None)
    assert (nameless.status, nameless.json()["error"]) == (400, "invalid_request")
    for header in ("none", credentials(records.client_id, "wrong")):
        answer = call("/oauth2/introspect", "POST", body=b"token=x", authorization=header)
        assert (answer.status, answer.json()["error"]) == (401, "invalid_client")


def test_who_keeps_no_secret_asks_about_nothing(records, token):
    as_public(records)

    assert introspect(records, token).status == 401


def verified(answer, service):
    assert answer.headers["Content-Type"] == "application/token-introspection+jwt"
    published = KeySet.import_key_set(call("/oauth2/jwks").json())
    found = jwt.decode(answer.body.decode(), published, algorithms=["ES256"])
    assert found.header["typ"] == "token-introspection+jwt"
    assert found.claims["iss"] == settings.GENKAN.issuer
    assert found.claims["aud"] == service.client_id
    assert set(found.claims) == {"iss", "aud", "iat", "token_introspection"}
    return found.claims["token_introspection"]


def test_the_answer_is_signed_for_who_asks_for_that(records, token):
    body = f"token={token}".encode()
    headers = {"authorization": records.basic(), "accept": "application/token-introspection+jwt"}

    told = verified(call("/oauth2/introspect", "POST", body=body, **headers), records)

    assert told == introspect(records, token).json()


def test_the_answer_is_signed_for_who_registered_for_that(records, token):
    change = '{"introspection_signed_response_alg": "ES256"}'
    rows("UPDATE sso_client SET metadata = metadata || %(change)s", change=change)

    assert verified(introspect(records, token), records)["active"]
    assert verified(introspect(records, "unknown"), records) == {"active": False}


def test_a_signed_answer_is_no_access_token(records, token):
    change = '{"introspection_signed_response_alg": "ES256"}'
    rows("UPDATE sso_client SET metadata = metadata || %(change)s", change=change)

    assert userinfo(introspect(records, token).body.decode()).status == 401


def test_a_check_takes_two_round_trips(records, token, django_assert_num_queries):
    """The resource server, then the grant with everything that could stand against it."""
    with django_assert_num_queries(2):
        introspect(records, token)


def test_a_client_gives_one_access_token_back(linked, service):
    first, second = token_for(linked, service), token_for(linked, service)

    assert (revoke(service, first).status, revoke(service, first).status) == (200, 200)

    assert userinfo(first).status == 401
    assert is_nothing(introspect(service, first))
    assert userinfo(second).status == 200


def test_a_refresh_token_that_is_given_back_ends_its_grant(linked, service):
    may_refresh(service)
    token = refresh_token(linked, service)
    access = refresh(service, token).json()["access_token"]

    assert revoke(service, token, token_type_hint="access_token").status == 200

    assert refresh(service, token).json()["error"] == "invalid_grant"
    assert userinfo(access).status == 401


def test_a_public_client_gives_back_what_it_was_given(linked, service):
    may_refresh(service)
    as_public(service)
    token = refresh_token(linked, service)

    assert revoke(service, token).status == 200
    assert refresh(service, token).json()["error"] == "invalid_grant"


def test_nobody_ends_anothers_tokens(linked, service):
    may_refresh(service)
    token = refresh_token(linked, service)
    access = refresh(service, token).json()["access_token"]
    thief = Service(slug="thief")

    for stolen in (token, access):
        assert revoke(thief, stolen).json()["error"] == "invalid_request"
    assert refresh(service, token).status == 200
    assert userinfo(access).status == 200


@pytest.mark.parametrize("text", ["unknown", "a.b.c", "𠮷"])
def test_what_is_no_token_is_as_good_as_ended(service, text):
    assert revoke(service, text).status == 200


def test_a_revocation_names_a_token_and_proves_its_client(service):
    assert revoke(service, None).json()["error"] == "invalid_request"
    answer = call("/oauth2/revoke", "POST", body=b"token=x", authorization="none")
    assert (answer.status, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("path", ["/oauth2/revoke", "/oauth2/introspect"])
def test_only_forms_are_taken(installed, path):
    assert call(path).status == 405
    assert call(path, "POST", body=b"{}", content_type="application/json").status == 415


def own_token(service, **changes):
    return send(service, grant_type="client_credentials", **changes)


def test_a_client_speaks_for_itself_to_another_service(service, records):
    may_refresh(service)

    told = own_token(service, resource=RECORDS).json()

    assert set(told) == {"access_token", "token_type", "expires_in"}
    heard = introspect(records, told["access_token"]).json()
    assert (heard["active"], heard["sub"], heard["aud"]) == (True, service.client_id, RECORDS)
    assert userinfo(told["access_token"]).status == 401


def test_a_clients_own_token_opens_nobodys_data(service):
    may_refresh(service)
    token = own_token(service).json()["access_token"]

    assert userinfo(token).status == 401
    assert sso.check_access_token(token, now=clock.now()) is None
    assert call("/api/person-data", authorization=f"Bearer {token}").status == 401


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE partners_service SET state = 'suspended' WHERE slug = 'shinsei'",
        STOPPED,
    ],
)
def test_a_clients_own_token_ends_with_the_client(service, records, change):
    may_refresh(service)
    token = own_token(service, resource=RECORDS).json()["access_token"]
    rows(change)

    assert is_nothing(introspect(records, token))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": "person_data"}, "invalid_scope"),
        ({"resource": "https://nobody.example"}, "invalid_target"),
    ],
)
def test_a_client_alone_has_no_resident_and_no_resource_of_nobody(service, change, error):
    may_refresh(service)

    answer = own_token(service, **change)

    assert (answer.status, answer.json()["error"]) == (400, error)


def test_only_who_registered_and_proves_itself_gets_one(service):
    assert own_token(service).json()["error"] == "unauthorized_client"
    may_refresh(service)
    as_public(service)
    assert own_token(service).json()["error"] == "invalid_client"


def test_a_clients_own_token_can_be_given_back(service):
    may_refresh(service)
    token = own_token(service).json()["access_token"]
    assert introspect(service, token).json()["active"]

    assert revoke(service, token).status == 200

    assert is_nothing(introspect(service, token))
