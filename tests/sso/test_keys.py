"""Our signing keys: published before they sign, recognised long after, sealed at rest."""

import json
from datetime import timedelta

import pytest
from django.conf import settings

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.sso import api as sso
from genkan.sso.domain.keys import JWKS_CACHE, RETIRED_FOR
from genkan.sso.errors import NoSigningKey
from genkan.sso.service import keys
from tests.sso.stage import call, code_in


def kids():
    return {key["kid"] for key in call("/oauth2/jwks").json()["keys"]}


def test_the_key_set_holds_public_keys_alone_and_may_be_kept_a_minute(service):
    answer = call("/oauth2/jwks")

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert len(answer.json()["keys"]) == 2
    assert all(
        set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"} for key in answer.json()["keys"]
    )


def test_a_private_key_is_sealed_at_rest(service):
    stored = rows("SELECT * FROM sso_signing_key")

    assert all(b'"d"' not in bytes(row["sealed"]) for row in stored)
    assert all("d" not in json.loads(row["public"]) for row in stored)


def test_nothing_is_signed_before_there_is_a_key(installed):
    with pytest.raises(NoSigningKey):
        sso.sign({}, typ="JWT")


def test_a_rotation_waits_until_everybody_can_know_the_next_key(service):
    began = clock.now()

    assert sso.rotate(now=began) is None
    turned = sso.rotate(now=began + JWKS_CACHE)

    assert turned is not None
    assert {turned.current, turned.next, turned.retired} == kids()


def test_tokens_from_before_a_rotation_verify_after_it(linked, service):
    before = service.redeem(code_in(linked.open(service.address()))).json()["id_token"]
    published_before = kids()

    turned = sso.rotate(at_once=True, now=clock.now())

    after = service.redeem(code_in(linked.open(service.address()))).json()["id_token"]
    assert turned.current in published_before
    assert service.id_token(before)["sub"] == service.id_token(after)["sub"]
    assert code_in(linked.open(service.address(id_token_hint=before)))


def test_a_retired_key_leaves_the_set_after_a_week(service):
    turned = sso.rotate(at_once=True, now=clock.now() - RETIRED_FOR - timedelta(minutes=1))

    assert turned.retired not in kids()
    assert turned.current in kids()


def test_an_id_token_of_ours_is_recognised_however_old(service):
    token = sso.sign({"iss": settings.GENKAN.issuer, "sub": "s", "exp": 1}, typ="JWT")

    assert keys.recognised(token)["sub"] == "s"


def test_nothing_else_is_recognised(service):
    issuer = settings.GENKAN.issuer
    good = sso.sign({"iss": issuer, "sub": "s"}, typ="JWT")
    head, body, signature = good.split(".")

    assert keys.recognised(sso.sign({"iss": issuer, "sub": "s"}, typ="person-data+jwt")) is None
    assert (
        keys.recognised(sso.sign({"iss": "https://other.example", "sub": "s"}, typ="JWT")) is None
    )
    assert keys.recognised(f"{head}.{body}.") is None
    assert keys.recognised(f"{head}.{body}.{signature[:-4]}AAAA") is None
    assert keys.recognised("") is None
    assert keys.recognised("a.b.c") is None
    assert keys.recognised("e30.e30.") is None


def test_a_token_signed_by_a_stranger_is_not_recognised(service):
    from joserfc import jwt
    from joserfc.jwk import ECKey

    kid = rows("SELECT kid FROM sso_signing_key WHERE state = 'current'")[0]["kid"]
    claims = {"iss": settings.GENKAN.issuer, "sub": "s"}
    stranger = ECKey.generate_key("P-256")
    for header in ({"alg": "ES256", "kid": kid}, {"alg": "ES256", "kid": "x"}, {"alg": "ES256"}):
        assert keys.recognised(jwt.encode(header, claims, stranger)) is None


def test_discovery_names_endpoints_that_answer(service, client):
    told = call("/.well-known/openid-configuration").json()

    assert told["issuer"] == settings.GENKAN.issuer
    assert told == call("/.well-known/oauth-authorization-server").json()
    paths = {
        name: address.removeprefix(settings.GENKAN.issuer)
        for name, address in told.items()
        if name.endswith(("_endpoint", "_uri"))
    }
    assert call(paths["jwks_uri"]).status == 200
    assert call(paths["token_endpoint"], "POST").status == 401
    assert call(paths["userinfo_endpoint"]).status == 401
    assert client.get(paths["authorization_endpoint"]).status_code == 400
    assert client.get(paths["end_session_endpoint"]).status_code == 200
